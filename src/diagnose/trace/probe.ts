/**
 * The probes of a trace, as bytes, and which of them a quote is of. All that load balancers hash stays
 * the same for all of them (Paris traceroute: Augustin et al., IMC 2006): addresses, protocol, ports, and
 * the first four bytes of ICMP with its checksum. What tells them apart does not enter the hash:
 *
 *    UDP   payload: mark 32 | number 16 | what keeps the checksum 16 | zeros; IPv4 identification = number
 *    ICMP  sequence = number; data as UDP's payload
 *    TCP   sequence number = upper half of the mark 16, number 16; IPv4 identification = number
 */
import type { Address } from '../../wire/address.ts'
import { viewOf } from '../../wire/bytes.ts'
import { pseudoHeaderSum } from '../../wire/checksum.ts'
import { ICMP_HEADER_BYTES, ICMP_TYPE, writeEchoRequest } from '../../wire/icmp.ts'
import { IPV4_HEADER_BYTES } from '../../wire/ipv4.ts'
import { IPV6_HEADER_BYTES } from '../../wire/ipv6.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import type { QuotedPacket } from '../../wire/quoted-packet.ts'
import { TCP_FLAG, writeTcp } from '../../wire/tcp.ts'
import { UDP_HEADER_BYTES, writeUdp } from '../../wire/udp.ts'

export type TraceProtocol = 'udp' | 'icmp' | 'tcp'

/** What is the same in all probes of a trace. */
export type Flow = {
  readonly protocol: TraceProtocol
  readonly source: Address
  readonly destination: Address
  /** The identifier of ICMP. */
  readonly sourcePort: number
  /** 0 for ICMP. */
  readonly destinationPort: number
  /** 32 bits by chance: what is ours. */
  readonly mark: number
  /** The checksum that all probes of UDP and ICMP have; neither 0 nor 0xffff. */
  readonly checksum: number
}

/** What load balancers may tell flows apart by; 0 unless another is asked for. */
export const MOST_FLOWS = 250

const FIRST_SOURCE_PORT = 61_000
const FIRST_CHECKSUM = 0x4c7b

/** The source port of a flow; `attempt` counts those that were taken. */
export const sourcePortOf = (flowNumber: number, attempt: number): number =>
  FIRST_SOURCE_PORT + flowNumber + attempt * MOST_FLOWS

/** The checksum of a flow's UDP and ICMP probes. */
export const checksumOf = (flowNumber: number): number => FIRST_CHECKSUM + flowNumber

/** Bytes of the IP header in front of a probe. */
export const ipHeaderBytes = (family: 4 | 6): number =>
  family === 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES

/** The number in the IP header of a probe of this protocol, as in `PROTOCOL`. */
export const protocolNumber = (protocol: TraceProtocol, family: 4 | 6): number =>
  protocol !== 'icmp' ? PROTOCOL[protocol] : family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6

/** Mark, number and what keeps the checksum. */
const PAYLOAD_BYTES = 8
/** As traceroute(8) sends: 40 bytes behind the IP header. */
const USUAL_BYTES = 40

/** The bytes of an IP packet that a probe has where nothing else is asked for. */
export const usualPacketBytes = (family: 4 | 6): number => ipHeaderBytes(family) + USUAL_BYTES

function payloadOf(flow: Flow, number: number, transportBytes: number): Uint8Array {
  const headerBytes = flow.protocol === 'udp' ? UDP_HEADER_BYTES : ICMP_HEADER_BYTES
  const payload = new Uint8Array(Math.max(PAYLOAD_BYTES, transportBytes - headerBytes))
  const view = viewOf(payload)
  view.setUint32(0, flow.mark)
  view.setUint16(4, number)
  return payload
}

/** Where UDP and ICMP have their checksum, and their payload what keeps it the same. */
const CHECKSUM_AT = { udp: 6, icmp: 2 } as const
const BALANCE_AT = 14

/** Changes the payload, and with it the checksum, to the one of the flow. */
function balance(message: Uint8Array, flow: Flow, protocol: 'udp' | 'icmp'): Uint8Array {
  const view = viewOf(message)
  // Ones' complement: what is missing to the wanted sum is the wanted plus the complement of what is.
  const missing = 0xffff - flow.checksum + view.getUint16(CHECKSUM_AT[protocol])
  view.setUint16(BALANCE_AT, missing > 0xffff ? missing - 0xffff : missing)
  view.setUint16(CHECKSUM_AT[protocol], flow.checksum)
  return message
}

/** The upper half tells that a segment is ours, the lower which. */
const sequenceOf = ({ mark }: Flow, number: number): number => ((mark & 0xffff0000) | number) >>> 0

/** Linux's own SYN announces such a segment size on Ethernet; the window is of no matter. */
const SYN = { flags: TCP_FLAG.syn, window: 64_240, maximumSegmentBytes: 1460 } as const
const SYN_BYTES = 24

/**
 * What follows the IP header in the probe with this number (1 to 65535); UDP and ICMP are as long as
 * `packetBytes` with the IP header, but never shorter than what tells them apart.
 */
export function writeProbe(flow: Flow, number: number, packetBytes: number): Uint8Array {
  const { protocol, source, destination, sourcePort, destinationPort } = flow
  const { family } = destination
  const pseudo = (bytes: number): number =>
    pseudoHeaderSum(source, destination, protocolNumber(protocol, family), bytes)
  if (protocol === 'tcp')
    return writeTcp(
      { sourcePort, destinationPort, sequence: sequenceOf(flow, number), ...SYN },
      new Uint8Array(),
      pseudo(SYN_BYTES),
    )
  const payload = payloadOf(flow, number, packetBytes - ipHeaderBytes(family))
  if (protocol === 'udp') {
    const sum = pseudo(UDP_HEADER_BYTES + payload.length)
    return balance(writeUdp({ sourcePort, destinationPort }, payload, sum), flow, protocol)
  }
  const sum = family === 6 ? pseudo(ICMP_HEADER_BYTES + payload.length) : 0
  return balance(writeEchoRequest(family, sourcePort, number, payload, sum), flow, protocol)
}

/** The number in a payload of UDP or ICMP that carries the mark of this trace; else null. */
export function numberInPayload(
  { mark }: Flow,
  view: DataView,
  at: number,
  end: number,
): number | null {
  if (end - at < 6 || view.getUint32(at) !== mark) return null
  return view.getUint16(at + 4)
}

/** The number in an echo request or reply; null where it is not of this trace. */
export function numberInEcho(flow: Flow, view: DataView, at: number, end: number): number | null {
  const { echoRequest, echoReply } = ICMP_TYPE[flow.destination.family]
  if (end - at < ICMP_HEADER_BYTES) return null
  const type = view.getUint8(at)
  if (type !== echoRequest && type !== echoReply) return null
  const marked = numberInPayload(flow, view, at + ICMP_HEADER_BYTES, end)
  if (marked !== null) return marked
  const isCut = end - at < ICMP_HEADER_BYTES + 4
  // With the data there, another mark says that it is somebody else's.
  return isCut && view.getUint16(at + 4) === flow.sourcePort ? view.getUint16(at + 6) : null
}

/** The number in a sequence number of this trace; else null. */
export const numberInSequence = ({ mark }: Flow, sequence: number): number | null =>
  sequence >>> 16 === mark >>> 16 ? sequence & 0xffff : null

/**
 * Which probe was quoted: its number; 0 where it is one of this trace, but which is not told; null
 * where it is none of it.
 */
export function quotedNumber(flow: Flow, quoted: QuotedPacket, view: DataView): number | null {
  const { protocol, destination } = flow
  if (quoted.protocol !== protocolNumber(protocol, destination.family)) return null
  const { transportAt: at, end, id } = quoted
  if (protocol === 'icmp') return numberInEcho(flow, view, at, end)
  // A translator changes one of them, not both.
  const ports = [
    quoted.sourcePort === flow.sourcePort,
    quoted.destinationPort === flow.destinationPort,
  ]
  if (protocol === 'tcp')
    return ports.includes(true) && end - at >= 8
      ? numberInSequence(flow, view.getUint32(at + 4))
      : null
  const payloadAt = at + UDP_HEADER_BYTES
  const marked = numberInPayload(flow, view, payloadAt, end)
  if (marked !== null) return marked
  if (ports.includes(false) || end - payloadAt >= 4) return null
  return id ?? 0
}
