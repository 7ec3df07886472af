/**
 * IPv4, RFC 791 §3.1. All fields big-endian:
 *
 *    0  version 4, header length 4 | DSCP 6, ECN 2 (RFC 2474, 3168) | total length 16
 *    4  identification 16 | flags 3, fragment offset 13
 *    8  time to live 8 | protocol 8 | header checksum 16
 *   12  source 32
 *   16  destination 32
 *   20  options, up to the header length
 */
import type { Stopped } from '../base/stopped.ts'
import { type Address, formatAddress } from './address.ts'
import { bytesBetween, joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { checksum } from './checksum.ts'
import { protocolName } from './protocol.ts'

/** Bytes of a header without options. */
export const IPV4_HEADER_BYTES = 20

/** One header and where its payload lies. */
export type Ipv4Header = {
  readonly headerBytes: number
  /** Differentiated services code point, 0–63. */
  readonly dscp: number
  /** Explicit congestion notification, 0–3. */
  readonly ecn: number
  /** Of header and payload as sent; 0 where the sending card has yet to fill it in. */
  readonly totalBytes: number
  readonly id: number
  readonly dontFragment: boolean
  readonly moreFragments: boolean
  readonly fragmentOffsetBytes: number
  readonly ttl: number
  /** As in `PROTOCOL`. Of a fragment past the first, the payload is not that protocol's header. */
  readonly protocol: number
  readonly checksum: number
  readonly source: Address
  readonly destination: Address
  readonly payloadAt: number
  /** Where the payload ends: padding is left out, and nothing past the bytes that there are. */
  readonly payloadEnd: number
}

/** Reads the header at `at`. A total length beyond `end` (a quoted or cut packet) is no error. */
export function readIpv4(view: DataView, at: number, end: number): Ipv4Header | Stopped {
  if (end - at < IPV4_HEADER_BYTES) return stoppedAt('ipv4', at, IPV4_HEADER_BYTES, end)
  const headerBytes = (view.getUint8(at) & 0x0f) * 4
  const least = Math.max(headerBytes, IPV4_HEADER_BYTES)
  if (headerBytes < IPV4_HEADER_BYTES || end - at < least) return stoppedAt('ipv4', at, least, end)
  const service = view.getUint8(at + 1)
  const totalBytes = view.getUint16(at + 2)
  const fragment = view.getUint16(at + 6)
  return {
    headerBytes,
    dscp: service >> 2,
    ecn: service & 3,
    totalBytes,
    id: view.getUint16(at + 4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffsetBytes: (fragment & 0x1fff) * 8,
    ttl: view.getUint8(at + 8),
    protocol: view.getUint8(at + 9),
    checksum: view.getUint16(at + 10),
    source: { family: 4, bytes: bytesBetween(view, at + 12, at + 16), zone: null },
    destination: { family: 4, bytes: bytesBetween(view, at + 16, at + 20), zone: null },
    payloadAt: at + headerBytes,
    payloadEnd: totalBytes < headerBytes ? end : Math.min(end, at + totalBytes),
  }
}

/** What is chosen of a header that is written; lengths and checksum follow from it. */
export type Ipv4Fields = Pick<Ipv4Header, 'ttl' | 'protocol' | 'source' | 'destination'> &
  Partial<Pick<Ipv4Header, 'dscp' | 'ecn' | 'id' | 'dontFragment'>>

/** A packet without options: its header, with the checksum, and the payload. */
export function writeIpv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER_BYTES)
  const view = viewOf(header)
  view.setUint8(0, 0x45) // version 4, five words
  view.setUint8(1, ((fields.dscp ?? 0) << 2) | (fields.ecn ?? 0))
  view.setUint16(2, IPV4_HEADER_BYTES + payload.length)
  view.setUint16(4, fields.id ?? 0)
  view.setUint16(6, fields.dontFragment ? 0x4000 : 0)
  view.setUint8(8, fields.ttl)
  view.setUint8(9, fields.protocol)
  header.set(fields.source.bytes, 12)
  header.set(fields.destination.bytes, 16)
  view.setUint16(10, checksum(view, 0, IPV4_HEADER_BYTES))
  return joinBytes(header, payload)
}

/** One line: `192.0.2.1 > 192.0.2.2: ICMP, ttl 63, 84 bytes`. */
export const describeIpv4 = (header: Ipv4Header): string =>
  `${formatAddress(header.source)} > ${formatAddress(header.destination)}: ` +
  `${protocolName(header.protocol)}, ttl ${header.ttl}, ${header.totalBytes} bytes`
