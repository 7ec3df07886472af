/**
 * HTTP/1.x messages in a stream, RFC 9112: requests and the statuses that answer them, and how far
 * each body goes (§6.3), so that the next head is found. Bodies are passed over, not read.
 */
import { bytesBetween, latin1 } from '../../wire/bytes.ts'
import type { Application, ApplicationFinding, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'

/** Bytes of a head that are put together; what is longer is not followed. */
const MOST_HEAD_BYTES = 1 << 15

/** Methods in use, RFC 9110 §9 and WebDAV; a request of another one is not recognised. */
const METHOD =
  /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH|NOTIFY|SUBSCRIBE|M-SEARCH) \S{1,4096} HTTP\/1\.\d/

const LINE_FEED = 10

/** Where the message of one direction stands. */
class Direction {
  /** The head that is not complete yet. */
  head = ''
  /** Bytes of the body that are still to come; Infinity until the connection closes. */
  bodyBytes = 0
  /** The body comes in chunks: `bodyBytes` is what is left of the one at hand. */
  chunked = false
  chunkLine = ''
}

/** Where the head that begins at `at` ends, after its empty line; -1 where it does not. */
function headEnd(view: DataView, at: number, end: number): number {
  for (let place = at; place < end; place++) {
    if (view.getUint8(place) !== LINE_FEED) continue
    const next = place + 1 < end ? view.getUint8(place + 1) : -1
    if (next === LINE_FEED) return place + 2
    if (next === 13 && place + 2 < end && view.getUint8(place + 2) === LINE_FEED) return place + 3
  }
  return -1
}

const header = (head: string, name: RegExp): string => name.exec(head)?.[1]?.trim() ?? ''

const CONTENT_LENGTH = /\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r?\n/i
const TRANSFER_ENCODING = /\ntransfer-encoding:([^\n]*)\n/i
const HOST = /\nhost:([^\n]*)\n/i
const SERVER = /\nserver:([^\n]*)\n/i

class HttpDecoder implements Decoder {
  readonly service = 'http'
  readonly log = new ExchangeLog()
  readonly #client = new Direction()
  readonly #server = new Direction()
  /** The first request's and the first response's head: what they tell is read when it is asked for. */
  #requestHead = ''
  #responseHead = ''
  #tunnel = ''
  #finding: ApplicationFinding | null = null

  take(payload: Payload): boolean {
    const { fromClient, view, end, gapBytes } = payload
    const direction = fromClient ? this.#client : this.#server
    if (gapBytes > 0 && !this.#passOver(direction, gapBytes)) return false
    let at = payload.at
    while (at < end) {
      const next =
        direction.bodyBytes > 0
          ? this.#body(direction, at, end)
          : direction.chunked
            ? this.#chunk(direction, view, at, end)
            : this.#head(direction, payload, at)
      if (next < 0) return false
      at = next
    }
    return this.#tunnel === ''
  }

  /** Bytes that are not there are no loss where a body goes on; a lost head ends the reading. */
  #passOver(direction: Direction, bytes: number): boolean {
    if (direction.bodyBytes < bytes) return false
    direction.bodyBytes -= bytes
    return true
  }

  #body(direction: Direction, at: number, end: number): number {
    const taken = Math.min(direction.bodyBytes, end - at)
    direction.bodyBytes -= taken
    return at + taken
  }

  /** The line before a chunk (RFC 9112 §7.1), or the empty one after it. */
  #chunk(direction: Direction, view: DataView, at: number, end: number): number {
    for (let place = at; place < end; place++) {
      const byte = view.getUint8(place)
      if (byte !== LINE_FEED) {
        if (direction.chunkLine.length > 256) return -1
        direction.chunkLine += String.fromCharCode(byte)
        continue
      }
      const [digits = ''] = /^[0-9a-fA-F]{1,8}/.exec(direction.chunkLine) ?? []
      const empty = direction.chunkLine.trim() === ''
      direction.chunkLine = ''
      if (empty) return place + 1
      if (digits === '') return -1
      direction.bodyBytes = Number.parseInt(digits, 16)
      // The last chunk is empty; trailers are rare, and the empty line after it is passed over as one.
      direction.chunked = direction.bodyBytes > 0
      if (!direction.chunked) direction.head = '\n'
      return place + 1
    }
    return end
  }

  #head(direction: Direction, payload: Payload, at: number): number {
    const { view, end } = payload
    if (direction.head !== '') return this.#headInPieces(direction, payload, at)
    const first = view.getUint8(at)
    // An empty line before a message is passed over, RFC 9112 §2.2.
    if (first === LINE_FEED || first === 13) return at + 1
    const next = headEnd(view, at, end)
    const text = latin1(bytesBetween(view, at, next < 0 ? end : next))
    if (next < 0) {
      direction.head = text
      return text.length > MOST_HEAD_BYTES ? -1 : end
    }
    return this.#message(direction, text, payload) ? next : -1
  }

  #headInPieces(direction: Direction, payload: Payload, at: number): number {
    const before = direction.head.length
    const text = direction.head + latin1(bytesBetween(payload.view, at, payload.end))
    const blank = /^\s*\n(?=\S)|\n\r?\n/.exec(text)
    if (blank === null) {
      direction.head = text
      return text.length > MOST_HEAD_BYTES ? -1 : payload.end
    }
    const length = blank.index + blank[0].length
    direction.head = ''
    const next = at + Math.max(0, length - before)
    const head = text.slice(0, length)
    return head.trim() === '' || this.#message(direction, head, payload) ? next : -1
  }

  #message(direction: Direction, head: string, { fromClient, timeNs, frame }: Payload): boolean {
    const [line = ''] = head.split(/\r?\n/, 1)
    if (!fromClient) return this.#response(direction, line, head, timeNs, frame)
    if (!METHOD.test(line)) return false
    if (this.#requestHead === '') this.#requestHead = head
    this.log.ask(line.replace(/ HTTP\/1\.\d$/, ''), timeNs, frame)
    const bodiless = line.startsWith('GET ') || line.startsWith('HEAD ')
    direction.chunked = !bodiless && /chunked/i.test(header(head, TRANSFER_ENCODING))
    direction.bodyBytes = bodiless || direction.chunked ? 0 : Number(header(head, CONTENT_LENGTH))
    return true
  }

  #response(
    direction: Direction,
    line: string,
    head: string,
    timeNs: number,
    frame: number,
  ): boolean {
    const [, digits = '', reason = ''] = /^HTTP\/1\.\d (\d{3})(?: (.*))?$/.exec(line) ?? []
    if (digits === '') return false
    const status = Number(digits)
    if (this.#responseHead === '') this.#responseHead = head
    // An interim response is followed by the final one (RFC 9110 §15.2); 101 is the last word.
    if (status < 200 && status !== 101) return true
    const asked = this.log.next?.asked ?? ''
    this.log.answer(`${digits} ${reason}`.trim(), timeNs, frame)
    if (status === 101 || (asked.startsWith('CONNECT ') && status < 300)) this.#tunnel = asked
    this.#judge(status, asked, frame)
    const bodiless = asked.startsWith('HEAD ') || status === 204 || status === 304
    // A chunked body has no length of its own; where both are told, the chunks count (RFC 9112 §6.3).
    direction.chunked = !bodiless && /chunked/i.test(header(head, TRANSFER_ENCODING))
    const length = bodiless || direction.chunked ? '0' : header(head, CONTENT_LENGTH)
    direction.bodyBytes = length === '' ? Number.POSITIVE_INFINITY : Number(length)
    return true
  }

  #judge(status: number, asked: string, frame: number): void {
    const cause = causeOf(status)
    if (cause === null || this.#finding !== null) return
    const request = asked === '' ? 'a request' : asked
    this.#finding = {
      cause,
      sentence: `the server answered ${request} with status ${status}`,
      frames: [frame],
    }
  }

  facts(): Readonly<Record<string, string>> {
    const host = header(this.#requestHead, HOST)
    const product = header(this.#responseHead, SERVER)
    return {
      ...(host !== '' && { host }),
      ...(product !== '' && { server: product }),
      ...(this.#tunnel !== '' && { tunnel: this.#tunnel }),
    }
  }

  finding(): ApplicationFinding | null {
    return this.#finding
  }
}

function causeOf(status: number): string | null {
  if (status === 401 || status === 403) return 'service.denied'
  if (status === 404 || status === 421) return 'http.not-found'
  if (status === 429) return 'service.rate-limited'
  if (status === 407) return 'proxy.required'
  if (status >= 502 && status <= 504) return 'http.upstream-down'
  return status >= 500 ? 'http.server-error' : null
}

/** HTTP/1.x, by a request line or a status line. */
export const HTTP: Application = {
  name: 'http',
  transport: 'tcp',
  recognise: ({ client, server }) =>
    METHOD.test(client) || (client === '' && /^HTTP\/1\.\d \d{3}/.test(server)),
  open: () => new HttpDecoder(),
}
