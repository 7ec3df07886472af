/**
 * What the blocks of pcapng have in common,
 * https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcapng.html §3; byte order is the section's:
 *
 *    0  type 32 | 4  total length 32, a multiple of 4 | 8  body | …  total length 32 again
 *
 * and the options at the end of a body (§3.5), each padded to 32 bits:
 *
 *    0  code 16 | 2  length 16 | 4  value
 */

/** Bytes of a block without a body. */
export const BLOCK_BYTES = 12

/** The types that are read here, §11.1. */
export const BLOCK: {
  readonly section: 0x0a0d0d0a
  readonly interface: 1
  readonly packet: 2
  readonly simplePacket: 3
  readonly names: 4
  readonly statistics: 5
  readonly enhancedPacket: 6
} = {
  section: 0x0a0d0d0a,
  interface: 1,
  packet: 2,
  simplePacket: 3,
  names: 4,
  statistics: 5,
  enhancedPacket: 6,
}

/** What tells the byte order of a section, behind the length of its first block. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d

/** Option codes; from 2 on each kind of block has its own. */
export const OPTION: {
  readonly end: 0
  readonly comment: 1
  readonly interfaceName: 2
  readonly timeResolution: 9
  readonly checkBytes: 13
  readonly timeOffset: 14
  readonly received: 4
  readonly dropped: 5
  readonly systemDropped: 7
} = {
  end: 0,
  comment: 1,
  interfaceName: 2,
  timeResolution: 9,
  checkBytes: 13,
  timeOffset: 14,
  received: 4,
  dropped: 5,
  systemDropped: 7,
}

/** A length with what fills it up to 32 bits. */
export const padded = (bytes: number): number => (bytes + 3) & ~3

/** Calls `visit` with the code, the place and the length of each option from `at` on; one that runs past `end` is the last. */
export function eachOption(
  view: DataView,
  from: number,
  end: number,
  little: boolean,
  visit: (code: number, at: number, length: number) => void,
): void {
  let at = from
  while (end - at >= 4) {
    const code = view.getUint16(at, little)
    const length = view.getUint16(at + 2, little)
    if (code === OPTION.end || length > end - at - 4) return
    visit(code, at + 4, length)
    at += 4 + padded(length)
  }
}
