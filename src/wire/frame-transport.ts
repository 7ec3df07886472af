/**
 * What an IP packet carries, into a frame's `Headers`: TCP (`tcp.ts` has the figure), UDP and
 * UDP-Lite (`udp.ts`), ICMP and ICMPv6 (`icmp.ts`), SCTP (RFC 9260 §3.1: source port 16,
 * destination port 16, verification tag 32, checksum 32, chunks) and DCCP's ports.
 */
import { type Headers, peelBytes, stopHeaders, trimPayload } from './headers.ts'

const TCP_HEADER_BYTES = 20
const UDP_HEADER_BYTES = 8
const ICMP_HEADER_BYTES = 8
const SCTP_HEADER_BYTES = 12

/** Peels the header of `headers.protocol`; an unknown protocol is left as payload. */
export function peelTransport(headers: Headers): void {
  switch (headers.protocol) {
    case 6:
      peelTcp(headers)
      break
    case 17:
      peelUdp(headers)
      break
    case 1:
      peelIcmp(headers, 'icmp')
      break
    case 58:
      peelIcmp(headers, 'icmpv6')
      break
    case 132:
      peelPorts(headers, SCTP_HEADER_BYTES, 'sctp')
      break
    case 136:
      peelPorts(headers, UDP_HEADER_BYTES, 'udplite')
      break
    case 33:
      peelDccp(headers)
      break
  }
}

function peelTcp(headers: Headers): void {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  if (have < TCP_HEADER_BYTES) {
    peelTcpStart(headers, have)
    return
  }
  headers.sourcePort = view.getUint16(at)
  headers.destinationPort = view.getUint16(at + 2)
  headers.sequence = view.getInt32(at + 4)
  headers.acknowledgment = view.getInt32(at + 8)
  const word = view.getUint16(at + 12)
  // Eight flags, and AE beside them (RFC 9768 §2).
  headers.flags = word & 0x1ff
  headers.window = view.getUint16(at + 14)
  headers.urgent = view.getUint16(at + 18)
  const headerBytes = (word >> 12) << 2
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > headers.payloadBytes) {
    stopHeaders(headers, 'tcp')
    return
  }
  headers.optionsAt = at + TCP_HEADER_BYTES
  if (have < headerBytes) {
    headers.optionsEnd = headers.payloadEnd
    stopHeaders(headers, 'tcp')
    headers.payloadAt = headers.payloadEnd
    headers.payloadBytes -= headerBytes
    return
  }
  headers.optionsEnd = at + headerBytes
  peelBytes(headers, headerBytes)
}

/** An ICMP error may quote eight bytes only: the ports and the sequence number. */
function peelTcpStart(headers: Headers, have: number): void {
  const { view, payloadAt: at } = headers
  if (have >= 4) {
    headers.sourcePort = view.getUint16(at)
    headers.destinationPort = view.getUint16(at + 2)
  }
  if (have >= 8) headers.sequence = view.getInt32(at + 4)
  stopHeaders(headers, 'tcp')
}

function peelUdp(headers: Headers): void {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < UDP_HEADER_BYTES) {
    peelPorts(headers, UDP_HEADER_BYTES, 'udp')
    return
  }
  headers.sourcePort = view.getUint16(at)
  headers.destinationPort = view.getUint16(at + 2)
  const bytes = view.getUint16(at + 4)
  // 0 is a jumbogram's (RFC 2675 §4); a first fragment is shorter than its datagram.
  if (bytes >= UDP_HEADER_BYTES && bytes < headers.payloadBytes) trimPayload(headers, bytes)
  peelBytes(headers, UDP_HEADER_BYTES)
}

function peelIcmp(headers: Headers, layer: string): void {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  if (have < ICMP_HEADER_BYTES) {
    stopHeaders(headers, layer)
    return
  }
  const type = view.getUint8(at)
  const hasIdentifier =
    headers.protocol === 58
      ? type === 128 || type === 129
      : // Echo, timestamp, information and address mask, with their replies.
        type === 8 || type === 0 || (type >= 13 && type <= 18)
  if (hasIdentifier) headers.identifier = view.getUint16(at + 4)
  peelBytes(headers, ICMP_HEADER_BYTES)
}

/** Ports in the first four bytes of a header of fixed length. */
function peelPorts(headers: Headers, headerBytes: number, layer: string): void {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  if (have >= 4) {
    headers.sourcePort = view.getUint16(at)
    headers.destinationPort = view.getUint16(at + 2)
  }
  if (have < headerBytes) {
    stopHeaders(headers, layer)
    return
  }
  peelBytes(headers, headerBytes)
}

/** RFC 4340 §5.1: the data offset counts words of four bytes. */
function peelDccp(headers: Headers): void {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  peelPorts(headers, have < 12 ? 12 : Math.max(12, view.getUint8(at + 4) * 4), 'dccp')
}
