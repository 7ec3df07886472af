/** What an expression selects, in words, for somebody who does not know the filter language; from the tree, whatever the link type. */

import { addressClause } from './explain-address.ts'
import { relationClause } from './explain-arithmetic.ts'
import { type Clause, clause, clauseText, deny, joined } from './explain-clause.ts'
import { LLC_SUPERVISORY } from './grammar-wifi.ts'
import type { Protocol } from './keyword.ts'
import type { Expression, ExpressionOf } from './tree.ts'

/** What packets of a protocol are. */
const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = {
  link: 'link-layer frames',
  ip: 'IPv4',
  ip6: 'IPv6',
  arp: 'ARP',
  rarp: 'reverse ARP',
  tcp: 'TCP',
  udp: 'UDP',
  sctp: 'SCTP',
  icmp: 'ICMP (over IPv4)',
  icmp6: 'ICMPv6',
  igmp: 'IGMP',
  igrp: 'IGRP',
  pim: 'PIM',
  vrrp: 'VRRP',
  carp: 'CARP',
  ah: 'IPsec with an authentication header',
  esp: 'IPsec with encryption (ESP)',
  atalk: 'AppleTalk',
  aarp: 'AppleTalk ARP',
  decnet: 'DECnet',
  lat: 'DEC LAT',
  sca: 'DEC SCA',
  moprc: 'DEC MOP remote console',
  mopdl: 'DEC MOP dump/load',
  iso: 'OSI',
  esis: 'ES-IS',
  isis: 'IS-IS',
  clnp: 'CLNP',
  l1: 'IS-IS of level 1',
  l2: 'IS-IS of level 2',
  iih: 'IS-IS hello packets',
  lsp: 'IS-IS link state packets',
  snp: 'IS-IS sequence number packets',
  csnp: 'complete IS-IS sequence number packets',
  psnp: 'partial IS-IS sequence number packets',
  stp: 'of the spanning tree protocol',
  ipx: 'IPX',
  netbeui: 'NetBEUI',
  radio: 'radio headers',
}

/** One sentence, “Selects packets that …”. A tree of null is the empty expression. */
export function explainExpression(tree: Expression | null): string {
  return tree === null
    ? 'Selects every packet.'
    : `Selects packets that ${partText(tree, false, false)}.`
}

type Joint = ExpressionOf<'and'> | ExpressionOf<'or'>

type Test = Exclude<Expression, ExpressionOf<'and'> | ExpressionOf<'or'> | ExpressionOf<'not'>>

const isJoint = (node: Expression): node is Joint => node.kind === 'and' || node.kind === 'or'

/** The sides of joints of one kind: `a and b and c` is one list, and leans to the left as deep as it is long. */
function sidesOf(node: Joint): Expression[] {
  const sides: Expression[] = []
  let left: Expression = node
  while (isJoint(left) && left.kind === node.kind) {
    sides.push(left.right)
    left = left.left
  }
  return [...sides, left].reverse()
}

/** Reads behind “packets that”; what is denied is denied down to each test. `within` another list a list stands in brackets. */
function partText(node: Expression, denied: boolean, within: boolean): string {
  if (node.kind === 'not') return partText(node.of, !denied, within)
  const told = (of: Clause): string => clauseText(denied ? deny(of) : of)
  if (node.kind !== 'and' && node.kind !== 'or') return told(clauseOf(node))
  const runs = node.kind === 'or' ? runsOf(sidesOf(node)) : sidesOf(node).map((side) => [side])
  const parts = runs.map((run) => {
    const [first] = run
    if (first === undefined) return ''
    return first.kind === 'address' ? told(listClause(first, run)) : partText(first, denied, true)
  })
  const text = parts.join((node.kind === 'or') === denied ? ', and ' : ', or ')
  return within && parts.length > 1 ? `(${text})` : text
}

type Address = ExpressionOf<'address'>

const sameQualifiers = (one: Address, other: Address): boolean =>
  one.qualifiers.protocol === other.qualifiers.protocol &&
  one.qualifiers.direction === other.qualifiers.direction &&
  one.qualifiers.kind === other.qualifiers.kind &&
  (one.qualifiers.kind?.startsWith('port') === true ||
    (one.identifier.form === 'name') === (other.identifier.form === 'name'))

/** Addresses with the same qualifiers next to each other are told together: “go to TCP port 80, 443 or 8080”. */
function runsOf(sides: readonly Expression[]): Expression[][] {
  const runs: Expression[][] = []
  for (const side of sides) {
    const first = runs.at(-1)?.[0]
    if (first?.kind === 'address' && side.kind === 'address' && sameQualifiers(first, side))
      runs.at(-1)?.push(side)
    else runs.push([side])
  }
  return runs
}

const listClause = (first: Address, run: readonly Expression[]): Clause =>
  addressClause(
    first,
    run.flatMap((side) => (side.kind === 'address' ? [side.identifier] : [])),
  )

function clauseOf(node: Test): Clause {
  switch (node.kind) {
    case 'address':
      return addressClause(node, [node.identifier])
    case 'protocol':
      return clause('are', PROTOCOL_WORDS[node.protocol])
    case 'relation':
      return relationClause(node)
    case 'broadcast':
      return clause('go', `to everybody (${layerOf(node.protocol)} broadcast)`)
    case 'multicast':
      return clause('go', `to a group (${layerOf(node.protocol)} multicast)`)
    case 'less':
      return clause('are', `at most ${node.bytes} bytes long`)
    case 'greater':
      return clause('are', `at least ${node.bytes} bytes long`)
    case 'byte':
      return clause('have', `a byte ${node.index} that ${BYTE_WORDS[node.operator]} ${node.value}`)
    case 'inbound':
      return clause('are', 'received by this machine')
    case 'outbound':
      return clause('are', 'sent by this machine')
    case 'ifindex':
      return clause('belong', `to the interface of number ${node.index}`)
    default:
      return rareClause(node)
  }
}

const layerOf = (protocol: Protocol | null): string =>
  protocol === null ? 'link-layer' : protocol === 'link' ? 'link-layer' : PROTOCOL_WORDS[protocol]

const BYTE_WORDS = {
  '=': 'is',
  '<': 'is less than',
  '>': 'is more than',
  '&': 'has bits in common with',
  '|': 'is not 0 together with',
}

const WIFI_DIRECTIONS = [
  'between stations',
  'to an access point',
  'from an access point',
  'between access points',
]

function rareClause(node: Test): Clause {
  switch (node.kind) {
    case 'vlan':
      return clause('have', `a VLAN tag${numbered(node.number, ' of number ')}${INSIDE}`)
    case 'mpls':
      return clause('have', `an MPLS label${numbered(node.number, ' of value ')}${INSIDE}`)
    case 'pppoed':
      return clause('are', 'PPPoE discovery')
    case 'pppoes':
      return clause('belong', `to a PPPoE session${numbered(node.number, ' of number ')}${INSIDE}`)
    case 'geneve':
      return clause('belong', `to a Geneve tunnel${numbered(node.number, ' of network ')}${INSIDE}`)
    case 'wifi-type':
      return clause('are', `802.11 frames of type “${node.text}”`)
    case 'wifi-direction':
      return clause('are', `802.11 frames ${WIFI_DIRECTIONS[node.value & 3]}`)
    case 'llc':
      return clause('have', llcText(node.type))
    case 'pf':
      return clause('are', `logged by OpenBSD’s pf with ${PF_WORDS[node.field]} ${node.text}`)
    case 'signalling':
      return clause('are', `ATM or SS7 traffic of kind “${node.type}”`)
    case 'signalling-field':
      return clause(
        'have',
        `the ATM or SS7 field “${node.field}” ${joined(
          node.tests.map(({ relation, value }) => `${relation} ${value}`),
          'or',
        )}`,
      )
    default:
      return clause('are', 'anything')
  }
}

function llcText(type: string | null): string {
  if (type === null) return 'an LLC header'
  const kind =
    type === 'i'
      ? 'information'
      : type === 's' || LLC_SUPERVISORY.has(type)
        ? 'supervisory'
        : 'unnumbered'
  return type.length === 1
    ? `an LLC header of an ${kind} frame`.replace('an s', 'a s')
    : `an LLC header of the ${kind} kind ${type.toUpperCase()}`
}

const PF_WORDS = {
  ifname: 'interface',
  rset: 'rule set',
  rnr: 'rule',
  srnr: 'sub-rule',
  reason: 'reason',
  action: 'action',
}

/** What tunnels do to whatever stands behind them in the expression. */
const INSIDE = ' (what follows looks inside)'

const numbered = (number: number | null, before: string): string =>
  number === null ? '' : `${before}${number}`
