/**
 * The packet that an ICMP error quotes: RFC 792 (the header and eight bytes), RFC 1812 §4.3.2.3 (as
 * much as fits), RFC 4443 §2.4(c); RFC 4884 §5 where extensions follow it.
 */
import { readPacket } from './frame.ts'
import { HEADER_NOTE, type Headers } from './headers.ts'

const ICMP = 1
const ICMPV6 = 58

/** Whether the frame is an ICMP or ICMPv6 error. */
export function isIcmpError(headers: Headers): boolean {
  if (headers.protocol !== ICMP && headers.protocol !== ICMPV6) return false
  if (headers.transportAt >= headers.payloadEnd) return false
  const type = headers.view.getUint8(headers.transportAt)
  if (headers.protocol === ICMPV6) return type >= 1 && type < 128
  // Unreachable, source quench, redirect, time exceeded, parameter problem.
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12
}

/**
 * Reads what the error in `headers` quotes: addresses, protocol and, as far as they are quoted,
 * ports and TCP's sequence number. False where it is no error or quotes no IP packet.
 */
export function readQuote(headers: Headers, into: Headers): boolean {
  const { view, payloadAt: at } = headers
  if (!isIcmpError(headers) || (headers.notes & HEADER_NOTE.damaged) !== 0) return false
  if ((headers.notes & HEADER_NOTE.fragment) !== 0 && headers.fragmentOffset > 0) return false
  const end = quoteEnd(headers)
  readPacket(view, at, end, wireBytes(view, at, end), into)
  if (into.ipVersion === 0) return false
  // A quote is cut off by design.
  if (into.protocol >= 0) into.notes &= ~HEADER_NOTE.damaged
  return true
}

/** RFC 4884 §4: a length that is not 0 tells where the quote ends, in words of 4 (IPv6: 8) bytes. */
function quoteEnd(headers: Headers): number {
  const { view, transportAt, payloadAt, payloadEnd } = headers
  const type = view.getUint8(transportAt)
  const isSix = headers.protocol === ICMPV6
  if (isSix ? type !== 1 && type !== 3 : type !== 3 && type !== 11 && type !== 12) return payloadEnd
  const bytes = isSix ? view.getUint8(transportAt + 4) * 8 : view.getUint8(transportAt + 5) * 4
  return bytes === 0 ? payloadEnd : Math.min(payloadEnd, payloadAt + bytes)
}

/** The length that the quoted packet had, by its own header. */
function wireBytes(view: DataView, at: number, end: number): number {
  const have = end - at
  if (have < 6) return have
  const told = view.getUint8(at) >> 4 === 4 ? view.getUint16(at + 2) : 40 + view.getUint16(at + 4)
  return Math.max(have, told)
}
