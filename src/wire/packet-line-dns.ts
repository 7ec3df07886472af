/** A DNS message as tcpdump's print-domain.c prints it: `8152+ [1au] A? www.example.org. (56)`. */
import { typeName } from './dns-number.ts'
import type { LinePart } from './packet-line-part.ts'

const CUT = ' [|domain]'
const HEADER_BYTES = 12

const OPCODES = (
  ', inv_q, stat, op3, notify, update, op6, op7, op8, updateA, updateD, updateDA, updateM, ' +
  'updateMA, zoneInit, zoneRef'
)
  .split(',')
  .map((name) => name.trimEnd())
const RCODES = [
  '',
  ' FormErr',
  ' ServFail',
  ' NXDomain',
  ' NotImp',
  ' Refused',
  ' YXDomain',
  ' YXRRSet',
  ' NXRRSet',
  ' NotAuth',
  ' NotZone',
  ' Resp11',
  ' Resp12',
  ' Resp13',
  ' Resp14',
  ' NoChange',
]

/** A message is at most so deep in pointers: each must point further back. */
const MOST_LABELS = 128

/** Where reading goes on; -1 where the message is cut off. */
type Place = number

/** Writes the message at `at`, of `bytes` bytes on the wire; `multicast` is RFC 6762's. */
export function writeDns(part: LinePart, at: number, bytes: number, multicast: boolean): void {
  const { headers, sink } = part
  const { view, payloadEnd: end } = headers
  if (bytes < HEADER_BYTES) {
    sink.text(`domain [length ${bytes} < 12] (invalid)`)
    return
  }
  if (end - at < HEADER_BYTES) {
    sink.text(CUT)
    return
  }
  const flags = view.getUint16(at + 2)
  sink.number(view.getUint16(at))
  const opcode = (flags >> 11) & 15
  sink.text(OPCODES[opcode] ?? '')
  const isWhole =
    (flags & 0x8000) !== 0
      ? writeAnswer(part, at, flags, multicast)
      : writeQuery(part, at, flags, multicast)
  sink.text(isWhole ? ` (${bytes})` : CUT)
}

function writeAnswer(part: LinePart, at: number, flags: number, multicast: boolean): boolean {
  const { headers, sink } = part
  const { view } = headers
  const counts = [4, 6, 8, 10].map((offset) => view.getUint16(at + offset))
  const [questions = 0, answers = 0, authorities = 0, additional = 0] = counts
  sink.text(RCODES[flags & 15] ?? '')
  sink.text((flags & 0x0400) !== 0 ? '*' : '')
  sink.text((flags & 0x0080) !== 0 ? '' : '-')
  sink.text((flags & 0x0200) !== 0 ? '|' : '')
  sink.text((flags & 0x0020) !== 0 ? '$' : '')
  if (questions !== 1) sink.text(` [${questions}q]`)
  let place: Place = at + HEADER_BYTES
  for (let count = 0; count < questions && place >= 0; count++) {
    place = skipName(part, place)
    if (place >= 0) place = place + 4 > headers.payloadEnd ? -1 : place + 4
  }
  if (place < 0) return false
  sink.text(` ${answers}/${authorities}/${additional}`)
  for (let count = 0; count < answers; count++) {
    if (count > 0) sink.byte(0x2c)
    place = writeRecord(part, at, place, multicast)
    if (place < 0) return false
  }
  return true
}

function writeQuery(part: LinePart, at: number, flags: number, multicast: boolean): boolean {
  const { headers, sink } = part
  const { view } = headers
  const counts = [4, 6, 8, 10].map((offset) => view.getUint16(at + offset))
  const [questions = 0, answers = 0, authorities = 0, additional = 0] = counts
  if ((flags & 0x0100) !== 0) sink.byte(0x2b)
  if ((flags & 0x0010) !== 0) sink.byte(0x25)
  // Bits that have no place in a query: AA, TC, RA, Z and a response code.
  if ((flags & 0x06cf) !== 0) sink.text(` [b2&3=0x${flags.toString(16)}]`)
  if (answers !== 0) sink.text(` [${answers}a]`)
  if (questions !== 1) sink.text(` [${questions}q]`)
  if (authorities !== 0) sink.text(` [${authorities}n]`)
  if (additional !== 0) sink.text(` [${additional}au]`)
  let place: Place = at + HEADER_BYTES
  for (let count = 0; count < questions && place >= 0; count++) {
    place = writeQuestion(part, at, place, multicast)
  }
  return place >= 0
}

function writeQuestion(part: LinePart, message: number, at: number, multicast: boolean): Place {
  const { headers, sink } = part
  const after = skipName(part, at)
  if (after < 0 || after + 4 > headers.payloadEnd) return -1
  sink.text(` ${tcpdumpType(headers.view.getUint16(after))}`)
  const kind = headers.view.getUint16(after + 2)
  if (multicast) sink.text((kind & 0x8000) !== 0 ? ' (QU)' : ' (QM)')
  writeClass(part, multicast ? kind & 0x7fff : kind)
  sink.text('? ')
  return writeName(part, message, at) ? after + 4 : -1
}

/** Of the later types tcpdump names none, but for SPF and the queries for several. */
function tcpdumpType(type: number): string {
  const name = typeName(type)
  const isNamed = type <= 48 || type === 99 || (type >= 249 && type <= 255)
  return isNamed && !name.startsWith('TYPE') ? name : `Type${type}`
}

function writeClass({ sink }: LinePart, kind: number): void {
  if (kind === 1) return
  const name = kind === 3 ? 'CHAOS' : kind === 4 ? 'HS' : kind === 255 ? 'ANY' : `(Class ${kind})`
  sink.text(` ${name}`)
}

function writeRecord(part: LinePart, message: number, at: number, multicast: boolean): Place {
  const { headers, sink } = part
  const { view, payloadEnd: end } = headers
  const after = skipName(part, at)
  if (after < 0 || after + 10 > end) return -1
  const type = view.getUint16(after)
  const kind = view.getUint16(after + 2)
  if (type !== 41) {
    writeClass(part, multicast ? kind & 0x7fff : kind)
    if (multicast && (kind & 0x8000) !== 0) sink.text(' (Cache flush)')
  }
  const bytes = view.getUint16(after + 8)
  const dataAt = after + 10
  sink.text(` ${tcpdumpType(type)}`)
  if (dataAt + bytes > end) return -1
  if (type === 41) sink.text(` UDPsize=${kind}`)
  return writeRecordData(part, message, type, dataAt, dataAt + bytes) ? dataAt + bytes : -1
}

function writeRecordData(
  part: LinePart,
  message: number,
  type: number,
  at: number,
  end: number,
): boolean {
  const { sink, headers } = part
  const { view } = headers
  switch (type) {
    case 1:
    case 28:
      if (end - at < (type === 1 ? 4 : 16)) return end <= headers.payloadEnd
      sink.byte(0x20)
      return part.writeAddress(at, type === 1 ? 4 : 6)
    case 2: // NS
    case 5: // CNAME
    case 12: // PTR
    case 39: // DNAME
      sink.byte(0x20)
      return writeName(part, message, at)
    case 15: // MX
      sink.byte(0x20)
      if (end - at < 2 || !writeName(part, message, at + 2)) return false
      sink.text(` ${view.getUint16(at)}`)
      return true
    case 33: // SRV
      sink.byte(0x20)
      if (end - at < 6 || !writeName(part, message, at + 6)) return false
      sink.text(`:${view.getUint16(at + 4)} ${view.getUint16(at)} ${view.getUint16(at + 2)}`)
      return true
    case 16: // TXT
      return writeStrings(part, at, end)
    default:
      return true
  }
}

function writeStrings(part: LinePart, from: number, end: number): boolean {
  const { sink, headers } = part
  let at = from
  while (at < end) {
    const bytes = headers.view.getUint8(at)
    const stop = Math.min(at + 1 + bytes, headers.payloadEnd)
    sink.text(' "')
    for (let place = at + 1; place < stop; place++) writeCharacter(part, place)
    sink.byte(0x22)
    at += 1 + bytes
  }
  return true
}

/** As the BSDs show what is not printable: `^A`, `M-a`. */
function writeCharacter({ sink, headers }: LinePart, at: number): void {
  let byte = headers.view.getUint8(at)
  if (byte >= 0x80) {
    sink.text('M-')
    byte &= 0x7f
  }
  if (byte < 0x20 || byte === 0x7f) {
    sink.byte(0x5e)
    byte ^= 0x40
  }
  sink.byte(byte)
}

/** Where the name at `at` ends; a pointer ends it. */
function skipName({ headers }: LinePart, from: number): Place {
  const { view, payloadEnd: end } = headers
  let at = from
  for (let labels = 0; labels < MOST_LABELS; labels++) {
    if (at >= end) return -1
    const length = view.getUint8(at)
    if (length >= 0xc0) return at + 2 > end ? -1 : at + 2
    // Labels of the types 01 and 10 are not in use any more (RFC 6891 §5).
    if (length >= 0x40) return -1
    at += 1 + length
    if (length === 0) return at
  }
  return -1
}

/** Writes the name at `from` in the message at `message`; false where it cannot be followed to its end. */
function writeName(part: LinePart, message: number, from: number): boolean {
  const { headers, sink } = part
  const { view, payloadEnd: end } = headers
  let at = from
  let isRoot = true
  for (let steps = 0; steps < 2 * MOST_LABELS; steps++) {
    if (at >= end) return false
    const length = view.getUint8(at)
    if (length >= 0xc0) {
      if (at + 2 > end) return false
      at = message + (view.getUint16(at) & 0x3fff)
      continue
    }
    if (length >= 0x40) return false
    if (length === 0) {
      if (isRoot) sink.byte(0x2e)
      return true
    }
    if (at + 1 + length > end) return false
    for (let place = at + 1; place <= at + length; place++) writeCharacter(part, place)
    sink.byte(0x2e)
    isRoot = false
    at += 1 + length
  }
  sink.text('<LOOP>')
  return false
}
