/**
 * What routers put behind the packet that an ICMP error quotes: the extension structure of RFC 4884
 * §7 with the label stack of RFC 4950 §5. All fields big-endian:
 *
 *    0  version 4 (2), reserved 12 | checksum 16
 *    4  objects: length 16 (with these four bytes) | class 8 | sub-type 8 | data
 *       class 1, sub-type 1: label 20, traffic class 3, bottom of stack 1, TTL 8, again and again
 */
import { checksum } from './checksum.ts'

/** One entry of an MPLS label stack, RFC 3032 §2.1, as it came in at the router. */
export type MplsLabel = {
  readonly label: number
  readonly trafficClass: number
  readonly ttl: number
}

const HEADER_BYTES = 4
const ENTRY_BYTES = 4
const VERSION = 2
const CLASS_MPLS = 1
const SUBTYPE_INCOMING = 1

/** RFC 4884 §5.1 and §5.2: where the length is 0, routers of before quote 128 bytes. */
const OLD_QUOTE_BYTES = 128
/** More labels than this are nonsense. */
const MOST_LABELS = 16

/** RFC 4884 §4: the length of the quote, in words of 4 bytes in ICMP and of 8 in ICMPv6. */
function quoteBytes(view: DataView, icmpAt: number, family: 4 | 6): number {
  const told = family === 4 ? view.getUint8(icmpAt + 5) * 4 : view.getUint8(icmpAt + 4) * 8
  return told === 0 ? OLD_QUOTE_BYTES : told
}

/** The labels in the error at `icmpAt`; none where it has no valid extension. */
export function readMplsLabels(
  view: DataView,
  icmpAt: number,
  end: number,
  family: 4 | 6,
): MplsLabel[] {
  if (end - icmpAt < 8) return []
  const at = icmpAt + 8 + quoteBytes(view, icmpAt, family)
  if (at + HEADER_BYTES > end || view.getUint8(at) >> 4 !== VERSION) return []
  if (view.getUint16(at + 2) !== 0 && checksum(view, at, end) !== 0) return []
  const labels: MplsLabel[] = []
  for (let object = at + HEADER_BYTES; object + HEADER_BYTES <= end; ) {
    const length = view.getUint16(object)
    if (length < HEADER_BYTES || object + length > end) break
    const isStack =
      view.getUint8(object + 2) === CLASS_MPLS && view.getUint8(object + 3) === SUBTYPE_INCOMING
    for (let entry = object + HEADER_BYTES; isStack; entry += ENTRY_BYTES) {
      if (entry + ENTRY_BYTES > object + length || labels.length === MOST_LABELS) break
      const word = view.getUint32(entry)
      labels.push({ label: word >>> 12, trafficClass: (word >>> 9) & 7, ttl: word & 0xff })
    }
    object += length
  }
  return labels
}
