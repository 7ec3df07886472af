/**
 * One rule of nf_tables, as libnftables-json(5) gives its statements, in the terms of the rule set:
 * its conditions, its counter, what it does to the packet, and the verdict with what that asks of it.
 */
import { addressWords, changeOf } from './nft-change.ts'
import { IPV4, IPV6, over } from './nft-field.ts'
import { fieldsOf, onlyEntry } from './nft-json.ts'
import {
  matchesOf,
  type NftSet,
  nftSet,
  rowsOf,
  setName,
  subjectsOf,
  unknown,
} from './nft-match.ts'
import { describeNft } from './nft-words.ts'
import {
  type Change,
  type Counter,
  complete,
  type Match,
  type Rule,
  type Verdict,
} from './rule-set.ts'

/** What a table's rules refer to by name. */
export type NftTable = {
  readonly sets: ReadonlyMap<string, NftSet>
  /** Counters that one rule alone counts with. */
  readonly counters: ReadonlyMap<string, Counter>
}

/** What a rule says, without its place. */
export type NftRule = Omit<Rule, 'place' | 'comment'>

/** A verdict, and the conditions that it brings along. */
type Ending = { readonly verdict: Verdict; readonly implied: readonly Match[] }

const targetOf = (inner: unknown): string => String(fieldsOf(inner).target ?? '')

/** A verdict that needs no more than its own statement; null when it is none. */
function verdictOf(json: unknown): Verdict | null {
  const [kind, inner] = onlyEntry(json)
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'masquerade':
    case 'queue':
      return { kind }
    case 'jump':
    case 'goto':
      return { kind, target: targetOf(inner) }
    case 'reject': {
      const { type, expr } = fieldsOf(inner)
      return { kind, with: type === 'tcp reset' ? 'tcp-reset' : String(expr ?? 'port-unreachable') }
    }
    case 'redirect':
    case 'dnat':
    case 'snat':
      return { kind, to: addressWords(inner) }
    case 'synproxy':
    case 'fwd':
      return { kind: 'unknown', text: describeNft(json) }
    default:
      return null
  }
}

/** Conditions that a verdict brings along: a reject of one kind, a translation of one family. */
function verdictImplies(inner: unknown): readonly Match[] {
  const { type, family } = fieldsOf(inner)
  if (type === 'tcp reset') return [over('tcp')]
  if (type === 'icmp' || family === 'ip') return [IPV4]
  return type === 'icmpv6' || family === 'ip6' ? [IPV6] : []
}

/** The rows of a map, named or anonymous, with what each stands for; null where it is not known. */
function mapRows(data: unknown, { sets }: NftTable): NftSet | null {
  const name = setName(data)
  if (name !== null) return sets.get(name) ?? null
  const anonymous = fieldsOf(data).set
  const pairs = Array.isArray(anonymous) ? anonymous.filter(Array.isArray) : []
  return nftSet(
    pairs.map((pair) => pair[0]),
    pairs.map((pair) => pair[1]),
  )
}

/** A map as a verdict, where `decide` says what a value of it stands for. */
function mapped(
  { key, data }: Readonly<Record<string, unknown>>,
  table: NftTable,
  decide: (value: unknown) => Verdict | null,
): Ending | null {
  const [subjects, map] = [subjectsOf(key), mapRows(data, table)]
  if (subjects === null || map === null) return null
  const keys = rowsOf(map, subjects)
  const verdicts = complete(map.values.map(decide))
  if (keys === null || verdicts === null || keys.length !== verdicts.length) return null
  const rows = keys.flatMap((values, at) => {
    const verdict = verdicts[at]
    return verdict === undefined ? [] : [{ values, verdict }]
  })
  const fields = subjects.map(({ field }) => field)
  return {
    verdict: { kind: 'vmap', fields, rows, set: setName(data) },
    implied: subjects.flatMap(({ implied }) => implied),
  }
}

const TRANSLATIONS: ReadonlySet<string> = new Set(['dnat', 'snat', 'redirect', 'masquerade'])

/** A translation whose address or port a map tells: `dnat to tcp dport map { 80 : 10.0.0.1 }`. */
function translationMap(kind: string, inner: unknown, table: NftTable): Ending | null {
  const of = fieldsOf(inner)
  const [address, port] = [fieldsOf(of.addr).map, fieldsOf(of.port).map]
  const map = address ?? port
  // A prefix that keeps the rest of the address is no place by itself; and the connection counts as translated
  // where its address stays, which no other translation does (seen with Linux 6.18).
  if (map === undefined || (address && port) || of.flags === 'netmap') return null
  return mapped(fieldsOf(map), table, (value) => {
    const both = fieldsOf(value).concat
    const [addr, inside] = Array.isArray(both) ? both : [value]
    const to = address === undefined ? { ...of, port: value } : { port: inside, ...of, addr }
    return verdictOf({ [kind]: to })
  })
}

/** Statements that end the rule. */
const ENDINGS: ReadonlySet<string> = new Set([
  ...TRANSLATIONS,
  ...['accept', 'drop', 'return', 'continue', 'queue', 'jump', 'goto', 'reject', 'synproxy', 'fwd'],
  'vmap',
])

/** How a statement of one of these kinds ends the rule. */
function endingOf(statement: unknown, table: NftTable): Ending {
  const [kind, inner] = onlyEntry(statement)
  const fromMap =
    kind === 'vmap'
      ? mapped(fieldsOf(inner), table, verdictOf)
      : TRANSLATIONS.has(kind)
        ? translationMap(kind, inner, table)
        : null
  const verdict = fromMap?.verdict ??
    verdictOf(statement) ?? { kind: 'unknown', text: describeNft(statement) }
  const implied = verdictImplies(inner)
  return { verdict, implied: fromMap === null ? implied : [...implied, ...fromMap.implied] }
}

/** Statements after which the next one is reached in any case. */
const PASSING: ReadonlySet<string> = new Set([
  ...['log', 'mangle', 'notrack', 'ct helper', 'ct timeout', 'ct expectation', 'flow'],
  ...['last', 'secmark', 'dup', 'set', 'map'],
])
const LIMITS: ReadonlySet<string> = new Set(['limit', 'quota', 'ct count', 'connlimit', 'meter'])

/** Whether adding to a set is held to a rate: then the rule goes on only where that allows it. */
const isLimited = (addition: unknown): boolean =>
  [fieldsOf(addition).stmt ?? []].flat().some((stmt) => LIMITS.has(onlyEntry(stmt)[0]))

const number = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0

/** The counter of a statement, the rule's own or one of a name. */
function counterOf(inner: unknown, { counters }: NftTable): Counter | null {
  if (typeof inner === 'string') return counters.get(inner) ?? null
  const { packets, bytes } = fieldsOf(inner)
  return packets === undefined ? null : { packets: number(packets), bytes: number(bytes) }
}

const CONTINUE: Verdict = { kind: 'continue' }

/**
 * Whether one of the conditions with which a rule begins fails. `next` gives its statements, one with each
 * call; none behind the failing one, and behind the first that is no condition, is asked for.
 */
export function failsEarly(
  next: () => unknown,
  { sets }: NftTable,
  fails: (match: Match) => boolean,
): boolean {
  for (let statement = next(); onlyEntry(statement)[0] === 'match'; statement = next())
    if (matchesOf(statement, sets).some(fails)) return true
  return false
}

/** A rule from its list of statements; what is not understood becomes an unknown condition. */
export function nftRule(statements: unknown, table: NftTable): NftRule {
  const matches: Match[] = []
  const changes: Change[] = []
  let [counter, countedAfter]: [Counter | null, number] = [null, 0]
  // A last statement that is not known may be a verdict.
  let verdict = CONTINUE
  for (const statement of Array.isArray(statements) ? statements : []) {
    const [kind, inner] = onlyEntry(statement)
    if (ENDINGS.has(kind)) {
      const ending = endingOf(statement, table)
      matches.push(...ending.implied)
      return { counter, countedAfter, matches, changes, verdict: ending.verdict }
    }
    verdict = CONTINUE
    if (kind === 'match') matches.push(...matchesOf(statement, table.sets))
    else if (kind === 'counter') {
      const own = counterOf(inner, table)
      if (own !== null) [counter, countedAfter] = [own, matches.length]
    } else {
      if (LIMITS.has(kind) || (kind === 'set' && isLimited(inner))) {
        matches.push({ kind: 'limit', text: describeNft(statement) })
      } else if (!PASSING.has(kind)) {
        matches.push(...unknown(statement))
        verdict = { kind: 'unknown', text: describeNft(statement) }
      }
      const change = changeOf(statement, matches.length)
      if (change !== null) changes.push(change)
    }
  }
  return { counter, countedAfter, matches, changes, verdict }
}
