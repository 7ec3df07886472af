/**
 * What an expression of nf_tables looks at, as libnftables-json(5) gives it, and the constants that it is
 * compared with. What nft leaves unsaid is said: `ip saddr` looks at IPv4 only, `tcp dport` at TCP only
 * (payload dependencies, nftables src/payload.c and src/evaluate.c).
 */
import { INVALID } from './nft-expression-words.ts'
import { fieldsOf, onlyEntry } from './nft-json.ts'
import {
  icmpCodeText,
  icmpTypeText,
  protocolText,
  serviceClassText,
  tcpFlagsText,
} from './packet-word.ts'
import { type Field, fieldIs, type Match, one, type Value } from './rule-set.ts'

/** What an expression looks at, and what else it asks of the packet by that. */
export type Subject = {
  readonly field: Field
  readonly family: 4 | 6
  readonly implied: readonly Match[]
  /** Only these bits count. */
  readonly mask: string | null
}

/** The condition that it is IPv4. */
export const IPV4: Match = fieldIs('family', [one('ipv4')])
/** The condition that it is IPv6. */
export const IPV6: Match = fieldIs('family', [one('ipv6')])
/** The condition that it is of one protocol. */
export const over = (protocol: string): Match => fieldIs('protocol', [one(protocol)])

const subject = (field: Field, implied: readonly Match[] = [], family: 4 | 6 = 4): Subject => ({
  field,
  family,
  implied,
  mask: null,
})

/** Fields of headers, by `protocol field`. */
const HEADERS: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ['ip saddr', subject('source', [IPV4])],
  ['ip daddr', subject('destination', [IPV4])],
  ['ip protocol', subject('protocol', [IPV4])],
  ['ip length', subject('length', [IPV4])],
  ['ip ttl', subject('hopLimit', [IPV4])],
  ['ip dscp', subject('serviceClass', [IPV4])],
  ['ip6 saddr', subject('source', [IPV6], 6)],
  ['ip6 daddr', subject('destination', [IPV6], 6)],
  ['ip6 nexthdr', subject('protocol', [IPV6], 6)],
  ['ip6 hoplimit', subject('hopLimit', [IPV6], 6)],
  ['ip6 dscp', subject('serviceClass', [IPV6], 6)],
  ['icmp type', subject('icmpType', [over('icmp')])],
  ['icmp code', subject('icmpCode', [over('icmp')])],
  ['icmpv6 type', subject('icmpType', [over('ipv6-icmp')], 6)],
  ['icmpv6 code', subject('icmpCode', [over('ipv6-icmp')], 6)],
  ['tcp flags', subject('tcpFlags', [over('tcp')])],
  ['th sport', subject('sourcePort')],
  ['th dport', subject('destinationPort')],
  ...['tcp', 'udp', 'udplite', 'sctp', 'dccp'].flatMap((name): [string, Subject][] => [
    [`${name} sport`, subject('sourcePort', [over(name)])],
    [`${name} dport`, subject('destinationPort', [over(name)])],
  ]),
  ['ether saddr', subject('sourceHardware')],
])

/** A field of a header by its two words, `tcp dport`; null for one that is not known here. */
export const headerField = (words: string): Subject | null => HEADERS.get(words) ?? null

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
  ['length', 'length'],
])

/** Of conntrack's entry, by `direction key`. */
const CONNECTION: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ['state', subject('state')],
  ['mark', subject('connectionMark')],
  ['status', subject('connectionStatus')],
  ['direction', subject('direction')],
  ['original ip saddr', subject('originalSource', [IPV4])],
  ['original ip daddr', subject('originalDestination', [IPV4])],
  ['original ip6 saddr', subject('originalSource', [IPV6], 6)],
  ['original ip6 daddr', subject('originalDestination', [IPV6], 6)],
  ['original proto-src', subject('originalSourcePort')],
  ['original proto-dst', subject('originalDestinationPort')],
])

/** Ports in the bare header of a transport protocol, by offset and length in bits. */
const BARE_HEADER: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['th 0 16', 'sourcePort'],
  ['th 16 16', 'destinationPort'],
])

/** By what is looked up: its type, or whether a route leads back where the packet came from. */
function routeSubject(flags: string, result: unknown): Field | undefined {
  if (result === 'type' && flags === 'saddr') return 'sourceType'
  if (result === 'type' && flags === 'daddr') return 'destinationType'
  // The mark only chooses among routing tables.
  const sides = flags.replace(' mark', '')
  if (result === 'oif' && sides === 'saddr iif') return 'reversePath'
  return result === 'oif' && sides === 'saddr' ? 'reversePathLoose' : undefined
}

/** The mask of `… & mask` as a value's text. */
function maskText(json: unknown, field: Field): string | null {
  if (field === 'tcpFlags') return null // `nft-match.ts` reads these
  return typeof json === 'number' || typeof json === 'string' ? String(json) : null
}

function maskedSubject(parts: unknown): Subject | null {
  const [left, mask] = Array.isArray(parts) ? parts : []
  const inner = '&' in fieldsOf(left) ? null : subjectOf(left)
  const text = inner && maskText(mask, inner.field)
  return inner === null || text === null ? null : { ...inner, mask: text }
}

/** What an expression looks at; null when it is nothing that a packet of the walk has. */
export function subjectOf(expression: unknown): Subject | null {
  const [kind, inner] = onlyEntry(expression)
  const of = fieldsOf(inner)
  const plain = (field: Field | undefined): Subject | null =>
    field === undefined ? null : subject(field)
  switch (kind) {
    case '&':
      return maskedSubject(inner)
    case 'payload':
      return of.base === undefined
        ? headerField(`${of.protocol} ${of.field}`)
        : plain(BARE_HEADER.get(`${of.base} ${of.offset} ${of.len}`))
    case 'meta':
      return plain(META.get(String(of.key)))
    case 'ct':
      return CONNECTION.get([of.dir, of.key].filter((part) => part !== undefined).join(' ')) ?? null
    case 'fib':
      return plain(routeSubject([of.flags].flat().join(' '), of.result))
    default:
      return null
  }
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

function spelled(word: string, { field, family }: Subject): string {
  if (word === '*') return word
  switch (field) {
    case 'protocol':
      return protocolText(word)
    case 'family':
      return word.replace(/^ip$/, 'ipv4').replace(/^ip6$/, 'ipv6')
    case 'icmpType':
      return icmpTypeText(word, family)
    case 'icmpCode':
      return icmpCodeText(word, family)
    case 'serviceClass':
      return serviceClassText(word)
    case 'tcpFlags':
      return tcpFlagsText([word])
    case 'sourcePort':
    case 'destinationPort':
      return SERVICES.get(word) ?? word
    case 'originalSourcePort':
    case 'originalDestinationPort':
      return word.endsWith(INVALID) ? String(Number(word.slice(0, -INVALID.length))) : word
    default:
      return word
  }
}

/** Whether there is such a route. */
const isPath = (field: Field): boolean => field === 'reversePath' || field === 'reversePathLoose'

function oneFrom(json: string | number | boolean, of: Subject): Value | null {
  // A route's own interface by name is nothing that is known here.
  if (isPath(of.field)) return typeof json === 'boolean' ? one(json ? 'exists' : 'missing') : null
  if (typeof json === 'boolean') return null
  const text = spelled(String(json), of)
  return of.mask === null ? one(text) : { kind: 'masked', value: text, mask: of.mask }
}

/** A range; of names only where they are in the order of numbers, which nobody says. */
function rangeFrom(ends: readonly unknown[], of: Subject): Value | null {
  if (ends.length !== 2 || of.mask !== null || of.field === 'icmpType') return null
  const [from = '', to = ''] = ends.map((end) => spelled(String(end), of))
  return { kind: 'range', from, to }
}

/** A constant as a value of `of`; null when it is none. */
export function valueFrom(json: unknown, of: Subject): Value | null {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean')
    return oneFrom(json, of)
  const [kind, inner] = onlyEntry(json)
  const parts = fieldsOf(inner)
  if (kind === 'elem')
    return typeof parts.val === 'object' && 'elem' in fieldsOf(parts.val)
      ? null
      : valueFrom(parts.val, of)
  if (kind === 'range' && Array.isArray(inner)) return rangeFrom(inner, of)
  if (kind === '|' && of.field === 'tcpFlags') {
    const names = [inner].flat(4)
    return names.every((name) => typeof name === 'string') ? one(tcpFlagsText(names)) : null
  }
  if (kind !== 'prefix' || typeof parts.len !== 'number' || of.mask !== null) return null
  return { kind: 'prefix', address: String(parts.addr), length: parts.len }
}
