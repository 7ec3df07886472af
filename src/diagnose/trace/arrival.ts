/**
 * What a raw or datagram socket of a trace receives, read: which probe it answers, and what it says. The bytes
 * are whatever the network sent; what is not for this trace is null.
 */
import { isStopped } from '../../base/stopped.ts'
import { formatAddress } from '../../wire/address.ts'
import { ICMP_TYPE, readIcmp } from '../../wire/icmp.ts'
import { readMplsLabels } from '../../wire/icmp-extension.ts'
import { readQuotedPacket } from '../../wire/quoted-packet.ts'
import { readTcp, TCP_FLAG } from '../../wire/tcp.ts'
import { UDP_HEADER_BYTES } from '../../wire/udp.ts'
import {
  type Flow,
  numberInEcho,
  numberInPayload,
  numberInSequence,
  quotedNumber,
} from './probe.ts'
import { arrival, judgeError, type Reply } from './reply.ts'
import { rewritings } from './rewriting.ts'

/** A reply to the probe with this number; 0: to one of this trace, but it does not tell which. */
export type Arrival = { readonly number: number; readonly reply: Reply }

/** Who sent a message and the time to live that it came with; null where that is not seen. */
export type Sender = { readonly from: string; readonly ttl: number | null }

/** The target's address as replies have it: without a zone. */
export const targetOf = ({ destination }: Flow): string =>
  formatAddress({ ...destination, zone: null })

/** Reads the ICMP message from `at` on, as a raw socket has it. */
export function readIcmpArrival(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  sender: Sender,
): Arrival | null {
  const { family } = flow.destination
  const icmp = readIcmp(view, at, end, family)
  if (isStopped(icmp)) return null
  if (icmp.type === ICMP_TYPE[family].echoReply) return readEchoArrival(flow, view, at, end, sender)
  if (icmp.quotedAt === null) return null
  const quoted = readQuotedPacket(view, icmp.quotedAt, end, family)
  const number = quoted === null ? null : quotedNumber(flow, quoted, view)
  if (quoted === null || number === null) return null
  const told = {
    family,
    type: icmp.type,
    code: icmp.code,
    from: sender.from,
    mtuBytes: icmp.mtuBytes,
  }
  return {
    number,
    reply: {
      ...judgeError(told, targetOf(flow), flow.protocol === 'udp'),
      from: sender.from,
      ttl: sender.ttl,
      rewritten: rewritings(flow, quoted, view),
      labels: readMplsLabels(view, at, end, family),
    },
  }
}

/** Reads an echo reply from `at` on. */
export function readEchoArrival(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  sender: Sender,
): Arrival | null {
  const isReply = end > at && view.getUint8(at) === ICMP_TYPE[flow.destination.family].echoReply
  const number = flow.protocol === 'icmp' && isReply ? numberInEcho(flow, view, at, end) : null
  return number === null ? null : { number, reply: arrival(sender.from, sender.ttl) }
}

/** Reads the segment from `at` on: SYN-ACK or reset of the target. */
export function readTcpArrival(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  sender: Sender,
): Arrival | null {
  const tcp = readTcp(view, at, end)
  if (isStopped(tcp) || sender.from !== targetOf(flow)) return null
  if (tcp.sourcePort !== flow.destinationPort || tcp.destinationPort !== flow.sourcePort)
    return null
  const { syn, ack, rst } = TCP_FLAG
  if ((tcp.flags & ack) === 0 || (tcp.flags & (syn | rst)) === 0) return null
  // It acknowledges the SYN, which counts as one.
  const number = numberInSequence(flow, (tcp.acknowledgment - 1) >>> 0)
  return number === null ? null : { number, reply: arrival(sender.from, sender.ttl) }
}

/** Reads the datagram that the target sent back: it may repeat what it was sent, or not. */
export function readDatagramArrival(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  sender: Sender,
): Arrival {
  const number = numberInPayload(flow, view, at, end) ?? 0
  return { number, reply: arrival(sender.from, sender.ttl) }
}

/**
 * Reads an error of a datagram socket's queue: it has the quoted packet from behind the UDP header, or from
 * the ICMP header on, so that nothing is seen of what was changed on the way.
 */
export function readQueuedArrival(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  error: { readonly type: number; readonly code: number; readonly mtuBytes: number | null },
  sender: Sender,
): Arrival | null {
  const { family } = flow.destination
  const isEcho = flow.protocol === 'icmp'
  const marked = isEcho ? numberInEcho(flow, view, at, end) : numberInPayload(flow, view, at, end)
  // Many routers quote no more than the header of UDP.
  const isCut = !isEcho && end - at < UDP_HEADER_BYTES - 2
  const number = marked ?? (isCut ? 0 : null)
  if (number === null) return null
  const told = { ...error, family, from: sender.from }
  return {
    number,
    reply: {
      ...judgeError(told, targetOf(flow), flow.protocol === 'udp'),
      from: sender.from,
      ttl: sender.ttl,
      rewritten: [],
      labels: [],
    },
  }
}
