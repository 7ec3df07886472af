/**
 * DNS messages, RFC 1035 §4, with EDNS (RFC 6891). All fields big-endian:
 *
 *    0  id 16 | qr 1, opcode 4, aa 1, tc 1, rd 1, ra 1, zero 1, ad 1, cd 1, rcode 4
 *    4  counts of questions, answers, authority and additional records, 16 each
 *   12  the four sections; a question is name, type 16, class 16; a record adds TTL 32,
 *       length of data 16, data
 *
 * A message that is damaged keeps all that came before. Numbers have names in `dns-number.ts`.
 */
import { isStopped, type Stopped } from '../base/stopped.ts'
import { joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { absolute, type DnsData, describeData, hexData, readData, writeData } from './dns-data.ts'
import { type DnsEdns, extendedErrors, readEdns, TYPE_OPT, writeEdns } from './dns-edns.ts'
import { className, extendedErrorName, opcodeName, rcodeName, typeName } from './dns-number.ts'
import { readName, writeName } from './name.ts'

export type { DnsData, DnsSoa } from './dns-data.ts'
export { type DnsEdns, extendedErrors } from './dns-edns.ts'
export { extendedErrorName, rcodeName, typeName, typeNumber } from './dns-number.ts'

/** Bytes before the first section. */
export const DNS_HEADER_BYTES = 12

/** The class Internet. */
export const CLASS_IN = 1

/** What is asked: a name without its last dot, a type and a class by number. */
export type DnsQuestion = { readonly name: string; readonly type: number; readonly class: number }

/** One record. */
export type DnsRecord = {
  readonly name: string
  readonly type: number
  readonly class: number
  readonly ttlSeconds: number
  readonly data: DnsData
}

/** One message. Flags have their names from RFC 1035 §4.1.1 and RFC 4035 §3. */
export type DnsMessage = {
  readonly id: number
  /** A response, not a query. */
  readonly qr: boolean
  readonly opcode: number
  /** The answer is authoritative. */
  readonly aa: boolean
  /** Cut to fit; ask again over TCP. */
  readonly tc: boolean
  /** Recursion is desired. */
  readonly rd: boolean
  /** Recursion is available. */
  readonly ra: boolean
  /** The data is authenticated. */
  readonly ad: boolean
  /** Checking is disabled. */
  readonly cd: boolean
  /** All twelve bits where there is EDNS, else four. */
  readonly rcode: number
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  readonly authority: readonly DnsRecord[]
  /** Without the OPT record, which is `edns`. */
  readonly additional: readonly DnsRecord[]
  readonly edns: DnsEdns | null
  /** Why not all of it could be read. */
  readonly damaged: Stopped | null
}

/** How far a message is read: where the next field begins, and the first damage. */
type Cursor = {
  readonly view: DataView
  readonly message: number
  readonly end: number
  at: number
  /** The place of the next field is not known any more. */
  broken: boolean
  damaged: Stopped | null
}

function readQuestion(cursor: Cursor): DnsQuestion | Stopped {
  const { view, message, end } = cursor
  const name = readName(view, message, cursor.at, end)
  if (isStopped(name)) return name
  if (end - name.next < 4) return stoppedAt('dns question', name.next, 4, end)
  cursor.at = name.next + 4
  return { name: name.name, type: view.getUint16(name.next), class: view.getUint16(name.next + 2) }
}

function readRecord(cursor: Cursor): DnsRecord | Stopped {
  const { view, message, end } = cursor
  const name = readName(view, message, cursor.at, end)
  if (isStopped(name)) return name
  const fixed = name.next
  if (end - fixed < 10) return stoppedAt('dns record', fixed, 10, end)
  const type = view.getUint16(fixed)
  const place = { view, message, at: fixed + 10, end: fixed + 10 + view.getUint16(fixed + 8) }
  if (place.end > end) return stoppedAt('dns record', fixed, place.end - fixed, end)
  cursor.at = place.end
  const data = readData(type, place)
  // Its length is known, so the records after one with odd data can still be read.
  if (isStopped(data)) cursor.damaged ??= data
  return {
    name: name.name,
    type,
    class: view.getUint16(fixed + 2),
    ttlSeconds: view.getUint32(fixed + 4),
    data: isStopped(data) ? hexData(place) : data,
  }
}

/** As many of `count` items as there are; nothing once a section before them broke off. */
function readSection<T extends object>(
  cursor: Cursor,
  count: number,
  read: (cursor: Cursor) => T | Stopped,
): T[] {
  const items: T[] = []
  while (items.length < count && !cursor.broken) {
    const item = read(cursor)
    if (isStopped(item)) {
      cursor.damaged ??= item
      cursor.broken = true
      break
    }
    items.push(item)
  }
  return items
}

/**
 * Reads the message from `at` to `end`. Stops only where there is no whole header: anything else
 * that is wrong is told in `damaged`, and what came before it is kept.
 */
export function readDns(view: DataView, at: number, end: number): DnsMessage | Stopped {
  if (end - at < DNS_HEADER_BYTES) return stoppedAt('dns', at, DNS_HEADER_BYTES, end)
  const flags = view.getUint16(at + 2)
  const bit = (mask: number): boolean => (flags & mask) !== 0
  const count = (section: number): number => view.getUint16(at + 4 + 2 * section)
  const from = at + DNS_HEADER_BYTES
  const cursor: Cursor = { view, message: at, end, at: from, broken: false, damaged: null }
  const questions = readSection(cursor, count(0), readQuestion)
  const answers = readSection(cursor, count(1), readRecord)
  const authority = readSection(cursor, count(2), readRecord)
  const others = readSection(cursor, count(3), readRecord)
  const opt = others.find(({ type }) => type === TYPE_OPT)
  const extendedRcode = opt === undefined ? 0 : opt.ttlSeconds >>> 24
  return {
    id: view.getUint16(at),
    qr: bit(0x8000),
    opcode: (flags >> 11) & 0xf,
    aa: bit(0x0400),
    tc: bit(0x0200),
    rd: bit(0x0100),
    ra: bit(0x0080),
    ad: bit(0x0020),
    cd: bit(0x0010),
    rcode: (extendedRcode << 4) | (flags & 0xf),
    questions,
    answers,
    authority,
    additional: others.filter((record) => record !== opt),
    edns: opt === undefined ? null : readEdns(opt.class, opt.ttlSeconds, opt.data),
    damaged: cursor.damaged,
  }
}

/** What can be chosen of a query. */
export type DnsAsk = {
  readonly id: number
  readonly name: string
  readonly type: number
  readonly class?: number
  /** Set unless false. */
  readonly recursionDesired?: boolean
  readonly checkingDisabled?: boolean
  readonly dnssecOk?: boolean
  /** null leaves EDNS out; 1232 unless said otherwise, as dig and most resolvers have it. */
  readonly udpPayloadBytes?: number | null
}

/** The query that asks one question. */
export function dnsQuery(ask: DnsAsk): DnsMessage {
  const udpPayloadBytes = ask.udpPayloadBytes === undefined ? 1232 : ask.udpPayloadBytes
  return {
    id: ask.id,
    qr: false,
    opcode: 0,
    aa: false,
    tc: false,
    rd: ask.recursionDesired ?? true,
    ra: false,
    ad: false,
    cd: ask.checkingDisabled ?? false,
    rcode: 0,
    questions: [{ name: ask.name, type: ask.type, class: ask.class ?? CLASS_IN }],
    answers: [],
    authority: [],
    additional: [],
    edns:
      udpPayloadBytes === null
        ? null
        : { udpPayloadBytes, version: 0, dnssecOk: ask.dnssecOk ?? false, options: [] },
    damaged: null,
  }
}

function nameBytes(name: string): Uint8Array {
  const bytes = writeName(name)
  if (bytes === null) throw new RangeError(`not a domain name: ${name}`)
  return bytes
}

function writeQuestion(question: DnsQuestion): Uint8Array {
  const numbers = new Uint8Array(4)
  viewOf(numbers).setUint16(0, question.type)
  viewOf(numbers).setUint16(2, question.class)
  return joinBytes(nameBytes(question.name), numbers)
}

function writeRecord(record: DnsRecord): Uint8Array {
  const data = writeData(record.data)
  const numbers = new Uint8Array(6)
  viewOf(numbers).setUint32(0, record.ttlSeconds)
  viewOf(numbers).setUint16(4, data.length)
  return joinBytes(writeQuestion(record), numbers, data)
}

/** The bytes of a message, uncompressed; throws a RangeError for a name or text that is none. */
export function writeDns(message: DnsMessage): Uint8Array {
  const header = new Uint8Array(DNS_HEADER_BYTES)
  const view = viewOf(header)
  const bit = (set: boolean, mask: number): number => (set ? mask : 0)
  const opt = message.edns === null ? [] : [writeEdns(message.edns, message.rcode)]
  const additional = [...message.additional, ...opt]
  view.setUint16(0, message.id)
  const flags =
    bit(message.qr, 0x8000) |
    bit(message.aa, 0x0400) |
    bit(message.tc, 0x0200) |
    bit(message.rd, 0x0100) |
    bit(message.ra, 0x0080) |
    bit(message.ad, 0x0020) |
    bit(message.cd, 0x0010)
  view.setUint16(2, flags | (message.opcode << 11) | (message.rcode & 0xf))
  const sections = [message.questions, message.answers, message.authority, additional]
  for (const [section, items] of sections.entries()) {
    view.setUint16(4 + 2 * section, items.length)
  }
  return joinBytes(
    header,
    ...message.questions.map(writeQuestion),
    ...message.answers.map(writeRecord),
    ...message.authority.map(writeRecord),
    ...additional.map(writeRecord),
  )
}

/** A question as dig prints it, with single spaces: `www.example.org. IN A`. */
export const describeQuestion = (question: DnsQuestion): string =>
  `${absolute(question.name)} ${className(question.class)} ${typeName(question.type)}`

/** A record as dig prints it, with single spaces: `www.example.org. 300 IN A 192.0.2.7`. */
export const describeRecord = (record: DnsRecord): string =>
  `${absolute(record.name)} ${record.ttlSeconds} ${className(record.class)} ` +
  `${typeName(record.type)} ${describeData(record.data)}`

/** One line: `NXDOMAIN (qr rd ra) for www.example.org. IN A, 0 answers, Not Ready`. */
export function describeDns(message: DnsMessage): string {
  const set = (['qr', 'aa', 'tc', 'rd', 'ra', 'ad', 'cd'] as const).filter((flag) => message[flag])
  const [question] = message.questions
  const subject = message.qr ? rcodeName(message.rcode) : opcodeName(message.opcode)
  const { length } = message.answers
  return [
    `${subject} (${set.join(' ')})${question === undefined ? '' : ` for ${describeQuestion(question)}`}`,
    ...(message.qr ? [`${length} ${length === 1 ? 'answer' : 'answers'}`] : []),
    ...extendedErrors(message.edns).map(({ code, text }) =>
      text === '' ? extendedErrorName(code) : `${extendedErrorName(code)}: ${text}`,
    ),
  ].join(', ')
}
