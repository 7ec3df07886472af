/**
 * The Internet checksum, RFC 1071, and the pseudo-headers it covers: RFC 793 §3.1 (IPv4) and
 * RFC 8200 §8.1 (IPv6).
 */
import type { Address } from './address.ts'
import { viewOf } from './bytes.ts'

/** Carries added back in until 16 bits are left, RFC 1071 §2(A); exact for any sum below 2^53. */
function fold(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000)
  return folded
}

/** The ones' complement sum of the 16-bit words from `at` to `end`; a last odd byte counts as a high byte. */
export function onesSum(view: DataView, at: number, end: number, sum = 0): number {
  let total = sum
  const even = end - ((end - at) % 2)
  for (let word = at; word < even; word += 2) total += view.getUint16(word)
  if (even < end) total += view.getUint8(even) * 0x100
  return fold(total)
}

/**
 * The checksum of the bytes from `at` to `end`, on top of an earlier `sum` such as a
 * pseudo-header's. Over bytes that carry their right checksum it is 0.
 */
export const checksum = (view: DataView, at: number, end: number, sum = 0): number =>
  onesSum(view, at, end, sum) ^ 0xffff

/** The sum of the pseudo-header: both addresses, the protocol, and the bytes of what follows it. */
export function pseudoHeaderSum(
  source: Address,
  destination: Address,
  protocol: number,
  lengthBytes: number,
): number {
  const addresses = [source, destination].reduce(
    (sum, { bytes }) => onesSum(viewOf(bytes), 0, bytes.length, sum),
    0,
  )
  return fold(addresses + protocol + fold(lengthBytes))
}
