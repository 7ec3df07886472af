/**
 * What tcpdump prints of DNS (print-domain.c): `8152+ [1au] A? www.example.org. (56)` and `8152* 1/0/1 A 192.0.2.80 (60)`. The
 * header, the question and the answers of common types are made up again; an answer has the question that was asked by its
 * number. What has no room in the length that was told is left out.
 */
import { parseAddress } from '../wire/address.ts'
import { bytesBetween, joinBytes, viewOf } from '../wire/bytes.ts'
import { CLASS_IN, DNS_HEADER_BYTES, type DnsData, typeNumber } from '../wire/dns.ts'
import { writeData } from '../wire/dns-data.ts'
import { writeName } from '../wire/name.ts'

const QUERY = /^(?:\[[^\]]*\] )*(\d{1,5})([+%]*)(?: \[[^\]]*\])* ([A-Za-z][A-Za-z0-9]*)\? (\S+)/
const ANSWER =
  /^(?:\[[^\]]*\] )*(\d{1,5})(?: ([A-Za-z]+))?([*|$-]*)(?: q: ([A-Za-z0-9]+)\? (\S+))? (\d+)\/(\d+)\/(\d+)(?: (.*))?$/
const RECORD = /^(?:(\S+) (?:\[[^\]]*\] )?)?(A|AAAA|CNAME|NS|PTR|MX) (\S+)(?: (\d+))?$/

/** ns_resp of print-domain.c, in the order of the numbers. */
const RESPONSES = [
  '',
  'FormErr',
  'ServFail',
  'NXDomain',
  'NotImp',
  'Refused',
  'YXDomain',
  'YXRRSet',
  'NXRRSet',
  'NotAuth',
  'NotZone',
]

/** Questions that are remembered; all are forgotten when there are more. */
const MOST_QUESTIONS = 10_000
/** Where the question's name stands in every message, as a compressed name says it (RFC 1035 §4.1.4). */
const QUESTION_NAME = Uint8Array.of(0xc0, DNS_HEADER_BYTES)

const words = (...numbers: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(2 * numbers.length)
  for (const [index, number] of numbers.entries()) viewOf(bytes).setUint16(2 * index, number)
  return bytes
}

const withoutDot = (name: string): string => name.replace(/\.$/, '')

function questionOf(type: string | undefined, name: string | undefined): Uint8Array | null {
  if (type === undefined || name === undefined) return null
  const number = typeNumber(type.replace(/^Type(?=\d)/, 'TYPE'))
  const written = writeName(withoutDot(name))
  if (number === null || written === null) return null
  return joinBytes(written, words(number, CLASS_IN))
}

function dataOf(kind: string, text: string, preference: string | undefined): DnsData | null {
  const name = withoutDot(text)
  if (kind === 'A' || kind === 'AAAA') {
    return parseAddress(text)?.family === (kind === 'A' ? 4 : 6) ? { kind, address: text } : null
  }
  if (writeName(name) === null) return null
  if (kind === 'MX') return { kind, preference: Number(preference ?? 0) & 0xffff, exchange: name }
  return kind === 'CNAME' || kind === 'NS' || kind === 'PTR' ? { kind, name } : null
}

/** The records of the answer section, each as its bytes; the first that is not known ends them. */
function recordsOf(said: string): Uint8Array[] {
  const records: Uint8Array[] = []
  let owner: Uint8Array = QUESTION_NAME
  for (const item of (said.split(/ ?(?:ns|ar): /)[0] ?? '').split(', ')) {
    const match = RECORD.exec(item.replace(/ \(\d+\)$/, '').trim())
    const [, , kind = '', value = '', preference] = match ?? []
    const data = dataOf(kind, value, preference)
    const type = typeNumber(kind)
    if (match === null || data === null || type === null) break
    const bytes = writeData(data)
    records.push(joinBytes(owner, words(type, CLASS_IN, 0, 0, bytes.length), bytes))
    // A chain of aliases: what follows is about the name that this one stands for.
    if (data.kind === 'CNAME') owner = writeName(data.name) ?? QUESTION_NAME
  }
  return records
}

/** The questions that lines have asked. */
export class TextDns {
  readonly #questions = new Map<string, Uint8Array>()

  /**
   * The message of a line, at most `mostBytes` of it; null for other text. `asker` is the same text for a question and its
   * answer.
   */
  message(said: string, asker: string, mostBytes: number): Uint8Array | null {
    const query = QUERY.exec(said)
    const pieces = query === null ? this.#answer(said, asker) : this.#query(query, asker)
    if (pieces === null) return null
    let bytes = pieces[0] ?? new Uint8Array(0)
    for (const piece of pieces.slice(1)) {
      if (bytes.length + piece.length > mostBytes) break
      bytes = joinBytes(bytes, piece)
    }
    return bytesBetween(viewOf(bytes), 0, Math.min(bytes.length, mostBytes))
  }

  #query(match: RegExpExecArray, asker: string): Uint8Array[] | null {
    const [, id, marks = '', type, name] = match
    const question = questionOf(type, name)
    if (question === null) return null
    if (this.#questions.size >= MOST_QUESTIONS) this.#questions.clear()
    this.#questions.set(`${asker} ${id}`, question)
    const flags = (marks.includes('+') ? 0x0100 : 0) | (marks.includes('%') ? 0x0010 : 0)
    return [joinBytes(words(Number(id) & 0xffff, flags, 1, 0, 0, 0), question)]
  }

  #answer(said: string, asker: string): Uint8Array[] | null {
    const match = ANSWER.exec(said)
    if (match === null) return null
    const [, id, response = '', marks = '', type, name, answers, authority, more, rest = ''] = match
    const question = questionOf(type, name) ?? this.#questions.get(`${asker} ${id}`) ?? null
    const rcode = Math.max(0, RESPONSES.indexOf(response))
    const flags =
      0x8100 | // a response, to a question that desired recursion
      (marks.includes('*') ? 0x0400 : 0) |
      (marks.includes('|') ? 0x0200 : 0) |
      (marks.includes('-') ? 0 : 0x0080) |
      (marks.includes('$') ? 0x0020 : 0) |
      rcode
    const counts = [question === null ? 0 : 1, Number(answers), Number(authority), Number(more)]
    const header = words(Number(id) & 0xffff, flags, ...counts.map((count) => count & 0xffff))
    if (question === null) return [header]
    return [joinBytes(header, question), ...recordsOf(rest)]
  }
}
