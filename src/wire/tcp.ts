/**
 * TCP, RFC 9293 §3.1. All fields big-endian:
 *
 *    0  source port 16 | destination port 16
 *    4  sequence number 32
 *    8  acknowledgment number 32
 *   12  header length 4, reserved 4, flags 8 | window 16
 *   16  checksum 16 | urgent pointer 16
 *   20  options, up to the header length
 */
import type { Stopped } from '../base/stopped.ts'
import { joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { checksum } from './checksum.ts'

/** Bytes of a header without options. */
export const TCP_HEADER_BYTES = 20

/** The control bits, RFC 9293 §3.1 and RFC 3168 §6.1. */
export const TCP_FLAG: {
  readonly fin: 1
  readonly syn: 2
  readonly rst: 4
  readonly psh: 8
  readonly ack: 16
  readonly urg: 32
  readonly ece: 64
  readonly cwr: 128
} = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 }

/** The options that a diagnosis reads; null or false where the segment has none. */
export type TcpOptions = {
  /** Option 2, RFC 9293 §3.7.1. */
  readonly maximumSegmentBytes: number | null
  /** Option 3, RFC 7323 §2.2: the window is shifted left by this. */
  readonly windowShift: number | null
  /** Option 4, RFC 2018 §2. */
  readonly sackPermitted: boolean
  /** Option 5, RFC 2018 §3: [left, right) edges. */
  readonly sackBlocks: readonly (readonly [number, number])[]
  /** Option 8, RFC 7323 §3.2. */
  readonly timestamp: { readonly value: number; readonly echo: number } | null
}

/** One header and where its payload begins. */
export type TcpHeader = {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequence: number
  readonly acknowledgment: number
  readonly headerBytes: number
  /** The sum of bits from `TCP_FLAG`. */
  readonly flags: number
  /** As sent, not shifted. */
  readonly window: number
  readonly checksum: number
  readonly urgent: number
  readonly options: TcpOptions
  readonly payloadAt: number
  /** Why the options could not be read to their end. */
  readonly damaged: Stopped | null
}

const NO_OPTIONS: TcpOptions = {
  maximumSegmentBytes: null,
  windowShift: null,
  sackPermitted: false,
  sackBlocks: [],
  timestamp: null,
}

/** One option of `length` bytes, all of which are there; an unknown or odd one changes nothing. */
function readOption(view: DataView, at: number, length: number): Partial<TcpOptions> {
  const kind = view.getUint8(at)
  if (kind === 2 && length === 4) return { maximumSegmentBytes: view.getUint16(at + 2) }
  if (kind === 3 && length === 3) return { windowShift: view.getUint8(at + 2) }
  if (kind === 4 && length === 2) return { sackPermitted: true }
  if (kind === 5) {
    const count = Math.floor((length - 2) / 8)
    const edge = (index: number): number => view.getUint32(at + 2 + 4 * index)
    const block = (_: unknown, n: number): [number, number] => [edge(2 * n), edge(2 * n + 1)]
    return { sackBlocks: Array.from({ length: count }, block) }
  }
  if (kind === 8 && length === 10) {
    return { timestamp: { value: view.getUint32(at + 2), echo: view.getUint32(at + 6) } }
  }
  return {}
}

function readOptions(
  view: DataView,
  from: number,
  end: number,
): Pick<TcpHeader, 'options' | 'damaged'> {
  let options = NO_OPTIONS
  let at = from
  while (at < end) {
    const kind = view.getUint8(at)
    if (kind === 0) break // end of list
    if (kind === 1) {
      at += 1 // no operation
      continue
    }
    const length = end - at < 2 ? 2 : Math.max(2, view.getUint8(at + 1))
    if (end - at < length) return { options, damaged: stoppedAt('tcp option', at, length, end) }
    options = { ...options, ...readOption(view, at, length) }
    at += length
  }
  return { options, damaged: null }
}

/** Reads the header at `at`; options that `end` cuts off are reported in `damaged`. */
export function readTcp(view: DataView, at: number, end: number): TcpHeader | Stopped {
  if (end - at < TCP_HEADER_BYTES) return stoppedAt('tcp', at, TCP_HEADER_BYTES, end)
  const headerBytes = (view.getUint8(at + 12) >> 4) * 4
  if (headerBytes < TCP_HEADER_BYTES)
    return stoppedAt('tcp', at, TCP_HEADER_BYTES, at + headerBytes)
  const payloadAt = Math.min(end, at + headerBytes)
  const { options, damaged } =
    headerBytes === TCP_HEADER_BYTES
      ? { options: NO_OPTIONS, damaged: null }
      : readOptions(view, at + TCP_HEADER_BYTES, payloadAt)
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    sequence: view.getUint32(at + 4),
    acknowledgment: view.getUint32(at + 8),
    headerBytes,
    flags: view.getUint8(at + 13),
    window: view.getUint16(at + 14),
    checksum: view.getUint16(at + 16),
    urgent: view.getUint16(at + 18),
    options,
    payloadAt,
    damaged: end - at < headerBytes ? stoppedAt('tcp', at, headerBytes, end) : damaged,
  }
}

/** What is chosen of a header that is written; what is left out is zero or absent. */
export type TcpFields = Pick<TcpHeader, 'sourcePort' | 'destinationPort' | 'sequence' | 'flags'> &
  Partial<Pick<TcpHeader, 'acknowledgment' | 'window'>> & {
    readonly maximumSegmentBytes?: number
  }

/** A segment; `pseudoSum` is the sum of the pseudo-header over the segment's length. */
export function writeTcp(fields: TcpFields, payload: Uint8Array, pseudoSum: number): Uint8Array {
  const optionBytes = fields.maximumSegmentBytes === undefined ? 0 : 4
  const segment = joinBytes(new Uint8Array(TCP_HEADER_BYTES + optionBytes), payload)
  const view = viewOf(segment)
  view.setUint16(0, fields.sourcePort)
  view.setUint16(2, fields.destinationPort)
  view.setUint32(4, fields.sequence)
  view.setUint32(8, fields.acknowledgment ?? 0)
  view.setUint8(12, ((TCP_HEADER_BYTES + optionBytes) / 4) << 4)
  view.setUint8(13, fields.flags)
  view.setUint16(14, fields.window ?? 0)
  if (fields.maximumSegmentBytes !== undefined) {
    view.setUint16(20, 0x0204) // kind 2, length 4
    view.setUint16(22, fields.maximumSegmentBytes)
  }
  view.setUint16(16, checksum(view, 0, segment.length, pseudoSum))
  return segment
}

/** The letters that tcpdump prints, such as `S.` for SYN and ACK; `none` without a flag. */
export function describeFlags(flags: number): string {
  const letters = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W']
  return letters.filter((_, bit) => (flags & (1 << bit)) !== 0).join('') || 'none'
}

/** One line: `34690 > 80: TCP [S], seq 1, ack 0, win 65280`. */
export const describeTcp = (header: TcpHeader): string =>
  `${header.sourcePort} > ${header.destinationPort}: TCP [${describeFlags(header.flags)}], ` +
  `seq ${header.sequence}, ack ${header.acknowledgment}, win ${header.window}`
