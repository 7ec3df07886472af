/**
 * The conditions of a rule of nf_tables, as libnftables-json(5) gives them. What nft leaves unsaid
 * is said: `ip saddr` looks at IPv4 only, `tcp dport` at TCP only (payload dependencies, nftables
 * src/payload.c and src/evaluate.c).
 */
import { describeNft, fieldsOf, onlyEntry } from './nft-words.ts'
import {
  type Field,
  fieldIs,
  icmpTypeText,
  type Match,
  one,
  protocolText,
  type Value,
} from './rule-set.ts'

/** The elements of a named set or map; `verdicts` runs beside `rows` and is empty for a set. */
export type NftSet = {
  readonly rows: readonly unknown[]
  readonly verdicts: readonly unknown[]
}

/** What an expression looks at, and what else it asks of the packet by that. */
export type Subject = {
  readonly field: Field
  readonly family: 4 | 6
  readonly implied: readonly Match[]
}

/** The condition that it is IPv4. */
export const IPV4: Match = fieldIs('family', [one('ipv4')])
/** The condition that it is IPv6. */
export const IPV6: Match = fieldIs('family', [one('ipv6')])
/** The condition that it is of one protocol. */
export const over = (protocol: string): Match => fieldIs('protocol', [one(protocol)])

/** Fields of headers, by `protocol field`. */
const HEADERS: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ['ip saddr', { field: 'source', family: 4, implied: [IPV4] }],
  ['ip daddr', { field: 'destination', family: 4, implied: [IPV4] }],
  ['ip protocol', { field: 'protocol', family: 4, implied: [IPV4] }],
  ['ip6 saddr', { field: 'source', family: 6, implied: [IPV6] }],
  ['ip6 daddr', { field: 'destination', family: 6, implied: [IPV6] }],
  ['ip6 nexthdr', { field: 'protocol', family: 6, implied: [IPV6] }],
  ['icmp type', { field: 'icmpType', family: 4, implied: [over('icmp')] }],
  ['icmpv6 type', { field: 'icmpType', family: 6, implied: [over('ipv6-icmp')] }],
  ['th sport', { field: 'sourcePort', family: 4, implied: [] }],
  ['th dport', { field: 'destinationPort', family: 4, implied: [] }],
  ...['tcp', 'udp', 'udplite', 'sctp', 'dccp'].flatMap((name): [string, Subject][] => [
    [`${name} sport`, { field: 'sourcePort', family: 4, implied: [over(name)] }],
    [`${name} dport`, { field: 'destinationPort', family: 4, implied: [over(name)] }],
  ]),
])

const META: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['l4proto', 'protocol'],
  ['nfproto', 'family'],
  ['protocol', 'family'],
  ['iif', 'inputDevice'],
  ['iifname', 'inputDevice'],
  ['oif', 'outputDevice'],
  ['oifname', 'outputDevice'],
  ['mark', 'mark'],
  ['skuid', 'user'],
  ['skgid', 'group'],
  ['pkttype', 'packetType'],
])

/** What an expression looks at; null when it is nothing that a packet of the walk has. */
function subjectOf(expression: unknown): Subject | null {
  const [kind, inner] = onlyEntry(expression)
  const of = fieldsOf(inner)
  const plain = (field: Field | undefined): Subject | null =>
    field === undefined ? null : { field, family: 4, implied: [] }
  if (kind === 'payload') return HEADERS.get(`${of.protocol} ${of.field}`) ?? null
  if (kind === 'meta') return plain(META.get(String(of.key)))
  if (kind === 'ct') return plain(of.key === 'state' && of.dir === undefined ? 'state' : undefined)
  if (kind !== 'fib' || of.result !== 'type') return null
  const flags = [of.flags].flat().join(' ')
  if (flags === 'saddr') return plain('sourceType')
  return plain(flags === 'daddr' ? 'destinationType' : undefined)
}

/** Ports that listings of nft before 0.9.1 print by name. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['ftp', '21'],
  ['ssh', '22'],
  ['telnet', '23'],
  ['smtp', '25'],
  ['domain', '53'],
  ['http', '80'],
  ['ntp', '123'],
  ['https', '443'],
])

function spelled(word: string, subject: Subject): string {
  if (word === '*') return word
  switch (subject.field) {
    case 'protocol':
      return protocolText(word)
    case 'family':
      return word.replace(/^ip$/, 'ipv4').replace(/^ip6$/, 'ipv6')
    case 'icmpType':
      return icmpTypeText(word, subject.family)
    case 'sourcePort':
    case 'destinationPort':
      return SERVICES.get(word) ?? word
    default:
      return word
  }
}

/** A constant as a value of `subject`; null when it is none. */
function valueFrom(json: unknown, subject: Subject): Value | null {
  if (typeof json === 'string' || typeof json === 'number')
    return one(spelled(String(json), subject))
  const [kind, inner] = onlyEntry(json)
  const of = fieldsOf(inner)
  if (kind === 'elem')
    return typeof of.val === 'object' && 'elem' in fieldsOf(of.val)
      ? null
      : valueFrom(of.val, subject)
  if (kind === 'range' && Array.isArray(inner) && inner.length === 2) {
    return {
      kind: 'range',
      from: spelled(String(inner[0]), subject),
      to: spelled(String(inner[1]), subject),
    }
  }
  if (kind !== 'prefix' || typeof of.len !== 'number') return null
  return { kind: 'prefix', address: String(of.addr), length: of.len }
}

/** The elements that stand on the right of a comparison. */
function elementsOf(right: unknown, sets: ReadonlyMap<string, NftSet>): readonly unknown[] | null {
  if (typeof right === 'string' && right.startsWith('@')) {
    return sets.get(right.slice(1))?.rows ?? null
  }
  if (Array.isArray(right)) return right
  const inner = fieldsOf(right).set
  return Array.isArray(inner) ? inner : [right]
}

/** The name of the set that a rule refers to, `@name`; else null. */
export const setName = (right: unknown): string | null =>
  typeof right === 'string' && right.startsWith('@') ? right.slice(1) : null

/** The items, or null when one of them is missing. */
export const complete = <T>(items: readonly (T | null)[]): readonly T[] | null => {
  const present = items.filter((item) => item !== null)
  return present.length === items.length ? present : null
}

/** One row of a set over several fields. */
export function rowOf(json: unknown, subjects: readonly Subject[]): readonly Value[] | null {
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

/** TCP's flags; `!=` with one bit of the mask and 0 is how old versions say “any of”. */
function flagsMatch(left: unknown, op: unknown, right: unknown): Match | null {
  const names = (json: unknown): readonly string[] => {
    const list = fieldsOf(json)['|'] ?? json
    return [list]
      .flat(4)
      .flatMap((item) => (typeof item === 'string' ? [item] : names(fieldsOf(item)['|'] ?? [])))
  }
  const parts = fieldsOf(left)['&']
  const [subject, mask] = Array.isArray(parts)
    ? parts
    : [left, ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr']]
  if (fieldsOf(fieldsOf(subject).payload).field !== 'flags') return null
  const negated = op === '!=' || op === '!'
  if (op === 'in' || op === '!')
    return { kind: 'flags', how: 'any', negated, mask: names(right), set: [] }
  return {
    kind: 'flags',
    how: 'all',
    negated,
    mask: names(mask),
    set: right === 0 ? [] : names(right),
  }
}

/** The values that `<` and its like stand for, for a port. */
function compared(op: unknown, right: unknown): readonly Value[] | null {
  if (typeof right !== 'number') return null
  const range = (from: number, to: number): readonly Value[] => [
    { kind: 'range', from: String(from), to: String(to) },
  ]
  if (op === '<') return range(0, right - 1)
  if (op === '<=') return range(0, right)
  if (op === '>') return range(right + 1, 0xffff)
  return op === '>=' ? range(right, 0xffff) : null
}

/** `meta mark & 0xff == 0x1` as iptables writes it, `0x1/0xff`. */
function markMatch(left: unknown, op: unknown, right: unknown): Match | null {
  const [subject, mask] = [fieldsOf(left)['&']].flat()
  const isMark = fieldsOf(fieldsOf(subject).meta).key === 'mark'
  if (!isMark || typeof mask !== 'number' || typeof right !== 'number') return null
  const value = one(`0x${right.toString(16)}/0x${mask.toString(16)}`)
  return op === '==' || op === '!=' ? fieldIs('mark', [value], op === '!=') : null
}

/** An expression that cannot be judged, in its own words. */
export const unknown = (json: unknown): readonly Match[] => [
  { kind: 'unknown', text: describeNft(json) },
]

/** A comparison as conditions, what it implies included. */
export function matchesOf(json: unknown, sets: ReadonlyMap<string, NftSet>): readonly Match[] {
  const { op, left, right } = fieldsOf(fieldsOf(json).match)
  const flags = flagsMatch(left, op, right)
  if (flags !== null) return [over('tcp'), flags]
  const mark = markMatch(left, op, right)
  if (mark !== null) return [mark]
  const subjects = subjectsOf(left)
  const first = subjects?.[0]
  if (subjects === null || first === undefined) return unknown(json)
  const implied = subjects.flatMap((subject) => subject.implied)
  const negated = op === '!=' || op === '!'
  if (typeof op === 'string' && /^[<>]/.test(op)) {
    const values = first.field.endsWith('Port') ? compared(op, right) : null
    return values === null ? unknown(json) : [...implied, fieldIs(first.field, values)]
  }
  // Several bits at once: a packet has one state, so it never equals them.
  if (first.field === 'state' && '|' in fieldsOf(right)) {
    return [
      fieldIs(
        'state',
        op === 'in' || op === '!'
          ? (complete([fieldsOf(right)['|']].flat().map((item) => valueFrom(item, first))) ?? [])
          : [],
        negated,
      ),
    ]
  }
  const elements = elementsOf(right, sets)
  if (elements === null) return unknown(json)
  const rows = complete(elements.map((element) => rowOf(element, subjects)))
  if (rows === null) return unknown(json)
  const set = setName(right)
  if (subjects.length === 1) return [...implied, fieldIs(first.field, rows.flat(), negated, set)]
  return [
    ...implied,
    { kind: 'tuple', fields: subjects.map(({ field }) => field), negated, rows, set },
  ]
}
