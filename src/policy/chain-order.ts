/**
 * The chains that a packet meets at a hook, in the kernel's order: by priority, of equal ones the
 * younger first (net/netfilter/core.c nf_hook_entries_grow). Beside them stand conntrack, which
 * sees packets first at prerouting and output, and NAT, which asks all nat chains of a hook at one
 * moment (net/netfilter/nf_nat_core.c nf_nat_register_fn).
 */
import type { Chain, Change, Hook, Match, Rule, RuleSet, Verdict } from '../facts/rule-set.ts'
import { bornAt, unreadRules } from '../facts/unread-rule.ts'

/** What a packet meets at a hook. */
export type Station =
  | { readonly kind: 'conntrack' }
  | { readonly kind: 'nat'; readonly chains: readonly Chain[] }
  | { readonly kind: 'chain'; readonly chain: Chain }

/** The rule sets of a host, made ready for walking. */
export type Book = {
  readonly chains: readonly Chain[]
  /** Every chain under its `chainKey`. */
  readonly byKey: ReadonlyMap<string, Chain>
  readonly stations: Map<string, readonly Station[]>
}

/** NF_IP_PRI_CONNTRACK (include/uapi/linux/netfilter_ipv4.h). */
const CONNTRACK_PRIORITY = -200
/** NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC. */
const NAT_PRIORITY: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: -100,
  output: -100,
  input: 100,
  postrouting: 100,
}

/** The name of a chain among all chains of a host. */
export const chainKey = (
  chain: Pick<Chain, 'backend' | 'family' | 'table'>,
  name: string,
): string => `${chain.backend} ${chain.family} ${chain.table} ${name}`

/**
 * All chains; those that iptables keeps in nf_tables as iptables shows them, where it was read, but
 * at the place in time that nft tells, and without the built-in ones that do not exist there.
 */
export function chainsOf(ruleSets: readonly RuleSet[]): readonly Chain[] {
  const chains = ruleSets.flatMap((set) => set.chains)
  const aside = ruleSets.flatMap((set) => set.aside)
  const tableOf = ({ family, table }: Chain): string => `${family} ${table}`
  const iptables = chains.filter(({ backend }) => backend === 'iptables')
  const read = new Set(iptables.map(tableOf))
  const kept = new Set(aside.map(tableOf))
  const twins = new Map(aside.map((chain) => [`${tableOf(chain)} ${chain.name}`, chain]))
  const own = chains.flatMap((chain) => {
    if (chain.backend !== 'iptables' || !kept.has(tableOf(chain))) return [chain]
    const twin = twins.get(`${tableOf(chain)} ${chain.name}`)
    return twin === undefined ? [] : [bornAt(chain, twin.born)]
  })
  return [...own, ...aside.filter((chain) => !read.has(tableOf(chain)))]
}

const books = new WeakMap<readonly RuleSet[], Book>()

/** The book of these rule sets; made once for each list of them. */
export function bookOf(ruleSets: readonly RuleSet[]): Book {
  const known = books.get(ruleSets)
  if (known !== undefined) return known
  const chains = chainsOf(ruleSets)
  const byKey = new Map(chains.map((chain) => [chainKey(chain, chain.name), chain]))
  const book: Book = { chains, byKey, stations: new Map() }
  books.set(ruleSets, book)
  return book
}

const OF_ENTRY: ReadonlySet<string> = new Set([
  'state',
  'connectionMark',
  'connectionStatus',
  'direction',
  'originalSource',
  'originalDestination',
  'originalSourcePort',
  'originalDestinationPort',
])
const TRANSLATES: ReadonlySet<string> = new Set([
  ...['dnat', 'snat', 'netmap', 'redirect', 'masquerade'],
])
/** Words of both tools that ask for conntrack, in what is only known by its words. */
const ASKS =
  /\bct\b|conntrack|conn(?:limit|bytes|mark|label)|helper|synproxy|flow (?:add|offload)|NETMAP/i

function asksByVerdict(verdict: Verdict, family: 4 | 6): boolean {
  // One that translates a single family of a table of both asks for that one only.
  if (TRANSLATES.has(verdict.kind)) return !isOfOther(verdict, family)
  if (verdict.kind === 'unknown') return ASKS.test(verdict.text)
  if (verdict.kind !== 'vmap') return false
  return (
    verdict.fields.some((field) => OF_ENTRY.has(field)) ||
    verdict.rows.some((row) => asksByVerdict(row.verdict, family))
  )
}

/** Whether a verdict translates to an address of the other family only. */
export function isOfOther(verdict: Verdict, family: 4 | 6): boolean {
  const to = 'to' in verdict ? verdict.to : null
  return to !== null && (family === 4 ? /^\[|:.*:/.test(to) : /^\d+\.\d+\./.test(to))
}

function asksByMatch(match: Match): boolean {
  switch (match.kind) {
    case 'is':
      return OF_ENTRY.has(match.field)
    case 'tuple':
      return match.fields.some((field) => OF_ENTRY.has(field))
    case 'limit':
    case 'unknown':
      return ASKS.test(match.text)
    default:
      return false
  }
}

const asksByChange = (change: Change): boolean =>
  change.kind === 'mark' && (change.target === 'connection' || change.connection !== 0)

const asksByRule = ({ matches, changes, verdict }: Rule, family: 4 | 6): boolean =>
  asksByVerdict(verdict, family) || changes.some(asksByChange) || matches.some(asksByMatch)

/** A rule that asks for conntrack has one of these in its text, in the words of either tool. */
const MAY_ASK = /\bct|conn|state|helper|synproxy|flow|nat|netmap|redirect|masq/i

/**
 * Whether conntrack is on for the family: it is where a rule asks for it (nf_ct_netns_get), a nat
 * chain alone does not.
 */
const tracks = (chains: readonly Chain[], family: 4 | 6): boolean =>
  chains.some(
    (chain) =>
      (chain.family === 'inet' || chain.family === (family === 4 ? 'ip' : 'ip6')) &&
      unreadRules(chain).some(
        (rule) => rule.mayMention(MAY_ASK) && asksByRule(rule.read(), family),
      ),
  )

/**
 * A station with what puts it in order: `born` grows with the time of its making, and is null where
 * that is not known (tables outside nf_tables stand in no listing of nft's).
 */
type Ordered = {
  readonly priority: number
  readonly born: number | null
  readonly station: Station
}

/** Which of two that were made at unknown times is taken to be the younger one. */
export type Tie = 'listed' | 'unlisted'

function order(chains: readonly Chain[], hook: Hook, family: 4 | 6, tie: Tie): readonly Station[] {
  const atDevice = hook === 'ingress' || hook === 'egress'
  const families = ['inet', atDevice ? 'netdev' : family === 4 ? 'ip' : 'ip6']
  const bases = chains.filter((chain) => chain.hook !== null && families.includes(chain.family))
  const age = ({ born }: { readonly born: number | null }): number =>
    born ?? (tie === 'listed' ? -1 : Number.MAX_SAFE_INTEGER)
  const ordered: Ordered[] = bases
    .filter((chain) => chain.hook === hook && chain.type !== 'nat')
    .map((chain) => ({
      priority: chain.priority ?? 0,
      born: chain.born,
      station: { kind: 'chain', chain },
    }))
  if ((hook === 'prerouting' || hook === 'output') && tracks(chains, family)) {
    // What asks for conntrack is a rule: it comes after its chain, so conntrack is the younger one.
    ordered.push({
      priority: CONNTRACK_PRIORITY,
      born: Number.POSITIVE_INFINITY,
      station: { kind: 'conntrack' },
    })
  }
  // One nat chain anywhere is enough for NAT to be at all of its hooks.
  const nat = bases.filter(({ type }) => type === 'nat').sort((a, b) => age(a) - age(b))
  const priority = NAT_PRIORITY[hook]
  const first = nat[0]
  if (first !== undefined && priority !== undefined) {
    const own = nat
      .filter((chain) => chain.hook === hook)
      .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0) || age(b) - age(a))
    ordered.push({ priority, born: first.born, station: { kind: 'nat', chains: own } })
  }
  return ordered
    .sort((a, b) => a.priority - b.priority || age(b) - age(a))
    .map(({ station }) => station)
}

/** What a packet of this family meets at a hook, in order. */
export function stationsOf(
  book: Book,
  hook: Hook,
  family: 4 | 6,
  tie: Tie = 'listed',
): readonly Station[] {
  const key = `${hook} ${family} ${tie}`
  const known = book.stations.get(key)
  if (known !== undefined) return known
  const stations = order(book.chains, hook, family, tie)
  book.stations.set(key, stations)
  return stations
}

const HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting']

/** Whether it is open which of two chains of equal priority comes first. */
export const isTied = (book: Book, family: 4 | 6): boolean =>
  book.chains.some(({ born }) => born === null) &&
  HOOKS.some((hook) => {
    const names = (tie: Tie): string =>
      stationsOf(book, hook, family, tie)
        .flatMap((one) => (one.kind === 'chain' ? one.chain : one.kind === 'nat' ? one.chains : []))
        .map((chain) => chainKey(chain, chain.name))
        .join()
    return names('listed') !== names('unlisted')
  })
