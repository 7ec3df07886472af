/**
 * PPP, RFC 1661 §2, with or without HDLC's address and control (RFC 1662 §3.1), and Cisco's HDLC,
 * which has an EtherType. Big-endian:
 *
 *    0  address 8 (0xff) | control 8 (3); may be left out
 *    2  protocol 16; one byte where its lowest bit is set (§6.5, compressed)
 */
import { type Headers, peelBytes, stopHeaders } from './headers.ts'

// From IANA's registry “PPP DLL Protocol Numbers”, and the EtherType of the same payload.
const ETHER_TYPES: ReadonlyMap<number, number> = new Map([
  [0x0021, 0x0800], // IPv4
  [0x0057, 0x86dd], // IPv6
  [0x0281, 0x8847], // MPLS
  [0x0283, 0x8848], // MPLS, multicast
])

/** The EtherType of what a PPP protocol carries; 0 for control protocols and the like. */
export const etherTypeOfPpp = (protocol: number): number => ETHER_TYPES.get(protocol) ?? 0

/** Peels PPP and gives the EtherType of what it carries; 0 for what is not a network layer. */
export function peelPpp(headers: Headers): number {
  const { view, payloadAt: at, payloadEnd: end } = headers
  if (end - at < 2) {
    stopHeaders(headers, 'ppp')
    return 0
  }
  const from = view.getUint16(at) === 0xff03 ? at + 2 : at
  if (end - from < 2) {
    stopHeaders(headers, 'ppp')
    return 0
  }
  const first = view.getUint8(from)
  const compressed = (first & 1) === 1
  const type = etherTypeOfPpp(compressed ? first : view.getUint16(from))
  if (type !== 0) peelBytes(headers, from - at + (compressed ? 1 : 2))
  return type
}

/** Peels Cisco's HDLC (address 8, control 8, EtherType 16) and gives the EtherType. */
export function peelCiscoHdlc(headers: Headers): number {
  const at = headers.payloadAt
  if (headers.payloadEnd - at < 4) {
    stopHeaders(headers, 'hdlc')
    return 0
  }
  peelBytes(headers, 4)
  return headers.view.getUint16(at + 2)
}
