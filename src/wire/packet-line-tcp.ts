/** A TCP segment as tcpdump's print-tcp.c prints it: `Flags [S], seq 1, win 64240, options […], length 0`. */
import { peelTransport } from './frame-transport.ts'
import { HEADER_NOTE } from './headers.ts'
import type { LinePart } from './packet-line-part.ts'
import { writeTcpText } from './packet-line-text.ts'

const ACK = 16
const URG = 32
const SYN_FIN_RST = 7
const CUT = ' [|tcp]'

/** Bits in the order in which the letters are printed; 256 is AE. */
const FLAG_LETTERS = 'FSRP.UEWe'

/** All sums of flags, written once. */
const FLAG_TEXTS: readonly string[] = Array.from({ length: 512 }, (_, flags) => {
  const letters = [...FLAG_LETTERS].filter((_, bit) => (flags & (1 << bit)) !== 0).join('')
  return `Flags [${letters || 'none'}]`
})

/** Writes addresses, ports and segment; the payload of `part.headers` must begin with its header. */
export function writeTcp(part: LinePart): void {
  const { headers, sink } = part
  const have = headers.payloadEnd - headers.payloadAt
  const segmentBytes = headers.payloadBytes
  if (have < 4) {
    part.writeAddresses()
    sink.text('[|tcp]')
    return
  }
  peelTransport(headers)
  part.writeEnds()
  if (have < 20) {
    sink.text(CUT)
    return
  }
  const { view, transportAt } = headers
  const headerBytes = (view.getUint8(transportAt + 12) >> 4) * 4
  if (headerBytes < 20) {
    sink.text(
      ` tcp ${segmentBytes - headerBytes} [bad hdr length ${headerBytes} - too short, < 20]`,
    )
    return
  }
  // AE is not known to tcpdump 4.99.
  sink.text(FLAG_TEXTS[headers.flags & 0xff] ?? '')
  writeNumbers(part, segmentBytes, headerBytes)
}

function writeNumbers(part: LinePart, segmentBytes: number, headerBytes: number): void {
  const { headers, sink, bases } = part
  const { flags } = headers
  let { sequence, acknowledgment } = headers
  if ((flags & ACK) !== 0) {
    bases.look(headers)
    sequence = (sequence - bases.sequence) | 0
    acknowledgment = (acknowledgment - bases.acknowledgment) | 0
  } else bases.sack = 0
  if (headerBytes > segmentBytes) {
    sink.text(` [bad hdr length ${headerBytes} - too long, > ${segmentBytes}]`)
    return
  }
  const bytes = segmentBytes - headerBytes
  if (bytes > 0 || (flags & SYN_FIN_RST) !== 0) {
    sink.text(', seq ')
    sink.number(sequence)
    if (bytes > 0) {
      sink.byte(0x3a)
      sink.number((sequence + bytes) | 0)
    }
  }
  if ((flags & ACK) !== 0) {
    sink.text(', ack ')
    sink.number(acknowledgment)
  }
  sink.text(', win ')
  sink.number(headers.window)
  if ((flags & URG) !== 0) {
    sink.text(', urg ')
    sink.number(headers.urgent)
  }
  if (headerBytes > 20 && !writeOptions(part, headers.transportAt + headerBytes)) return
  sink.text(', length ')
  sink.number(bytes)
  if (bytes > 0 && (headers.notes & HEADER_NOTE.damaged) === 0) writeTcpText(part)
}

/** Common options at once: two NOPs and a timestamp. */
const NOP_NOP_TIMESTAMP = 0x0101080a

/** Writes `, options […]`; false where they end before `end` and nothing may follow. */
function writeOptions(part: LinePart, end: number): boolean {
  const { headers, sink } = part
  const { view, optionsAt: at } = headers
  const captured = Math.min(end, headers.payloadEnd)
  if (end - at === 12 && captured >= end && view.getInt32(at) === NOP_NOP_TIMESTAMP) {
    sink.text(', options [nop,nop,TS val ')
    sink.number(view.getUint32(at + 4))
    sink.text(' ecr ')
    sink.number(view.getUint32(at + 8))
    sink.byte(0x5d)
    return true
  }
  sink.text(', options [')
  return writeList(part, at, end, headers.optionsEnd)
}

function writeList(part: LinePart, from: number, end: number, captured: number): boolean {
  const { headers, sink } = part
  const { view } = headers
  let at = from
  while (at < end) {
    if (at > from) sink.byte(0x2c)
    if (at >= captured) return cut(part, '')
    const kind = view.getUint8(at)
    if (kind === 0) {
      sink.text('eol')
      break
    }
    if (kind === 1) {
      sink.text('nop')
      at += 1
      continue
    }
    const close = at > from ? '>' : ''
    if (at + 1 >= end) return bad(part, close)
    if (at + 1 >= captured) return cut(part, '')
    const bytes = view.getUint8(at + 1)
    if (bytes < 2 || bytes > end - at) return bad(part, close)
    // A known option's data is read even where its length tells of less.
    const dataBytes = dataBytesOf(view.getUint8(at), bytes)
    part.sink.text(NAMES.get(kind)?.[0] ?? `unknown-${kind}`)
    if (at + 2 + dataBytes > end) return bad(part, close)
    if (at + 2 + dataBytes > captured) return cut(part, close)
    writeData(part, kind, at + 2, dataBytes)
    if (dataBytes !== bytes - 2) sink.text(`[len ${bytes}]`)
    at += 2 + dataBytes
  }
  sink.byte(0x5d)
  return true
}

function cut(part: LinePart, close: string): false {
  part.sink.text(CUT + close)
  return false
}

function bad(part: LinePart, close: string): false {
  part.sink.text(`[bad opt]${close}`)
  return false
}

/** By kind: its name, and bytes of its data. */
const NAMES: ReadonlyMap<number, readonly [string, number]> = new Map([
  [2, ['mss', 2]],
  [3, ['wscale', 1]],
  [4, ['sackOK', 0]],
  [5, ['sack', -1]],
  [6, ['echo', 4]],
  [7, ['echoreply', 4]],
  [8, ['TS', 8]],
  [11, ['cc', 4]],
  [12, ['ccnew', 4]],
  [13, ['', 4]],
  [19, ['md5', 16]],
  [28, ['uto', 2]],
  [29, ['tcp-ao', -1]],
  [30, ['mptcp', -1]],
  [34, ['tfo', -1]],
  [254, ['exp', -1]],
])

function dataBytesOf(kind: number, bytes: number): number {
  const known = NAMES.get(kind)?.[1] ?? -1
  return known < 0 ? bytes - 2 : known
}

function writeData(part: LinePart, kind: number, at: number, bytes: number): void {
  const { sink, headers } = part
  const { view } = headers
  switch (kind) {
    case 2:
      sink.byte(0x20)
      sink.number(view.getUint16(at))
      break
    case 3:
      sink.byte(0x20)
      sink.number(view.getUint8(at))
      break
    case 4:
      break
    case 5:
      writeSack(part, at, bytes)
      break
    case 8:
      sink.text(' val ')
      sink.number(view.getUint32(at))
      sink.text(' ecr ')
      sink.number(view.getUint32(at + 4))
      break
    case 28:
      writeUserTimeout(part, view.getUint16(at))
      break
    case 34:
      writeFastOpen(part, at, bytes)
      break
    case 29:
      writeAuthentication(part, at, bytes)
      break
    case 30:
      sink.text(
        ` ${bytes + 2}${bytes > 0 ? ` ${MULTIPATH[view.getUint8(at) >> 4] ?? 'unknown'}` : ''}`,
      )
      break
    case 254:
      writeExperiment(part, at, bytes)
      break
    case 19:
      sink.text(" shared secret not supplied with -M, can't check - ")
      writeHex(part, at, bytes)
      break
    case 6:
    case 7:
    case 11:
    case 12:
    case 13:
      sink.text(` ${view.getUint32(at)}`)
      break
    default:
      sink.text(' 0x')
      writeHex(part, at, bytes)
  }
}

function writeSack(part: LinePart, at: number, bytes: number): void {
  const { sink, bases, headers } = part
  if (bytes % 8 !== 0) {
    sink.text(' invalid sack')
    return
  }
  sink.text(` ${bytes / 8} `)
  for (let block = at; block < at + bytes; block += 8) {
    sink.byte(0x7b)
    sink.number((headers.view.getInt32(block) - bases.sack) | 0)
    sink.byte(0x3a)
    sink.number((headers.view.getInt32(block + 4) - bases.sack) | 0)
    sink.byte(0x7d)
  }
}

/** RFC 5482 §2 has the unit in the first bit; tcpdump takes it from the last one. */
function writeUserTimeout(part: LinePart, word: number): void {
  const seconds = (word & 1) !== 0 ? (word >> 1) * 60 : word >> 1
  part.sink.text(` 0x${word.toString(16)} ${seconds}`)
}

/** RFC 8684 §3, by subtype. */
const MULTIPATH = 'capable join dss add-addr rem-addr prio fail fast-close tcprst'.split(' ')

/** RFC 5925 §2.2: key, next key, then the authentication code. */
function writeAuthentication(part: LinePart, at: number, bytes: number): void {
  const { sink, headers } = part
  if (bytes < 2) {
    sink.text(' malformed')
    return
  }
  sink.text(
    ` keyid ${headers.view.getUint8(at)} rnextkeyid ${headers.view.getUint8(at + 1)} mac 0x`,
  )
  writeHex(part, at + 2, bytes - 2)
}

/** RFC 6994: a number of 16 bits; 0xf989 was fast open's. */
function writeExperiment(part: LinePart, at: number, bytes: number): void {
  const { sink, headers } = part
  if (bytes < 2) {
    sink.text(' ')
    return
  }
  const number = headers.view.getUint16(at)
  sink.text('-')
  if (number !== 0xf989) {
    sink.text(number.toString(16).padStart(4, '0'))
    return
  }
  sink.text(bytes === 2 ? 'tfo cookiereq' : 'tfo cookie ')
  writeHex(part, at + 2, bytes - 2)
}

function writeFastOpen(part: LinePart, at: number, bytes: number): void {
  part.sink.text(bytes === 0 ? '  cookiereq' : '  cookie ')
  writeHex(part, at, bytes)
}

function writeHex({ sink, headers }: LinePart, at: number, bytes: number): void {
  for (let place = at; place < at + bytes; place++) {
    sink.text(headers.view.getUint8(place).toString(16).padStart(2, '0'))
  }
}
