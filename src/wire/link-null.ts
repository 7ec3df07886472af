/**
 * BSD's loopback headers: a protocol family of 32 bits, in the order of the machine that captured
 * (LINKTYPE_NULL) or big-endian (LINKTYPE_LOOP, OpenBSD).
 */
import { type Headers, peelBytes, stopHeaders } from './headers.ts'

/** AF_INET6 of NetBSD, FreeBSD, macOS and Linux. */
const IPV6_FAMILIES: ReadonlySet<number> = new Set([24, 28, 30, 10])
const IPV4_FAMILY = 2

/** Peels the family and gives the EtherType; 0 for a family that is not IP. */
export function peelNull(headers: Headers): number {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < 4) {
    stopHeaders(headers, 'null')
    return 0
  }
  const big = view.getUint32(at)
  // Families are small: where the upper half holds something, the order is the other one.
  const family = big > 0xffff ? view.getUint32(at, true) : big
  peelBytes(headers, 4)
  if (family === IPV4_FAMILY) return 0x0800
  return IPV6_FAMILIES.has(family) ? 0x86dd : 0
}
