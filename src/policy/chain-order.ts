/**
 * The chains that a packet meets at a hook, in the kernel's order: by priority, of equal ones the
 * younger first (net/netfilter/core.c nf_hook_entries_grow). Beside them stand conntrack, which
 * sees packets first at prerouting and output, and NAT, which asks all nat chains of a hook at one
 * moment (net/netfilter/nf_nat_core.c nf_nat_register_fn).
 */
import type { Chain, Change, Hook, Match, RuleSet, Verdict } from '../facts/rule-set.ts'

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

/** All chains; those that iptables keeps in nf_tables only where iptables itself was not read. */
export function chainsOf(ruleSets: readonly RuleSet[]): readonly Chain[] {
  const chains = ruleSets.flatMap((set) => set.chains)
  const read = new Set(
    chains
      .filter(({ backend }) => backend === 'iptables')
      .map(({ family, table }) => `${family} ${table}`),
  )
  const aside = ruleSets.flatMap((set) => set.aside)
  return [...chains, ...aside.filter(({ family, table }) => !read.has(`${family} ${table}`))]
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
const TRANSLATES: ReadonlySet<string> = new Set(['dnat', 'snat', 'redirect', 'masquerade'])
/** Words of both tools that ask for conntrack, in what is only known by its words. */
const ASKS =
  /\bct\b|conntrack|conn(?:limit|bytes|mark|label)|helper|synproxy|flow (?:add|offload)|NETMAP/i

const asksByVerdict = (verdict: Verdict): boolean =>
  TRANSLATES.has(verdict.kind) ||
  (verdict.kind === 'unknown' && ASKS.test(verdict.text)) ||
  (verdict.kind === 'vmap' &&
    (verdict.fields.some((field) => OF_ENTRY.has(field)) ||
      verdict.rows.some((row) => asksByVerdict(row.verdict))))

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

/**
 * Whether conntrack is on for the family: it is where a rule asks for it (nf_ct_netns_get), a nat
 * chain alone does not.
 */
const tracks = (chains: readonly Chain[], family: 4 | 6): boolean =>
  chains.some(
    (chain) =>
      (chain.family === 'inet' || chain.family === (family === 4 ? 'ip' : 'ip6')) &&
      chain.rules.some(
        ({ matches, changes, verdict }) =>
          asksByVerdict(verdict) || changes.some(asksByChange) || matches.some(asksByMatch),
      ),
  )

/** A station with what puts it in order; `born` grows with the time of its making. */
type Ordered = { readonly priority: number; readonly born: number; readonly station: Station }

function order(chains: readonly Chain[], hook: Hook, family: 4 | 6): readonly Station[] {
  const families: readonly string[] = ['inet', family === 4 ? 'ip' : 'ip6']
  const bases = chains.flatMap((chain, born) =>
    chain.hook !== null && families.includes(chain.family) ? [{ chain, born }] : [],
  )
  const here = bases.filter(({ chain }) => chain.hook === hook)
  const ordered: Ordered[] = here
    .filter(({ chain }) => chain.type !== 'nat')
    .map(({ chain, born }) => ({
      priority: chain.priority ?? 0,
      born,
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
  const nat = bases.filter(({ chain }) => chain.type === 'nat')
  const priority = NAT_PRIORITY[hook]
  const first = nat[0]
  if (first !== undefined && priority !== undefined) {
    const own = nat
      .filter(({ chain }) => chain.hook === hook)
      .sort((a, b) => (a.chain.priority ?? 0) - (b.chain.priority ?? 0) || b.born - a.born)
    ordered.push({
      priority,
      born: first.born,
      station: { kind: 'nat', chains: own.map(({ chain }) => chain) },
    })
  }
  return ordered
    .sort((a, b) => a.priority - b.priority || b.born - a.born)
    .map(({ station }) => station)
}

/** What a packet of this family meets at a hook, in order. */
export function stationsOf(book: Book, hook: Hook, family: 4 | 6): readonly Station[] {
  const key = `${hook} ${family}`
  const known = book.stations.get(key)
  if (known !== undefined) return known
  const stations = order(book.chains, hook, family)
  book.stations.set(key, stations)
  return stations
}
