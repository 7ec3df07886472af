/**
 * A connection as one host sees it: its first packet, what comes back, and what follows. NAT undoes
 * in the answer what it did to the first packet, and conntrack knows the later packets.
 */
import { type Journey, type Machine, type Start, setOut } from './journey.ts'
import type { Packet, State } from './packet.ts'
import { RESET_BYTES, refusalOf } from './refusal.ts'
import { ownAddresses } from './routing.ts'
import type { End, World } from './world.ts'

/** What comes back from where the first packet went. */
export type Answer =
  /** A SYN-ACK, a datagram, an echo reply; what is known of it and of who sends it. */
  | ({ readonly kind: 'usual' } & Pick<Packet, 'lengthBytes' | 'user' | 'group'>)
  /** From a closed port, or from a rule. */
  | { readonly kind: 'reset' }
  /** An ICMP error about the packet; `type` by nft's name, `from` its sender's address. */
  | {
      readonly kind: 'icmp'
      readonly type: string
      readonly code: number | null
      readonly from: string
    }

/** The packets of a connection as one host sees them. */
export type ConnectionJourney = {
  /** The first packet. */
  readonly there: Journey
  /**
   * What comes back: the answer, or the RST or ICMP error by which this host rejects; where that is
   * dropped, the sender hears nothing. Null where nothing comes back, or it is not known to.
   */
  readonly back: Journey | null
  /** What follows the usual answer in the first packet's direction; null where it does not come back. */
  readonly onward: Journey | null
}

const ECHOES: Readonly<Record<string, string>> = {
  'echo-request': 'echo-reply',
  'timestamp-request': 'timestamp-reply',
}

/**
 * What conntrack says of a later packet: one whose connection it was kept from seeing is new to it,
 * and TCP's answers cannot begin one (nf_conntrack_proto_tcp.c tcp_new, icmp_pkt_valid_new).
 */
function laterState(seen: State, protocol: Packet['protocol'], begins: boolean): State {
  if (seen !== 'untracked') return seen === 'invalid' ? 'invalid' : 'established'
  return begins && protocol !== 'icmp' ? 'new' : 'invalid'
}

/** The other way round. */
const reversed = (packet: Packet): Packet => ({
  ...packet,
  source: packet.destination,
  destination: packet.source,
  sourcePort: packet.destinationPort,
  destinationPort: packet.sourcePort,
  inputDevice: packet.outputDevice,
  outputDevice: packet.inputDevice,
  mark: 0,
  user: null,
  group: null,
  lengthBytes: packet.protocol === 'icmp' ? (packet.lengthBytes ?? null) : null,
})

/** The answer to a packet as it was delivered. */
function answerTo(packet: Packet, answer: Answer): Packet {
  const { state, protocol, icmpType } = packet
  const back = reversed(packet)
  switch (answer.kind) {
    case 'usual': {
      const syn = protocol === 'tcp'
      const answered = ECHOES[icmpType ?? ''] ?? icmpType
      const later = laterState(state, protocol, !syn)
      const { kind, ...known } = answer
      return { ...back, ...known, state: later, syn, ack: true, icmpType: answered }
    }
    case 'reset':
      return {
        ...back,
        state: laterState(state, 'tcp', false),
        syn: false,
        ack: true,
        rst: true,
        lengthBytes: RESET_BYTES[packet.family],
      }
    case 'icmp':
      return {
        ...back,
        protocol: 'icmp',
        source: answer.from,
        sourcePort: null,
        destinationPort: null,
        state: state === 'untracked' || state === 'invalid' ? 'invalid' : 'related',
        syn: false,
        icmpType: answer.type,
        icmpCode: answer.code,
        lengthBytes: null,
      }
  }
}

/** Where the answer comes to the host: from a process of its own, or by the device it left by. */
function startBack({ course, packet }: Journey): Start {
  const isLocal = course === 'input' || course === 'loopback'
  return isLocal ? { kind: 'local' } : { kind: 'arrives', device: packet.outputDevice }
}

const mainAccepted = (ends: readonly End[]): End | undefined =>
  ends.find(({ world, verdict }) => world.main && verdict === 'accept')

/** What an earlier packet has left of the connection; nothing where conntrack has no entry. */
const keptBy = ({ tracking, connection }: World, reply: boolean): Partial<World> =>
  tracking === 'tracked'
    ? { connection: { ...connection, answered: true, confirmed: true }, reply }
    : {}

/**
 * Both directions of a connection through the same host. For the answer that a host further on
 * gives, say which one it is.
 */
export function walkConnection(
  machine: Machine,
  packet: Packet,
  start: Start,
  answer: Answer = { kind: 'usual' },
): ConnectionJourney {
  const { journey: there, ends } = setOut(machine, packet, start)
  const rejected = ends.find(({ world, verdict }) => world.main && verdict === 'reject')
  if (rejected !== undefined) {
    const refusal = refusalOf(rejected, ownAddresses(machine.routing))
    const back = setOut(machine, refusal.packet, { kind: 'local' }, refusal.known).journey
    return { there, back, onward: null }
  }
  const end = mainAccepted(ends)
  if (end === undefined) return { there, back: null, onward: null }
  const back = setOut(
    machine,
    answerTo(there.packet, answer),
    startBack(there),
    keptBy(end.world, true),
  )
  const returned = mainAccepted(back.ends)
  if (returned === undefined || answer.kind !== 'usual')
    return { there, back: back.journey, onward: null }
  // An answer that is new to conntrack has begun a connection of its own.
  const begun = end.world.tracking === 'untracked' && returned.world.tracking === 'tracked'
  const later: Packet = {
    ...packet,
    syn: false,
    ack: true,
    lengthBytes: null,
    state: begun ? 'established' : laterState(there.packet.state, packet.protocol, true),
  }
  const kept =
    returned.world.tracking === 'tracked' ? keptBy(returned.world, begun) : keptBy(end.world, false)
  const onward = setOut(machine, later, start, kept).journey
  return { there, back: back.journey, onward }
}
