/** An identifier with its qualifiers in words: `tcp dst port 80` is “go to TCP port 80”. */

import { type Clause, clause, joined } from './explain-clause.ts'
import type { Protocol } from './keyword.ts'
import type { Direction, ExpressionOf, Identifier, Qualifiers } from './tree.ts'

const DIRECTIONS: Readonly<Record<Direction, readonly [Clause['verb'], string]>> = {
  src: ['come', 'from'],
  dst: ['go', 'to'],
  or: ['come', 'from or go to'],
  and: ['come', 'from and go to'],
  addr1: ['have', 'as their first address'],
  addr2: ['have', 'as their second address'],
  addr3: ['have', 'as their third address'],
  addr4: ['have', 'as their fourth address'],
  ra: ['have', 'as their receiver'],
  ta: ['have', 'as their transmitter'],
}

/** Words for what carries something, or has the address. */
const WORDS: Partial<Record<Protocol, string>> = {
  ip: 'IPv4',
  ip6: 'IPv6',
  arp: 'ARP',
  rarp: 'reverse ARP',
  tcp: 'TCP',
  udp: 'UDP',
  sctp: 'SCTP',
  decnet: 'DECnet',
  iso: 'OSI',
  isis: 'IS-IS',
}

/** What identifiers with the same qualifiers say of packets; one of several is enough. */
export function addressClause(
  { qualifiers }: ExpressionOf<'address'>,
  identifiers: readonly Identifier[],
): Clause {
  const { protocol, kind } = qualifiers
  const values = joined(
    identifiers.map((each) => identifierText(each, kind === 'proto' && protocol === 'link')),
    'or',
  )
  if (kind === 'proto')
    return clause('carry', `${carriedText(protocol)} ${values}${overText(protocol)}`)
  if (kind === 'protochain')
    return clause('have', `the protocol ${values} in their chain of headers${overText(protocol)}`)
  const [verb, preposition] = DIRECTIONS[qualifiers.direction ?? 'or']
  return clause(verb, `${preposition} ${nounText(qualifiers, identifiers)}${values}`)
}

const carriedText = (protocol: Protocol | null): string =>
  protocol === 'link' ? 'the Ethernet type' : 'the protocol'

const overText = (protocol: Protocol | null): string =>
  protocol === null
    ? ' over IPv4 or IPv6'
    : protocol === 'link'
      ? ''
      : ` over ${WORDS[protocol] ?? protocol}`

function nounText({ protocol, kind }: Qualifiers, identifiers: readonly Identifier[]): string {
  const word = protocol === null ? '' : `${WORDS[protocol] ?? protocol} `
  if (protocol === 'link') return 'the link-layer address '
  switch (kind) {
    case 'port':
      return `${word}port `
    case 'portrange':
      return `${word}ports `
    case 'net':
      return `the ${word}network `
    case 'gateway':
      return 'the gateway '
    default:
      return identifiers[0]?.form === 'name'
        ? `the ${word}host `
        : word === ''
          ? ''
          : `the ${word}address `
  }
}

function identifierText(identifier: Identifier, hexadecimal: boolean): string {
  switch (identifier.form) {
    case 'number':
      return hexadecimal ? `0x${identifier.value.toString(16)}` : `${identifier.value}`
    case 'ipv4':
      if (identifier.mask === null) return identifier.text
      return typeof identifier.mask === 'number'
        ? `${identifier.text}/${identifier.mask}`
        : `${identifier.text} with the mask ${identifier.mask}`
    case 'ipv6':
      return identifier.length === null
        ? identifier.text
        : `${identifier.text}/${identifier.length}`
    default:
      return identifier.text
  }
}
