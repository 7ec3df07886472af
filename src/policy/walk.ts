/**
 * The walk of a packet through the chains of one hook, as the kernel does it: base chains in the
 * order of their priority (net/netfilter/core.c), jumps, gotos, maps, policies
 * (net/netfilter/nf_tables_core.c, net/ipv4/netfilter/ip_tables.c). Where a rule cannot be judged,
 * both ways are walked, and the answer is only given when both lead to it. Chains of bridge, netdev
 * and arp are not walked.
 */
import {
  type Chain,
  describePlace,
  type Hook,
  type Place,
  type Rule,
  type RuleSet,
  type Verdict,
} from '../facts/rule-set.ts'
import { policyPlace } from './counters.ts'
import { matches, type Packet, rowFits, type Surroundings } from './packet.ts'

/** What becomes of a packet at one hook. */
export type Decision = {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'redirect' | 'unknown'
  /** What decided; for an unknown verdict, what decides if none of the uncertain rules does. */
  readonly place: Place | null
  /** `tcp-reset`, `port-unreachable`, … */
  readonly rejectWith: string | null
  /** Where it is redirected to, in the tool's words. */
  readonly to: string | null
  readonly because: string
  /** Rules that cannot be judged and could change it. */
  readonly uncertain: readonly Place[]
}

/** One way in which a base chain may end. */
type Outcome = Pick<Decision, 'verdict' | 'place' | 'rejectWith' | 'to'>

/** Whether the packet comes back out of a chain: surely, perhaps, or never. */
type Passing = 'passes' | 'may-pass' | 'ends'

type Walk = {
  readonly chains: ReadonlyMap<string, Chain>
  readonly around: Surroundings
  packet: Packet
  outcomes: Outcome[]
  readonly uncertain: Map<Place, string>
  /** Rules that may still be looked at. */
  steps: number
}

/** Enough for any real rule set; one that jumps in circles or branches without end is given up. */
const MOST_STEPS = 1_000_000
/** nf_tables allows 16 jumps (NFT_JUMP_STACK_SIZE); iptables a few more. */
const DEEPEST = 64

const key = (chain: Pick<Chain, 'backend' | 'family' | 'table'>, name: string): string =>
  `${chain.backend} ${chain.family} ${chain.table} ${name}`

const outcome = (
  verdict: Outcome['verdict'],
  place: Place | null,
  more: Partial<Outcome> = {},
): Outcome => ({
  verdict,
  place,
  rejectWith: null,
  to: null,
  ...more,
})

/** The end that a verdict is; null when it is none. */
function endOf(verdict: Verdict, place: Place): Outcome | null {
  switch (verdict.kind) {
    case 'accept':
    case 'snat':
    case 'masquerade':
      return outcome('accept', place)
    case 'drop':
      return outcome('drop', place)
    case 'reject':
      return outcome('reject', place, { rejectWith: verdict.with })
    case 'redirect':
    case 'dnat':
      return outcome('redirect', place, { to: verdict.to })
    case 'queue':
    case 'unknown':
      return outcome('unknown', place)
    default:
      return null
  }
}

/** A verdict that applies surely, or perhaps; says whether the rules after it are reached. */
function apply(
  walk: Walk,
  rule: Rule,
  verdict: Verdict,
  chain: Chain,
  depth: number,
): Passing | 'returns' {
  const end = endOf(verdict, rule.place)
  if (end !== null) {
    walk.outcomes.push(end)
    if (end.verdict === 'unknown')
      walk.uncertain.set(rule.place, `\`${rule.place.text}\` leaves it to others`)
    return verdict.kind === 'unknown' ? 'may-pass' : 'ends'
  }
  if (verdict.kind === 'return') return 'returns'
  if (verdict.kind === 'vmap') return applyMap(walk, rule, verdict, chain, depth)
  if (verdict.kind !== 'jump' && verdict.kind !== 'goto') return 'passes'
  const target = walk.chains.get(key(chain, verdict.target))
  const passing = target === undefined ? 'passes' : walkRules(walk, target, depth + 1)
  if (verdict.kind === 'jump' || passing === 'ends') return passing
  return 'returns'
}

/** The row of a map that fits; one with a wildcard only where no other does. */
function applyMap(
  walk: Walk,
  rule: Rule,
  map: Verdict & { kind: 'vmap' },
  chain: Chain,
  depth: number,
): Passing | 'returns' {
  const wild = (row: (typeof map.rows)[number]): boolean =>
    row.values.every((value) => value.kind === 'one' && value.value === '*')
  const rows = [...map.rows.filter((row) => !wild(row)), ...map.rows.filter(wild)]
  for (const row of rows) {
    const fit = rowFits(map.fields, row.values, walk.packet, walk.around)
    if (fit.answer === 'yes') return apply(walk, rule, row.verdict, chain, depth)
    if (fit.answer === 'unknown') {
      walk.uncertain.set(rule.place, fit.because ?? '')
      apply(walk, rule, row.verdict, chain, depth)
    }
  }
  return 'passes'
}

/** Ends the walk without an answer; said once, wherever it is noticed. */
function giveUp(walk: Walk, rule: Rule): Passing {
  walk.steps = 0
  if (!walk.outcomes.some(({ verdict }) => verdict === 'unknown')) {
    walk.outcomes.push(outcome('unknown', rule.place))
  }
  return 'may-pass'
}

/** The rules of a chain, in order. */
function walkRules(walk: Walk, chain: Chain, depth: number): Passing {
  let passing: Passing = 'passes'
  let mayReturn = false
  for (const rule of chain.rules) {
    if (walk.steps-- <= 0 || depth > DEEPEST) return giveUp(walk, rule)
    if (rule.verdict.kind === 'continue') continue
    const fit = matches(rule, walk.packet, walk.around)
    if (fit.answer === 'no') continue
    const before = walk.outcomes.length
    const after = apply(walk, rule, rule.verdict, chain, depth)
    const ended = walk.outcomes.length > before
    if (fit.answer === 'yes') {
      if (after === 'ends') return mayReturn ? 'may-pass' : 'ends'
      if (ended) passing = 'may-pass'
      if (after === 'returns') return passing
      continue
    }
    if (ended || after === 'returns') walk.uncertain.set(rule.place, fit.because ?? '')
    if (ended) passing = 'may-pass'
    if (after === 'returns') mayReturn = true
  }
  return passing
}

/** NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC: all nat chains of a hook run there (nf_nat_core.c). */
const NAT_PRIORITY = { prerouting: -100, output: -100, input: 100, postrouting: 100 } as const

function effectivePriority(chain: Chain): number {
  const { hook, priority } = chain
  if (chain.type !== 'nat' || hook === null || !(hook in NAT_PRIORITY)) return priority ?? 0
  return NAT_PRIORITY[hook as keyof typeof NAT_PRIORITY]
}

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

function baseChains(chains: readonly Chain[], hook: Hook, packet: Packet): readonly Chain[] {
  const families: readonly string[] = ['inet', packet.family === 4 ? 'ip' : 'ip6']
  // Only a connection's first packet is translated by rules.
  const translates = packet.state === 'new' || packet.state === 'related'
  // Of equal priorities the one that was made last comes first (nf_hook_entries_grow).
  return [...chains]
    .reverse()
    .filter((chain) => chain.hook === hook && families.includes(chain.family))
    .filter((chain) => chain.type !== 'nat' || translates)
    .sort(
      (one, other) =>
        effectivePriority(one) - effectivePriority(other) ||
        (one.priority ?? 0) - (other.priority ?? 0),
    )
}

/** The packet after a translation to one place; as it was where `to` is a range or a map. */
function translated(packet: Packet, to: string | null): Packet {
  const found = /^(?:\[([^\]]+)\]|([0-9.]+)|([0-9a-f]*:[0-9a-f]*:[0-9a-f:]*))?(?::(\d+))?$/.exec(
    to ?? '',
  )
  if (found === null) return packet
  const [, bracketed, four, six, port] = found
  return {
    ...packet,
    destination: bracketed ?? four ?? six ?? packet.destination,
    destinationPort: port === undefined ? packet.destinationPort : Number(port),
  }
}

/** Names that a packet has not at a hook: it has not been routed yet, or never came in. */
function atHook(packet: Packet, hook: Hook): Packet {
  const noOutput = hook === 'prerouting' || hook === 'input' || hook === 'ingress'
  if (noOutput) return { ...packet, outputDevice: '' }
  return hook === 'output' ? { ...packet, inputDevice: '' } : packet
}

const SETS_MARK = /\bmark set\b|-j (?:CONN)?MARK\b|"mangle"|"MARK"/
const setsMark = (chain: Chain): boolean =>
  chain.rules.some((rule) => SETS_MARK.test(rule.place.text))

const passes = ({ verdict }: Outcome): boolean => verdict === 'accept' || verdict === 'redirect'

/** One base chain: its possible ends, of which the last is the one without the uncertain rules. */
function walkBase(walk: Walk, chain: Chain): readonly Outcome[] {
  walk.outcomes = []
  if (walkRules(walk, chain, 0) !== 'ends') {
    walk.outcomes.push(outcome(chain.policy ?? 'accept', policyPlace(chain)))
  }
  return walk.outcomes
}

const DOES: Readonly<Record<Decision['verdict'], string>> = {
  accept: 'lets it pass',
  drop: 'drops it',
  reject: 'rejects it',
  redirect: 'sends it elsewhere',
  unknown: 'leaves it to another program',
}

/** `sure` is what happens if no uncertain rule fits, `possible` all that may happen. */
function decide(sure: Outcome, possible: readonly Outcome[], walk: Walk): Decision {
  const uncertain = [...walk.uncertain.keys()]
  const blocks = possible.every(({ verdict }) => verdict === 'drop' || verdict === 'reject')
  const agreed = possible.every(({ verdict }) => verdict === sure.verdict && verdict !== 'unknown')
  if (blocks || agreed) {
    const to = sure.to === null ? '' : `, to ${sure.to}`
    const because =
      sure.place === null
        ? 'no chain of this hook stops it'
        : `${describePlace(sure.place)} ${DOES[sure.verdict]}${to}`
    return { ...sure, because, uncertain: blocks ? uncertain : [] }
  }
  const [reason] = walk.uncertain.values()
  const because = reason ?? 'the rules are too many, or jump in circles'
  return { ...sure, verdict: 'unknown', because, uncertain }
}

/**
 * What the rules of one hook do with the packet. `localAddresses` are this host's, where known: some
 * rules ask whether an address is one of them.
 */
export function walkHook(
  ruleSets: readonly RuleSet[],
  hook: Hook,
  packet: Packet,
  localAddresses: readonly string[] | null = null,
): Decision {
  const chains = chainsOf(ruleSets)
  const mark = chains.some(setsMark) ? null : 0
  const walk: Walk = {
    chains: new Map(chains.map((chain) => [key(chain, chain.name), chain])),
    around: { hook, localAddresses, mark },
    packet: atHook(packet, hook),
    outcomes: [],
    uncertain: new Map(),
    steps: MOST_STEPS,
  }
  let sure: Outcome = outcome('accept', null)
  let through: Outcome = sure
  const blocking: Outcome[] = []
  for (const chain of baseChains(chains, hook, packet)) {
    const ends = walkBase(walk, chain)
    const passing = ends.filter(passes)
    for (const end of ends) if (!passes(end)) blocking.push(end)
    const last = ends.at(-1) ?? sure
    if (passes(sure) && (sure.verdict !== 'redirect' || !passes(last))) sure = last
    const [only, other] = passing
    if (only === undefined) return decide(sure, blocking, walk)
    if (passing.some(({ verdict }) => verdict === 'redirect')) {
      if (other === undefined) walk.packet = translated(walk.packet, only.to)
      else blocking.push(outcome('unknown', only.place))
    }
    if (through.verdict !== 'redirect') through = passing.at(-1) ?? through
  }
  return decide(sure, [...blocking, through], walk)
}
