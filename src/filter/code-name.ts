/** `port`, `portrange`, `proto` and `protochain` with a number or a name. */

import { type PortProtocol, portIs } from './code-port.ts'
import { chainHas } from './code-protochain.ts'
import { protoIs } from './code-protocol.ts'
import type { CodeState } from './code-state.ts'
import type { Condition } from './condition.ts'
import type { Protocol } from './keyword.ts'
import { ETHERTYPE, OSI, SAP } from './protocol-number.ts'
import { suggestName } from './suggestion.ts'
import type { Identifier, Qualifiers } from './tree.ts'

type NameOrNumber = Extract<Identifier, { form: 'name' | 'number' }>

const GREATEST_PORT = 65535

/** A port with the protocol that its name has it for; null where for each. */
type KnownPort = { readonly port: number; readonly protocol: PortProtocol }

/** The test of one port or a range. */
export function portTest(
  state: CodeState,
  identifier: NameOrNumber,
  qualifiers: Qualifiers,
): Condition {
  const { protocol, direction, kind } = qualifiers
  if (protocol !== null && protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp')
    return state.refuse(
      `“${protocol === 'link' ? 'ether' : protocol}” has no ports; “tcp”, “udp” and “sctp” have`,
      protocol === 'link' ? `${kind} …` : `${protocol} and ${kind} …`,
    )
  if (identifier.form === 'number') {
    const port = requirePort(state, identifier.value)
    return portIs(state, { first: port, last: port, one: kind === 'port' }, protocol, direction)
  }
  if (kind === 'port') {
    const known = knownPort(state, identifier.text)
    const narrowed = narrow(state, identifier.text, protocol, known.protocol)
    return portIs(state, { first: known.port, last: known.port, one: true }, narrowed, direction)
  }
  const [first, last] = knownRange(state, identifier.text)
  const both = first.protocol === last.protocol ? last.protocol : null
  const narrowed = narrow(state, identifier.text, protocol, both)
  return portIs(state, { first: first.port, last: last.port, one: false }, narrowed, direction)
}

const requirePort = (state: CodeState, port: number): number =>
  port > GREATEST_PORT ? state.refuse(`a port is at most ${GREATEST_PORT}`) : port

/** The protocol that is asked for, if the name may be of that one. */
function narrow(
  state: CodeState,
  name: string,
  asked: PortProtocol,
  known: PortProtocol,
): PortProtocol {
  if (asked === null) return known
  if (known === null || known === asked) return asked
  return state.refuse(`“${name}” is a port of ${known.toUpperCase()}`, `${known} port ${name}`)
}

function knownPort(state: CodeState, name: string): KnownPort {
  const { names } = state.circumstances
  const tcp = names.port(name, 'tcp')
  const udp = names.port(name, 'udp')
  if (tcp !== null) return { port: tcp, protocol: udp === tcp ? null : 'tcp' }
  if (udp !== null) return { port: udp, protocol: 'udp' }
  return state.refuse(
    `the service “${name}” is not known; write its port as a number`,
    suggestName(name, names.services()),
  )
}

/** `80-90`, or two names with `-` between them. */
function knownRange(state: CodeState, text: string): readonly [KnownPort, KnownPort] {
  const numbers = /^(\d+)-(\d+)/.exec(text)
  if (numbers !== null) {
    const [first, last] = [Number(numbers[1]), Number(numbers[2])]
    return [
      { port: requirePort(state, first), protocol: null },
      { port: requirePort(state, last), protocol: null },
    ]
  }
  const dash = text.indexOf('-')
  if (dash < 0) return state.refuse(`“${text}” is no range of ports`, `${text}-${text}`)
  return [knownPort(state, text.slice(0, dash)), knownPort(state, text.slice(dash + 1))]
}

/** The test of what is carried, or of what occurs in the chain of headers. */
export function protocolTest(
  state: CodeState,
  identifier: NameOrNumber,
  { protocol, kind }: Qualifiers,
): Condition {
  const number =
    identifier.form === 'number'
      ? identifier.value
      : protocolNumber(state, identifier.text, protocol)
  return kind === 'proto' ? protoIs(state, number, protocol) : chainHas(state, number, protocol)
}

/** Names of what Ethernet carries: types, then service access points. */
const OF_ETHERNET: ReadonlyMap<string, number> = new Map(
  Object.entries({
    aarp: ETHERTYPE.aarp,
    arp: ETHERTYPE.arp,
    atalk: ETHERTYPE.atalk,
    decnet: ETHERTYPE.decnet,
    ip: ETHERTYPE.ip,
    ip6: ETHERTYPE.ip6,
    lat: ETHERTYPE.lat,
    loopback: ETHERTYPE.loopback,
    mopdl: ETHERTYPE.mopdl,
    moprc: ETHERTYPE.moprc,
    rarp: ETHERTYPE.rarp,
    sca: ETHERTYPE.sca,
    iso: SAP.iso,
    stp: SAP.stp,
    ipx: SAP.ipx,
    netbeui: SAP.netbeui,
  }),
)

const OF_OSI: ReadonlyMap<string, number> = new Map(Object.entries(OSI))

function protocolNumber(state: CodeState, name: string, carrier: Protocol | null): number {
  switch (carrier) {
    case null:
    case 'ip':
    case 'ip6': {
      const number = state.circumstances.names.protocol(name)
      return number ?? state.refuse(`the protocol “${name}” of IP is not known`)
    }
    case 'link':
      return nameIn(state, name, OF_ETHERNET, 'a protocol that Ethernet carries')
    case 'iso':
      return nameIn(state, name, OF_OSI, 'a protocol of OSI')
    default:
      return state.refuse(`“${carrier}” does not say by name what it carries`)
  }
}

const nameIn = (
  state: CodeState,
  name: string,
  known: ReadonlyMap<string, number>,
  what: string,
): number =>
  known.get(name) ??
  state.refuse(`“${name}” is not known as ${what}`, suggestName(name, known.keys()))
