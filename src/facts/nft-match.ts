/**
 * The conditions of a rule of nf_tables, as libnftables-json(5) gives them: comparisons with constants,
 * ranges, sets, concatenations and bits.
 */
import { formatAddress, neighbourOf, parseAddress } from '../wire/address.ts'
import { IPV4, IPV6, over, type Subject, subjectOf, valueFrom } from './nft-field.ts'
import { fieldsOf } from './nft-json.ts'
import { describeNft } from './nft-words.ts'
import { TCP_FLAGS } from './packet-word.ts'
import { complete, type Field, fieldIs, type Match, one, type Value } from './rule-set.ts'

type Rows = readonly (readonly Value[])[]

/** The elements of a set or map; `values` runs beside `keys` and is empty for a set. */
export type NftSet = {
  readonly keys: readonly unknown[]
  readonly values: readonly unknown[]
  /** Its rows by what they are compared with, so that many rules read a big set once. */
  readonly read: Map<string, Rows | null>
}

/** A set or map of these elements. */
export const nftSet = (keys: readonly unknown[], values: readonly unknown[] = []): NftSet => ({
  keys,
  values,
  read: new Map(),
})

/** The rows of a set as values of these subjects; null when one of them is not understood. */
export function rowsOf(set: NftSet, subjects: readonly Subject[]): Rows | null {
  const asked = subjects.map(({ field, family, mask }) => `${field} ${family} ${mask}`).join(' . ')
  const known = set.read.get(asked)
  if (known !== undefined) return known
  const rows = complete(set.keys.map((key) => rowOf(key, subjects)))
  set.read.set(asked, rows)
  return rows
}

/** The set that stands on the right of a comparison; null where there is none of that name. */
function rightSet(right: unknown, sets: ReadonlyMap<string, NftSet>): NftSet | null {
  const name = setName(right)
  if (name !== null) return sets.get(name) ?? null
  const inner = fieldsOf(right).set ?? right
  return nftSet(Array.isArray(inner) ? inner : [inner])
}

/** The named set that is looked up; null for an anonymous one. */
export const setName = (right: unknown): string | null =>
  typeof right === 'string' && right.startsWith('@') ? right.slice(1) : null

/** One row of a set over several fields. */
function rowOf(json: unknown, subjects: readonly Subject[]): readonly Value[] | null {
  const bare = fieldsOf(json).elem === undefined ? json : fieldsOf(fieldsOf(json).elem).val
  if (bare === '*') return subjects.map(() => one('*'))
  const cells = subjects.length === 1 ? [bare] : fieldsOf(bare).concat
  if (!Array.isArray(cells) || cells.length !== subjects.length) return null
  return complete(subjects.map((subject, at) => valueFrom(cells[at], subject)))
}

/** What a key looks at, alone or joined; null when a part is not known here. */
export function subjectsOf(left: unknown): readonly Subject[] | null {
  const parts = fieldsOf(left).concat
  return complete((Array.isArray(parts) ? parts : [left]).map(subjectOf))
}

const isFlag = (json: unknown): json is string =>
  typeof json === 'string' && TCP_FLAGS.includes(json)

/** The flags that a constant names; null for what is no list of flags. */
function flagNames(json: unknown): readonly string[] | null {
  if (json === 0) return []
  if (isFlag(json)) return [json]
  if (Array.isArray(json) && json.every(isFlag)) return json
  // `(a | b) | c` is nested twice
  const parts = (item: unknown): readonly unknown[] => [fieldsOf(item)['|'] ?? item].flat()
  const names = parts(json).flatMap(parts).flatMap(parts).map(String)
  return names.every(isFlag) ? names : null
}

/** TCP's flags against one constant; null where it is not about them, or about several. */
function flagsMatch(left: unknown, op: unknown, right: unknown): Match | null {
  const parts = fieldsOf(left)['&']
  const subject = Array.isArray(parts) ? parts[0] : left
  if (fieldsOf(fieldsOf(subject).payload).field !== 'flags') return null
  const mask = Array.isArray(parts) ? parts[1] : TCP_FLAGS
  const [bits, set] = [flagNames(mask), flagNames(right)]
  if (bits === null || set === null) return null
  const negated = op === '!=' || op === '!'
  if (op === 'in' || op === '!') return { kind: 'flags', how: 'any', negated, mask: set, set: [] }
  return op === '==' || negated ? { kind: 'flags', how: 'all', negated, mask: bits, set } : null
}

/** The greatest value of a field that `<` and `>` are asked about. */
const GREATEST: Readonly<Partial<Record<Field, number>>> = {
  sourcePort: 0xffff,
  destinationPort: 0xffff,
  originalSourcePort: 0xffff,
  originalDestinationPort: 0xffff,
  length: 0xffff_ffff,
  hopLimit: 0xff,
  serviceClass: 0x3f,
  mark: 0xffff_ffff,
  connectionMark: 0xffff_ffff,
  user: 0xffff_ffff,
  group: 0xffff_ffff,
}

/** The address beside another, as text; null where there is none. */
function beside(text: string, by: 1 | -1): string | null {
  const address = parseAddress(text)
  const next = address && neighbourOf(address, by)
  return next && formatAddress(next)
}

const ALL_ADDRESSES: Readonly<Record<4 | 6, readonly [string, string]>> = {
  4: ['0.0.0.0', '255.255.255.255'],
  6: ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
}

/** The range that `<` and its like stand for; null where it is empty or the field has no order here. */
function compared(op: string, value: Value, { field, family }: Subject): Value | null {
  if (value.kind !== 'one') return null
  const range = (from: string | null, to: string | null): Value | null =>
    from === null || to === null ? null : { kind: 'range', from, to }
  const ends = (next: (by: 1 | -1) => string | null, least: string, most: string): Value | null => {
    const text = value.value
    if (op === '<') return range(least, next(-1))
    if (op === '<=') return range(least, text)
    return op === '>' ? range(next(1), most) : range(text, most)
  }
  if (field === 'source' || field === 'destination') {
    return ends((by) => beside(value.value, by), ...ALL_ADDRESSES[family])
  }
  const [greatest, number] = [GREATEST[field], Number(value.value)]
  if (greatest === undefined || Number.isNaN(number)) return null
  const next = (by: 1 | -1): string | null =>
    number + by < 0 || number + by > greatest ? null : String(number + by)
  return ends(next, '0', String(greatest))
}

/** An expression that cannot be judged, in its own words. */
export const unknown = (json: unknown): readonly Match[] => [
  { kind: 'unknown', text: describeNft(json) },
]

/** Fields of several bits, of which a comparison without a set names some. */
const isBits = (field: Field): boolean => field === 'state' || field === 'connectionStatus'

/** Several bits at once: a packet has one state, so it never equals several. */
function bitsMatch(subject: Subject, op: unknown, right: unknown): Match | null {
  const any = op === 'in' || op === '!'
  const negated = op === '!=' || op === '!'
  const names = [fieldsOf(right)['|'] ?? right].flat()
  const values = complete(names.map((item) => valueFrom(item, subject)))
  if (values === null) return null
  // A connection's status has more bits than those that a rule names.
  if (!any)
    return subject.field === 'state'
      ? fieldIs('state', names.length > 1 ? [] : values, negated)
      : null
  return fieldIs(subject.field, values, negated)
}

/** `ip frag-off & 0x1fff != 0`: any fragment but the first (RFC 791 §3.1). */
function fragmentMatch(left: unknown, op: unknown, right: unknown): Match | null {
  const parts = fieldsOf(left)['&']
  if (!Array.isArray(parts)) return null
  const [subject, mask] = parts
  const { protocol, field } = fieldsOf(fieldsOf(subject).payload)
  const asked = protocol === 'ip' && field === 'frag-off' && mask === 0x1fff && right === 0
  if (!asked || (op !== '==' && op !== '!=')) return null
  return fieldIs('fragment', [one('later')], op === '==')
}

/** `exthdr rt exists`, `rt type 0`: a header that most packets do not have, whatever is in it. */
function extensionMatches(json: unknown, left: unknown, right: unknown): readonly Match[] | null {
  const { name, field } = fieldsOf(fieldsOf(left).exthdr)
  if (typeof name !== 'string') return null
  const isThere = (negated: boolean): Match => fieldIs('extensionHeader', [one(name)], negated)
  if (field === undefined && typeof right === 'boolean') return [IPV6, isThere(!right)]
  return [IPV6, isThere(false), ...unknown(json)]
}

/** Comparisons that are read in a way of their own; null for all others, which most are. */
function specialMatches(
  json: unknown,
  op: unknown,
  left: unknown,
  right: unknown,
): readonly Match[] | null {
  const { payload } = fieldsOf(left)
  if (payload !== undefined && fieldsOf(payload).field !== 'flags') return null
  const flags = flagsMatch(left, op, right)
  if (flags !== null) return [over('tcp'), flags]
  const fragment = fragmentMatch(left, op, right)
  if (fragment !== null) return [IPV4, fragment]
  return extensionMatches(json, left, right)
}

/** A comparison as conditions, what it implies included. */
export function matchesOf(json: unknown, sets: ReadonlyMap<string, NftSet>): readonly Match[] {
  const { op, left, right } = fieldsOf(fieldsOf(json).match)
  const special = specialMatches(json, op, left, right)
  if (special !== null) return special
  const parts = fieldsOf(left).concat
  if (Array.isArray(parts)) {
    const subjects = subjectsOf(left)
    const found = subjects && tuple(subjects, op, right, sets)
    if (subjects === null || found === null) return unknown(json)
    return [...subjects.flatMap(({ implied }) => implied), found]
  }
  const subject = subjectOf(left)
  const found = subject && single(subject, op, right, sets)
  if (subject === null || found === null) return unknown(json)
  return [...subject.implied, found]
}

/** One field against a constant, a range or a set. */
function single(
  subject: Subject,
  op: unknown,
  right: unknown,
  sets: ReadonlyMap<string, NftSet>,
): Match | null {
  const { field, mask } = subject
  if (typeof op === 'string' && /^[<>]/.test(op)) {
    const bound = mask === null ? valueFrom(right, subject) : null
    const value = bound && compared(op, bound, subject)
    return value && fieldIs(field, [value])
  }
  const isSet = 'set' in fieldsOf(right) || setName(right) !== null
  if (isBits(field) && !isSet) return bitsMatch(subject, op, right)
  if (op !== '==' && op !== '!=' && op !== 'in') return null
  if (!isSet && !Array.isArray(right)) {
    const value = right === '*' ? one('*') : valueFrom(right, subject)
    return value && fieldIs(field, [value], op === '!=')
  }
  const set = rightSet(right, sets)
  const rows = set && rowsOf(set, [subject])
  return rows && fieldIs(field, rows.flat(), op === '!=', setName(right))
}

/** Several fields against the rows of a set. */
function tuple(
  subjects: readonly Subject[],
  op: unknown,
  right: unknown,
  sets: ReadonlyMap<string, NftSet>,
): Match | null {
  if (op !== '==' && op !== '!=' && op !== 'in') return null
  const set = rightSet(right, sets)
  const rows = set && rowsOf(set, subjects)
  const fields = subjects.map(({ field }) => field)
  return rows && { kind: 'tuple', fields, negated: op === '!=', rows, set: setName(right) }
}
