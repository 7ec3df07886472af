/** Arithmetic and its comparison in words: `tcp[13] & 2 != 0` is “have the TCP flag SYN set”. */

import { type Clause, clause, joined } from './explain-clause.ts'
import type { Protocol } from './keyword.ts'
import { NUMBERS } from './keyword.ts'
import type { Arithmetic, ExpressionOf, Operator, Relation } from './tree.ts'

type Load = Extract<Arithmetic, { kind: 'load' }>

/** Fields by `protocol[offset:size]`. */
const FIELDS: Readonly<Record<string, string>> = {
  'ip[1:1]': 'the type of service',
  'ip[2:2]': 'the total length of IPv4',
  'ip[4:2]': 'the identification of IPv4',
  'ip[8:1]': 'the time to live',
  'ip[9:1]': 'the protocol number of IPv4',
  'ip[12:4]': 'the source address as a number',
  'ip[16:4]': 'the destination address as a number',
  'ip6[4:2]': 'the payload length of IPv6',
  'ip6[6:1]': 'the next header of IPv6',
  'ip6[7:1]': 'the hop limit',
  'tcp[0:2]': 'the TCP source port',
  'tcp[2:2]': 'the TCP destination port',
  'tcp[4:4]': 'the TCP sequence number',
  'tcp[8:4]': 'the TCP acknowledgment number',
  'tcp[13:1]': 'the TCP flags',
  'tcp[14:2]': 'the TCP window',
  'udp[0:2]': 'the UDP source port',
  'udp[2:2]': 'the UDP destination port',
  'udp[4:2]': 'the length of UDP',
  'sctp[0:2]': 'the SCTP source port',
  'sctp[2:2]': 'the SCTP destination port',
  'icmp[0:1]': 'the ICMP type',
  'icmp[1:1]': 'the ICMP code',
  'icmp6[0:1]': 'the ICMPv6 type',
  'icmp6[1:1]': 'the ICMPv6 code',
  'igmp[0:1]': 'the IGMP type',
  'arp[6:2]': 'the ARP operation',
  'link[12:2]': 'the EtherType or length',
}

/** Parts of fields, by the field and its mask. */
const PARTS: Readonly<Record<string, string>> = {
  'ip[0:1]&15': 'the length of the IPv4 header in words of 4 bytes',
  'ip[6:2]&8191': 'the fragment offset of IPv4',
  'ip[6:1]&32': 'the flag “more fragments” of IPv4',
  'ip[6:1]&64': 'the flag “don’t fragment” of IPv4',
  'link[0:1]&1': 'the group bit of the link-layer destination',
}

const HEADERS: Partial<Record<Protocol, string>> = {
  link: 'the link-layer header',
  ip: 'the IPv4 header',
  ip6: 'the IPv6 header',
  radio: 'the radio header',
}

const FLAGS: readonly (readonly [number, string])[] = [
  [0x02, 'SYN'],
  [0x10, 'ACK'],
  [0x01, 'FIN'],
  [0x04, 'RST'],
  [0x08, 'PSH'],
  [0x20, 'URG'],
  [0x40, 'ECE'],
  [0x80, 'CWR'],
]

const RELATIONS: Readonly<Record<Relation, string>> = {
  '=': 'is',
  '!=': 'is not',
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
}

const OPERATORS: Readonly<Record<Operator, string>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided by',
  '%': 'modulo',
  '&': 'bitwise and',
  '|': 'bitwise or',
  '^': 'bitwise exclusive or',
  '<<': 'shifted left by',
  '>>': 'shifted right by',
}

/** What a comparison says of packets. */
export function relationClause(node: ExpressionOf<'relation'>): Clause {
  return (
    flagClause(node) ??
    typeClause(node) ??
    clause(
      'are',
      `such that ${arithmeticText(node.left, false)} ${RELATIONS[node.relation]} ${arithmeticText(node.right, false)}`,
    )
  )
}

/** The number that arithmetic without packets gives, such as a few flags; null where a packet is looked at, or much is computed. */
function constantOf(node: Arithmetic, levels = 16): number | null {
  if (levels === 0) return null
  if (node.kind === 'number') return node.value
  if (node.kind !== 'binary' || (node.operator !== '|' && node.operator !== '+')) return null
  const [left, right] = [constantOf(node.left, levels - 1), constantOf(node.right, levels - 1)]
  if (left === null || right === null) return null
  return node.operator === '|' ? (left | right) >>> 0 : (left + right) >>> 0
}

const isFlags = (node: Arithmetic): boolean =>
  node.kind === 'load' && fieldKey(node) === 'tcp[13:1]'

const flagNames = (bits: number): string[] =>
  FLAGS.flatMap(([bit, name]) => ((bits & bit) !== 0 ? [name] : []))

function flagClause({ left, right, relation }: ExpressionOf<'relation'>): Clause | null {
  const value = constantOf(right)
  if (value === null || value > 0xff || (relation !== '=' && relation !== '!=')) return null
  const positive = relation === '='
  if (isFlags(left)) {
    const exactly =
      value === 0
        ? 'no TCP flag set'
        : `exactly the TCP flags ${joined(flagNames(value), 'and')} set`
    return clause('have', exactly, !positive)
  }
  if (left.kind !== 'binary' || left.operator !== '&' || !isFlags(left.left)) return null
  const mask = constantOf(left.right)
  if (mask === null || mask === 0 || mask > 0xff) return null
  const names = flagNames(mask)
  if (value === 0)
    return clause(
      'have',
      `${names.length > 1 ? 'one of the TCP flags' : 'the TCP flag'} ${joined(names, 'or')} set`,
      positive,
    )
  const unset = flagNames(mask & ~value)
  const but = unset.length > 0 ? ` and not ${joined(unset, 'or')}` : ''
  return clause(
    'have',
    `the TCP flag${flagNames(value).length > 1 ? 's' : ''} ${joined(flagNames(value), 'and')} set${but}`,
    !positive,
  )
}

/** `icmp[0] = 8`: the message by its name. */
function typeClause({ left, right, relation }: ExpressionOf<'relation'>): Clause | null {
  const value = constantOf(right)
  if (left.kind !== 'load' || value === null || (relation !== '=' && relation !== '!=')) return null
  const key = fieldKey(left)
  const prefix = key === 'icmp[0:1]' ? 'icmp-' : key === 'icmp6[0:1]' ? 'icmp6-' : null
  if (prefix === null) return null
  const known = [...NUMBERS].find(([name, number]) => name.startsWith(prefix) && number === value)
  if (known === undefined) return null
  return clause(
    'are',
    `ICMP${prefix === 'icmp6-' ? 'v6' : ''} messages of type ${value} (${known[0]})`,
    relation === '!=',
  )
}

/** `tcp[13:1]`, for a constant offset. */
function fieldKey({ protocol, index, size }: Load): string | null {
  const at = constantOf(index)
  return at === null ? null : `${protocol}[${at}:${size}]`
}

function arithmeticText(node: Arithmetic, within: boolean): string {
  switch (node.kind) {
    case 'number':
      return node.value > 0xffff ? `0x${node.value.toString(16)}` : `${node.value}`
    case 'len':
      return 'the length of the packet'
    case 'negate':
      return `minus ${arithmeticText(node.of, true)}`
    case 'load':
      return loadText(node)
    case 'binary': {
      const part = partText(node)
      if (part !== null) return part
      const text = binaryText(node)
      return within ? `(${text})` : text
    }
  }
}

function partText({
  operator,
  left,
  right,
}: Extract<Arithmetic, { kind: 'binary' }>): string | null {
  const mask = constantOf(right)
  if (operator !== '&' || left.kind !== 'load' || mask === null) return null
  const key = `${fieldKey(left)}&${mask}`
  return Object.hasOwn(PARTS, key) ? (PARTS[key] ?? null) : null
}

/** `1 + 2 + 3 + …` leans to the left as deep as it is long. */
function binaryText(node: Extract<Arithmetic, { kind: 'binary' }>): string {
  const parts: string[] = []
  let left: Arithmetic = node
  while (left.kind === 'binary' && left.operator === node.operator) {
    parts.push(`${OPERATORS[left.operator]} ${arithmeticText(left.right, true)}`)
    left = left.left
  }
  return [arithmeticText(left, true), ...parts.reverse()].join(' ')
}

function loadText(node: Load): string {
  const key = fieldKey(node)
  if (key !== null && Object.hasOwn(FIELDS, key)) return FIELDS[key] ?? ''
  const header =
    HEADERS[node.protocol] ?? `the ${node.protocol.toUpperCase().replace('ICMP6', 'ICMPv6')} header`
  const at = constantOf(node.index)
  const where = at === null ? `at (${arithmeticText(node.index, false)})` : `${at}`
  return node.size === 1
    ? `byte ${where} of ${header}`
    : `the ${node.size} bytes from ${where} of ${header}`
}
