/**
 * The IP headers of a frame, into its `Headers`: IPv4 (RFC 791 §3.1; `ipv4.ts` has the figure) and
 * IPv6 with its extension headers (RFC 8200 §4; `ipv6.ts`). Fields are read by hand: this is done
 * for each packet of a capture.
 */
import { HEADER_NOTE, type Headers, peelBytes, stopHeaders, trimPayload } from './headers.ts'

const IPV4_HEADER_BYTES = 20
const IPV6_HEADER_BYTES = 40

/** RFC 4302: between IP and what it authenticates, in both versions. */
const AUTHENTICATION = 51
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const NO_NEXT_HEADER = 59
const DESTINATION_OPTIONS = 60

/** Peels an IPv4 header with its options. */
export function peelIpv4(headers: Headers): void {
  const { view, payloadAt: at } = headers
  headers.networkAt = at
  const have = headers.payloadEnd - at
  if (have < IPV4_HEADER_BYTES) {
    stopHeaders(headers, 'ipv4')
    return
  }
  const first = view.getUint8(at)
  const headerBytes = (first & 15) << 2
  if (first >> 4 !== 4 || headerBytes < IPV4_HEADER_BYTES) {
    stopHeaders(headers, 'ipv4')
    return
  }
  headers.ipVersion = 4
  headers.trafficClass = view.getUint8(at + 1)
  headers.identification = view.getUint16(at + 4)
  const fragment = view.getUint16(at + 6)
  headers.dontFragment = (fragment & 0x4000) !== 0
  headers.hopLimit = view.getUint8(at + 8)
  headers.sourceAddressAt = at + 12
  headers.destinationAddressAt = at + 16
  // Segmentation offload leaves 0 where 16 bits do not hold the length.
  const totalBytes = view.getUint16(at + 2) || headers.payloadBytes
  if (totalBytes < headerBytes || have < headerBytes) {
    stopHeaders(headers, 'ipv4')
    return
  }
  trimPayload(headers, totalBytes)
  peelBytes(headers, headerBytes)
  headers.protocol = view.getUint8(at + 9)
  headers.transportAt = headers.payloadAt
  if ((fragment & 0x3fff) !== 0) {
    headers.notes |= HEADER_NOTE.fragment
    headers.fragmentOffset = (fragment & 0x1fff) << 3
    headers.moreFragments = (fragment & 0x2000) !== 0
  }
  if (headers.protocol === AUTHENTICATION && headers.fragmentOffset === 0) {
    peelAuthentication(headers)
  }
}

function peelAuthentication(headers: Headers): void {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  const bytes = have < 2 ? 2 : (view.getUint8(at + 1) + 2) * 4
  if (have < bytes) {
    stopHeaders(headers, 'ah')
    return
  }
  headers.protocol = view.getUint8(at)
  peelBytes(headers, bytes)
  headers.transportAt = headers.payloadAt
}

/** Peels an IPv6 header and its extension headers. */
export function peelIpv6(headers: Headers): void {
  const { view, payloadAt: at } = headers
  headers.networkAt = at
  if (headers.payloadEnd - at < IPV6_HEADER_BYTES) {
    stopHeaders(headers, 'ipv6')
    return
  }
  const word = view.getUint32(at)
  if (word >>> 28 !== 6) {
    stopHeaders(headers, 'ipv6')
    return
  }
  headers.ipVersion = 6
  headers.trafficClass = (word >>> 20) & 0xff
  headers.hopLimit = view.getUint8(at + 7)
  headers.sourceAddressAt = at + 8
  headers.destinationAddressAt = at + 24
  const bytes = view.getUint16(at + 4)
  const next = view.getUint8(at + 6)
  peelBytes(headers, IPV6_HEADER_BYTES)
  // 0 stands for a jumbogram, whose length its option tells, or is left by segmentation offload.
  if (bytes !== 0 || next === NO_NEXT_HEADER) trimPayload(headers, bytes)
  if (next === 6 || next === 17) {
    headers.protocol = next
    headers.transportAt = headers.payloadAt
  } else peelExtensions(headers, next, bytes === 0)
}

/** Whether a header of this number is followed by another one, as IANA's “IPv6 Extension Header Types” has them; ESP cannot be read. */
const isExtension = (kind: number): boolean =>
  kind === HOP_BY_HOP ||
  kind === ROUTING ||
  kind === FRAGMENT ||
  kind === AUTHENTICATION ||
  kind === DESTINATION_OPTIONS ||
  kind === 135 || // mobility
  kind === 139 || // HIP
  kind === 140 // shim6

function peelExtensions(headers: Headers, first: number, jumbo: boolean): void {
  const { view } = headers
  let kind = first
  while (isExtension(kind)) {
    const at = headers.payloadAt
    const have = headers.payloadEnd - at
    const bytes = have < 8 ? 8 : extensionBytes(view, at, kind)
    if (have < bytes) {
      stopHeaders(headers, 'ipv6 extension')
      return
    }
    // A mobility header that is the last one is itself what is carried.
    if (kind === 135 && view.getUint8(at) === NO_NEXT_HEADER) break
    if (kind === HOP_BY_HOP && jumbo) trimJumbogram(headers, at + 2, at + bytes)
    peelBytes(headers, bytes)
    if (kind === FRAGMENT && notesFragment(headers, at)) {
      kind = view.getUint8(at)
      break
    }
    kind = view.getUint8(at)
  }
  headers.protocol = kind
  headers.transportAt = headers.payloadAt
}

/** RFC 4302 §2.2 counts in words of four bytes less two, the others in eight bytes less one. */
function extensionBytes(view: DataView, at: number, kind: number): number {
  if (kind === FRAGMENT) return 8
  const length = view.getUint8(at + 1)
  return kind === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8
}

/** Reads a fragment header; true where what follows is not a header. An atomic fragment (RFC 6946) is whole. */
function notesFragment(headers: Headers, at: number): boolean {
  const word = headers.view.getUint16(at + 2)
  headers.identification = headers.view.getUint32(at + 4) | 0
  if ((word & 0xfff9) === 0) return false
  headers.notes |= HEADER_NOTE.fragment
  headers.fragmentOffset = word & 0xfff8
  headers.moreFragments = (word & 1) !== 0
  return headers.fragmentOffset > 0
}

/** RFC 2675 §2: option 0xc2 of four bytes is the length of all that follows the fixed header. */
function trimJumbogram(headers: Headers, from: number, end: number): void {
  const { view } = headers
  let at = from
  while (end - at >= 2) {
    const kind = view.getUint8(at)
    const bytes = view.getUint8(at + 1)
    if (kind === 0xc2 && bytes === 4 && end - at >= 6) {
      trimPayload(headers, view.getUint32(at + 2))
      return
    }
    at += kind === 0 ? 1 : 2 + bytes
  }
}
