/**
 * A connection as one host sees it: its first packet, what comes back, and what follows. NAT undoes
 * in the answer what it did to the first packet, and conntrack knows the later packets.
 */
import { kindOf } from '../wire/address.ts'
import { holderOf } from './device-address.ts'
import {
  commonPacket,
  type Journey,
  type Machine,
  type Start,
  setOut,
  type Travelled,
  together,
} from './journey.ts'
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
  /**
   * What the sender's own system says to an answer that is not from whom it asked: an RST or an ICMP
   * error, and the connection fails. Null where it has nothing to say.
   */
  readonly stray: Journey | null
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

/**
 * By which device alone a reset of the system's own leaves: what goes to ::1 by that whose address
 * was asked for (net/ipv6/tcp_ipv6.c tcp_v6_send_response, rt6_need_strict).
 */
function resetsBy(packet: Packet, { routing }: Machine): Start {
  const by = kindOf(packet.source) === 'loopback' ? holderOf(routing, packet.destination) : null
  return packet.family === 4 || by === null ? { kind: 'local' } : { kind: 'local', by }
}

/** Where the answer comes to the host: from a process of its own, or by the device it left by. */
function startBack({ course, packet }: Journey, answer: Answer, machine: Machine): Start {
  if (course !== 'input' && course !== 'loopback')
    return { kind: 'arrives', device: packet.outputDevice }
  return answer.kind === 'reset' ? resetsBy(packet, machine) : { kind: 'local' }
}

/** Of what is not known, that it is the same. */
const isSame = (one: string | number | null, other: string | number | null): boolean =>
  one === other || one === null || other === null || one === '' || other === ''

/** Whether a socket waits for the answer: a ping takes what it gets. */
const isAwaited = (asked: Packet, answer: Packet): boolean =>
  answer.protocol === 'icmp' ||
  (isSame(answer.source, asked.destination) &&
    isSame(answer.sourcePort, asked.destinationPort) &&
    isSame(answer.destination, asked.source) &&
    isSame(answer.destinationPort, asked.sourcePort))

/** What no socket of the host waits for is refused like a packet to a closed port. */
function refuseStray(machine: Machine, returned: End): Journey {
  const { packet, tracking } = returned.world
  const rejectWith = packet.protocol === 'tcp' ? 'tcp-reset' : 'port-unreachable'
  const refusal = refusalOf({ ...returned, rejectWith }, ownAddresses(machine.routing))
  const start: Start = packet.protocol === 'tcp' ? resetsBy(packet, machine) : { kind: 'local' }
  // No rule made it: conntrack sees it as any other.
  const { connection, reply } = refusal.known
  const known = tracking === 'tracked' && connection ? { connection, reply: reply ?? null } : {}
  return setOut(machine, refusal.packet, start, known).journey
}

const mainAccepted = (ends: readonly End[]): End | undefined =>
  ends.find(({ world, verdict }) => world.main && verdict === 'accept')

/**
 * What an earlier packet has left of the connection; nothing where conntrack has no entry. An ICMP error is of the
 * connection, but no answer in it (nf_conntrack_in: IPS_SEEN_REPLY is for others).
 */
const keptBy = (
  { tracking, connection }: World,
  reply: boolean,
  isError = false,
): Partial<World> =>
  tracking === 'tracked'
    ? {
        connection: {
          ...connection,
          answered: isError ? connection.answered : true,
          confirmed: true,
        },
        reply,
      }
    : {}

/**
 * Ends of the first packet that are like the main one to it and not to its answer: conntrack may be
 * kept from it, or mark it, by a rule that cannot be judged.
 */
function otherWays({ verdict }: Journey, main: End, ends: readonly End[]): readonly End[] {
  if (verdict === 'unknown') return []
  const leaves = ({ world }: End): string =>
    JSON.stringify([world.course, world.packet, keptBy(world, true)])
  const known = new Map(ends.map((end) => [leaves(end), end]))
  known.delete(leaves(main))
  return [...known.values()].filter(({ world }) => world.course === main.world.course)
}

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
    const refused = (one: End, doubt: Partial<World>): Travelled => {
      const { packet: refusal, known } = refusalOf(one, ownAddresses(machine.routing))
      return setOut(machine, refusal, { kind: 'local' }, { ...known, ...doubt })
    }
    const back = together(
      refused(rejected, {}),
      otherWays(there, rejected, ends).map((one) =>
        refused(one, { main: false, doubts: one.world.doubts }),
      ),
    ).journey
    return { there, back, onward: null, stray: null }
  }
  const end = mainAccepted(ends)
  if (end === undefined) return { there, back: null, onward: null, stray: null }
  const answered = (packet: Packet, { world }: End, doubt: Partial<World>): Travelled =>
    setOut(machine, answerTo(packet, answer), startBack({ ...there, packet }, answer, machine), {
      ...keptBy(world, true, answer.kind === 'icmp'),
      ...doubt,
    })
  const back = together(
    answered(there.packet, end, {}),
    otherWays(there, end, ends).map((one) =>
      answered(commonPacket(one, [one]), one, { main: false, doubts: one.world.doubts }),
    ),
  )
  const returned = mainAccepted(back.ends)
  if (returned === undefined || answer.kind !== 'usual')
    return { there, back: back.journey, onward: null, stray: null }
  if (start.kind === 'local' && !isAwaited(packet, returned.world.packet)) {
    const stray = refuseStray(machine, returned)
    return { there, back: back.journey, onward: null, stray }
  }
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
  return { there, back: back.journey, onward, stray: null }
}
