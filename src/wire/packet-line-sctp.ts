/** SCTP as tcpdump's print-sctp.c prints it: `sctp (1) [INIT] [init tag: 7] …`, chunk after chunk. */
import { peelTransport } from './frame-transport.ts'
import type { LinePart } from './packet-line-part.ts'

const HEADER_BYTES = 12

/** RFC 9260 §3.2, by chunk type. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'DATA'],
  [1, 'INIT'],
  [2, 'INIT ACK'],
  [3, 'SACK'],
  [4, 'HB REQ'],
  [5, 'HB ACK'],
  [6, 'ABORT'],
  [7, 'SHUTDOWN'],
  [8, 'SHUTDOWN ACK'],
  [9, 'OP ERR'],
  [10, 'COOKIE ECHO'],
  [11, 'COOKIE ACK'],
  [12, 'ECN ECHO'],
  [13, 'CWR'],
  [14, 'SHUTDOWN COMPLETE'],
  [0xc1, 'ASCONF'],
  [0x80, 'ASCONF-ACK'],
  [0xc0, 'FOR CUM TSN'],
  [0x82, 'RE-CONFIG'],
])

/** Writes addresses, ports and chunks; the payload must begin with the common header. */
export function writeSctp(part: LinePart): void {
  const { headers, sink } = part
  const have = headers.payloadEnd - headers.payloadAt
  if (have < 4) {
    part.writeAddresses()
    sink.text('[|sctp]')
    return
  }
  peelTransport(headers)
  part.writeEnds()
  sink.text('sctp')
  if (have < HEADER_BYTES) {
    sink.text(' [|sctp]')
    return
  }
  const { view, payloadEnd: end } = headers
  let at = headers.payloadAt
  for (let count = 1; end - at >= 4; count++) {
    const type = view.getUint8(at)
    const bytes = view.getUint16(at + 2)
    if (at + bytes > end) {
      sink.text(' [|sctp]')
      return
    }
    const number = `${count > 1 ? ',' : ''} (${count}) `
    if (bytes < 4) {
      sink.text(`${number}[Bad chunk length ${bytes}, < size of chunk descriptor]`)
      return
    }
    sink.text(`${number}[${NAMES.get(type) ?? `Unknown chunk type: 0x${type.toString(16)}`}] `)
    writeChunk(part, type, at, bytes)
    at += (bytes + 3) & ~3
  }
}

/** IANA's “SCTP Payload Protocol Identifiers”, the signalling ones. */
const PAYLOADS = ' IUA M2UA M3UA SUA M2PA V5UA H.248 BICC TALI'.split(' ')

const payloadName = (number: number): string => PAYLOADS[number] || `0x${number.toString(16)}`

function writeChunk(part: LinePart, type: number, at: number, bytes: number): void {
  const { headers, sink } = part
  const { view } = headers
  if (type === 0 && bytes >= 16) {
    const flags = view.getUint8(at + 1)
    sink.text(
      `${(flags & 4) !== 0 ? '(U)' : ''}${(flags & 2) !== 0 ? '(B)' : ''}${(flags & 1) !== 0 ? '(E)' : ''}${(flags & 7) !== 0 ? ' ' : ''}` +
        `[TSN: ${view.getUint32(at + 4)}] [SID: ${view.getUint16(at + 8)}] ` +
        `[SSEQ ${view.getUint16(at + 10)}] [PPID ${payloadName(view.getUint32(at + 12))}] `,
    )
  } else if ((type === 1 || type === 2) && bytes >= 20) {
    sink.text(
      `[init tag: ${view.getUint32(at + 4)}] [rwnd: ${view.getUint32(at + 8)}] ` +
        `[OS: ${view.getUint16(at + 12)}] [MIS: ${view.getUint16(at + 14)}] ` +
        `[init TSN: ${view.getUint32(at + 16)}] `,
    )
  } else if (type === 3 && bytes >= 16) {
    sink.text(
      `[cum ack ${view.getUint32(at + 4)}] [a_rwnd ${view.getUint32(at + 8)}] ` +
        `[#gap acks ${view.getUint16(at + 12)}] [#dup tsns ${view.getUint16(at + 14)}] `,
    )
  }
}
