/**
 * Packets made up again from what a program printed of them: headers as they were told, payload that is counted but not there.
 * What was not told is 0; a hop limit of 0, which no packet arrives with, says so.
 */
import type { Address } from '../wire/address.ts'
import { viewOf } from '../wire/bytes.ts'
import { checksum, pseudoHeaderSum } from '../wire/checksum.ts'
import { IPV4_HEADER_BYTES, writeIpv4 } from '../wire/ipv4.ts'
import { IPV6_HEADER_BYTES, writeIpv6 } from '../wire/ipv6.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { writeTcp } from '../wire/tcp.ts'
import { UDP_HEADER_BYTES, writeUdp } from '../wire/udp.ts'
import type { TextSegment } from './tcpdump-tcp.ts'

/** A packet of LINKTYPE_RAW, and how long it was. */
export type RebuiltPacket = { readonly bytes: Uint8Array; readonly originalBytes: number }

/** What was told of an IP header. */
export type ToldIp = {
  readonly trafficClass: number
  readonly hopLimit: number
  readonly identification: number
  /** IPv4's flags and fragment offset as they lie in the header. */
  readonly fragment: number
  /** Of the transport, as a number; null where it is not told. */
  readonly protocol: number | null
  /** Of the packet, its header included; null where it is not told. */
  readonly totalBytes: number | null
}

/** Nothing was told. */
export const UNTOLD_IP: ToldIp = {
  trafficClass: 0,
  hopLimit: 0,
  identification: 0,
  fragment: 0,
  protocol: null,
  totalBytes: null,
}

/** Both ends of a packet. */
export type Ends = { readonly source: Address; readonly destination: Address }

/** A length beyond 16 bits, as a card that cuts packets itself (TSO) is given, is written as 0. */
const inWord = (length: number): number => (length > 0xffff ? 0 : length)

/** The IP packet around `transport`, of whose payload `missingBytes` are not there. */
export function rebuildPacket(
  ends: Ends,
  told: ToldIp,
  protocol: number,
  transport: Uint8Array,
  missingBytes: number,
): RebuiltPacket {
  const { source, destination } = ends
  const payloadBytes = transport.length + missingBytes
  if (source.family === 6) {
    const bytes = writeIpv6(
      {
        source,
        destination,
        nextHeader: protocol,
        hopLimit: told.hopLimit,
        trafficClass: told.trafficClass,
      },
      transport,
    )
    viewOf(bytes).setUint16(4, inWord(payloadBytes))
    return { bytes, originalBytes: IPV6_HEADER_BYTES + payloadBytes }
  }
  const bytes = writeIpv4({ source, destination, protocol, ttl: told.hopLimit }, transport)
  const view = viewOf(bytes)
  view.setUint8(1, told.trafficClass)
  view.setUint16(2, inWord(IPV4_HEADER_BYTES + payloadBytes))
  view.setUint16(4, told.identification)
  view.setUint16(6, told.fragment)
  view.setUint16(10, 0)
  view.setUint16(10, checksum(view, 0, IPV4_HEADER_BYTES))
  return { bytes, originalBytes: IPV4_HEADER_BYTES + payloadBytes }
}

/** The ports of a packet. */
export type Ports = { readonly sourcePort: number; readonly destinationPort: number }

/** A TCP packet; its checksum is the one that was told, or the right one where no payload is missing. */
export function rebuildTcp(
  ends: Ends,
  told: ToldIp,
  ports: Ports,
  segment: TextSegment,
  sequence: number,
  acknowledgment: number,
  options: Uint8Array,
): RebuiltPacket {
  const { flags, window, payloadBytes } = segment
  const header = writeTcp({ ...ports, sequence, acknowledgment, flags, window }, options, 0)
  const view = viewOf(header)
  view.setUint8(12, (header.length / 4) << 4)
  view.setUint16(16, 0)
  view.setUint16(18, segment.urgent)
  const { source, destination } = ends
  const pseudoSum = pseudoHeaderSum(source, destination, PROTOCOL.tcp, header.length)
  const right = payloadBytes === 0 ? checksum(view, 0, header.length, pseudoSum) : 0
  view.setUint16(16, segment.checksum ?? right)
  return rebuildPacket(ends, told, PROTOCOL.tcp, header, payloadBytes)
}

/** A UDP packet of which `payload` is there and `payloadBytes` were sent; without a checksum, where IPv4 allows that. */
export function rebuildUdp(
  ends: Ends,
  told: ToldIp,
  ports: Ports,
  payload: Uint8Array,
  payloadBytes: number,
): RebuiltPacket {
  const there = payload.subarray(0, payloadBytes)
  const datagram = writeUdp(ports, there, null)
  viewOf(datagram).setUint16(4, inWord(UDP_HEADER_BYTES + payloadBytes))
  return rebuildPacket(ends, told, PROTOCOL.udp, datagram, payloadBytes - there.length)
}
