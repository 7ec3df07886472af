/**
 * IPv6, RFC 8200 §3. All fields big-endian:
 *
 *    0  version 4, traffic class 8, flow label 20
 *    4  payload length 16 | next header 8 | hop limit 8
 *    8  source 128
 *   24  destination 128
 *   40  extension headers (§4), which are skipped here, then the payload
 */
import type { Stopped } from '../base/stopped.ts'
import { type Address, formatAddress } from './address.ts'
import { bytesBetween, joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { protocolName } from './protocol.ts'

/** Bytes of the fixed header. */
export const IPV6_HEADER_BYTES = 40

/** One header, what its extension headers lead to, and where that lies. */
export type Ipv6Header = {
  readonly trafficClass: number
  readonly flowLabel: number
  /** Of extension headers and payload as sent; 0 in a jumbogram (RFC 2675). */
  readonly payloadBytes: number
  /** Of the fixed header; `protocol` is what comes after the extension headers. */
  readonly nextHeader: number
  readonly hopLimit: number
  readonly source: Address
  readonly destination: Address
  /** The extension headers in order, by number. */
  readonly extensions: readonly number[]
  readonly fragment: Ipv6Fragment | null
  /** Of the payload; null where the extension headers are cut short. */
  readonly protocol: number | null
  readonly payloadAt: number
  readonly payloadEnd: number
  /** Why the extension headers could not be followed to their end. */
  readonly damaged: Stopped | null
}

/** What a fragment header says, RFC 8200 §4.5. */
export type Ipv6Fragment = {
  readonly offsetBytes: number
  readonly moreFragments: boolean
  readonly id: number
}

// IANA's registry “IPv6 Extension Header Types”; after ESP (50) nothing can be read.
const FRAGMENT = 44
const AUTHENTICATION = 51
const EXTENSIONS: ReadonlySet<number> = new Set([
  0,
  43,
  FRAGMENT,
  AUTHENTICATION,
  60,
  135,
  139,
  140,
])

type Chain = Pick<Ipv6Header, 'extensions' | 'fragment' | 'protocol' | 'payloadAt' | 'damaged'>

/** Bytes of the extension header at `at`, of which at least two bytes are there. */
function extensionBytes(view: DataView, at: number, kind: number): number {
  if (kind === FRAGMENT) return 8
  const length = view.getUint8(at + 1)
  // RFC 4302 §2.2 counts in words of four bytes less two, the others in eight bytes less one.
  return kind === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8
}

function walkExtensions(view: DataView, from: number, end: number, first: number): Chain {
  const extensions: number[] = []
  let fragment: Ipv6Fragment | null = null
  let kind = first
  let at = from
  while (EXTENSIONS.has(kind)) {
    const need = end - at < 2 ? 8 : extensionBytes(view, at, kind)
    if (end - at < need) {
      const damaged = stoppedAt('ipv6 extension', at, need, end)
      return { extensions, fragment, protocol: null, payloadAt: at, damaged }
    }
    extensions.push(kind)
    if (kind === FRAGMENT) {
      const word = view.getUint16(at + 2)
      const moreFragments = (word & 1) === 1
      fragment = { offsetBytes: word & 0xfff8, moreFragments, id: view.getUint32(at + 4) }
    }
    kind = view.getUint8(at)
    at += need
    // What follows in a fragment past the first is not a header.
    if (fragment !== null && fragment.offsetBytes > 0) break
  }
  return { extensions, fragment, protocol: kind, payloadAt: at, damaged: null }
}

/** Reads the header at `at` and skips its extension headers. A payload beyond `end` is no error. */
export function readIpv6(view: DataView, at: number, end: number): Ipv6Header | Stopped {
  if (end - at < IPV6_HEADER_BYTES) return stoppedAt('ipv6', at, IPV6_HEADER_BYTES, end)
  const word = view.getUint32(at)
  const payloadBytes = view.getUint16(at + 4)
  const nextHeader = view.getUint8(at + 6)
  const from = at + IPV6_HEADER_BYTES
  const payloadEnd = payloadBytes === 0 ? end : Math.min(end, from + payloadBytes)
  return {
    trafficClass: (word >>> 20) & 0xff,
    flowLabel: word & 0xfffff,
    payloadBytes,
    nextHeader,
    hopLimit: view.getUint8(at + 7),
    source: { family: 6, bytes: bytesBetween(view, at + 8, at + 24), zone: null },
    destination: { family: 6, bytes: bytesBetween(view, at + 24, at + 40), zone: null },
    payloadEnd,
    ...walkExtensions(view, from, payloadEnd, nextHeader),
  }
}

/** What is chosen of a header that is written. */
export type Ipv6Fields = Pick<Ipv6Header, 'nextHeader' | 'hopLimit' | 'source' | 'destination'> &
  Partial<Pick<Ipv6Header, 'trafficClass' | 'flowLabel'>>

/** A packet: the fixed header and the payload, whose extension headers, if any, are the caller's. */
export function writeIpv6(fields: Ipv6Fields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(IPV6_HEADER_BYTES)
  const view = viewOf(header)
  view.setUint32(
    0,
    0x60000000 /* version 6 */ + ((fields.trafficClass ?? 0) << 20) + (fields.flowLabel ?? 0),
  )
  view.setUint16(4, payload.length)
  view.setUint8(6, fields.nextHeader)
  view.setUint8(7, fields.hopLimit)
  header.set(fields.source.bytes, 8)
  header.set(fields.destination.bytes, 24)
  return joinBytes(header, payload)
}

/** One line: `2001:db8::1 > 2001:db8::2: ICMPv6, hop limit 63, 64 bytes of payload`. */
export const describeIpv6 = (header: Ipv6Header): string =>
  `${formatAddress(header.source)} > ${formatAddress(header.destination)}: ` +
  `${protocolName(header.protocol ?? header.nextHeader)}, hop limit ${header.hopLimit}, ` +
  `${header.payloadBytes} bytes of payload`
