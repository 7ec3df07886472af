/**
 * UDP, RFC 768. All fields big-endian, 16 bits each:
 *
 *    0  source port | 2  destination port | 4  length | 6  checksum | 8  payload
 */
import type { Stopped } from '../base/stopped.ts'
import { joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { checksum } from './checksum.ts'

/** Bytes of the header. */
export const UDP_HEADER_BYTES = 8

/** One header and where its payload lies. */
export type UdpHeader = {
  readonly sourcePort: number
  readonly destinationPort: number
  /** Of header and payload as sent. */
  readonly lengthBytes: number
  /** 0 says that the sender computed none. */
  readonly checksum: number
  readonly payloadAt: number
  readonly payloadEnd: number
}

/** Reads the header at `at`. A length beyond `end` (a quoted or cut datagram) is no error. */
export function readUdp(view: DataView, at: number, end: number): UdpHeader | Stopped {
  if (end - at < UDP_HEADER_BYTES) return stoppedAt('udp', at, UDP_HEADER_BYTES, end)
  const lengthBytes = view.getUint16(at + 4)
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    lengthBytes,
    checksum: view.getUint16(at + 6),
    payloadAt: at + UDP_HEADER_BYTES,
    // A jumbogram says 0 (RFC 2675 §4).
    payloadEnd: lengthBytes < UDP_HEADER_BYTES ? end : Math.min(end, at + lengthBytes),
  }
}

/**
 * A datagram. `pseudoSum` is the pseudo-header's sum over its length; null leaves the checksum
 * out, which IPv4 allows.
 */
export function writeUdp(
  ports: Pick<UdpHeader, 'sourcePort' | 'destinationPort'>,
  payload: Uint8Array,
  pseudoSum: number | null,
): Uint8Array {
  const datagram = joinBytes(new Uint8Array(UDP_HEADER_BYTES), payload)
  const view = viewOf(datagram)
  view.setUint16(0, ports.sourcePort)
  view.setUint16(2, ports.destinationPort)
  view.setUint16(4, datagram.length)
  // A computed 0 is sent as its other form, since 0 says “none”.
  if (pseudoSum !== null) {
    view.setUint16(6, checksum(view, 0, datagram.length, pseudoSum) || 0xffff)
  }
  return datagram
}

/** One line: `53 > 33434: UDP, 100 bytes`. */
export const describeUdp = (header: UdpHeader): string =>
  `${header.sourcePort} > ${header.destinationPort}: UDP, ` +
  `${Math.max(0, header.lengthBytes - UDP_HEADER_BYTES)} bytes`
