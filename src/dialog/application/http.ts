/**
 * HTTP/1.x messages in a stream, RFC 9112: requests and the statuses that answer them, and how far
 * each body goes (§6.3), so that the next head is found. Bodies are passed over, not read.
 */
import { bytesBetween, joinBytes, viewOf } from '../../wire/bytes.ts'
import type { Application, ApplicationFinding, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'
import { httpHeadPlaces, lineFeedAt, readHttpHeadPlaces } from './http-head.ts'
import { wordsIn } from './words.ts'

/** Bytes of a head that are put together; what is longer is not followed. */
const MOST_HEAD_BYTES = 1 << 15

/** Characters of a line before a chunk: a length and what extends it. */
const MOST_CHUNK_LINE = 256

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** ` HTTP/1.1` */
const VERSION_BYTES = 9

/** Filled anew for each message. */
const places = httpHeadPlaces()

/** Where the message of one direction stands. */
class Direction {
  /** The begun head or line before a chunk. */
  rest: Uint8Array | null = null
  /** Bytes of the body that are still to come; Infinity until the connection closes. */
  bodyBytes = 0
  /** The body comes in chunks: `bodyBytes` is what is left of the one at hand. */
  chunked = false
  /** After the last chunk: trailers up to an empty line (RFC 9112 §7.1.2). */
  trailers = false
}

class HttpDecoder implements Decoder {
  readonly service = 'http'
  readonly log = new ExchangeLog()
  readonly #client = new Direction()
  readonly #server = new Direction()
  #host = ''
  #product = ''
  #tunnel = ''
  #finding: ApplicationFinding | null = null

  take(payload: Payload): boolean {
    const { fromClient, gapBytes } = payload
    const direction = fromClient ? this.#client : this.#server
    if (gapBytes > 0 && !passOver(direction, gapBytes)) return false
    const { rest } = direction
    if (rest === null)
      return this.#messages(direction, payload, payload.view, payload.at, payload.end)
    direction.rest = null
    const joined = joinBytes(rest, bytesBetween(payload.view, payload.at, payload.end))
    return this.#messages(direction, payload, viewOf(joined), 0, joined.length)
  }

  #messages(
    direction: Direction,
    payload: Payload,
    view: DataView,
    from: number,
    end: number,
  ): boolean {
    let at = from
    while (at < end) {
      if (direction.bodyBytes > 0) {
        const taken = Math.min(direction.bodyBytes, end - at)
        direction.bodyBytes -= taken
        at += taken
        continue
      }
      const next =
        direction.chunked || direction.trailers
          ? takeChunkLine(direction, view, at, end)
          : this.#head(direction, payload, view, at, end)
      if (next === UNREADABLE) return false
      if (next === INCOMPLETE) {
        direction.rest = bytesBetween(view, at, end).slice()
        return end - at <= MOST_HEAD_BYTES
      }
      at = next
    }
    return this.#tunnel === ''
  }

  #head(
    direction: Direction,
    { fromClient, timeNs, frame }: Payload,
    view: DataView,
    at: number,
    end: number,
  ): number {
    const first = view.getUint8(at)
    // An empty line before a message is passed over, RFC 9112 §2.2.
    if (first === LINE_FEED || first === CARRIAGE_RETURN) return at + 1
    const next = readHttpHeadPlaces(view, at, end, places)
    if (next < 0) return INCOMPLETE
    const taken = fromClient
      ? this.#request(direction, view, at, timeNs, frame)
      : this.#response(direction, view, at, timeNs, frame)
    return taken ? next : UNREADABLE
  }

  #request(
    direction: Direction,
    view: DataView,
    at: number,
    timeNs: number,
    frame: number,
  ): boolean {
    const { lineEnd, hostAt, hostEnd, contentLength, chunked } = places
    if (!isRequestLine(view, at, lineEnd)) return false
    const asked = wordsIn(view, at, lineEnd - VERSION_BYTES)
    if (this.#host === '' && hostAt >= 0) this.#host = wordsIn(view, hostAt, hostEnd)
    this.log.ask(asked, timeNs, frame)
    direction.chunked = chunked
    direction.bodyBytes = chunked ? 0 : Math.max(0, contentLength)
    return true
  }

  #response(
    direction: Direction,
    view: DataView,
    at: number,
    timeNs: number,
    frame: number,
  ): boolean {
    const { lineEnd, serverAt, serverEnd, contentLength, chunked } = places
    const status = statusIn(view, at, lineEnd)
    if (status < 0) return false
    if (this.#product === '' && serverAt >= 0) this.#product = wordsIn(view, serverAt, serverEnd)
    // An interim response is followed by the final one (RFC 9110 §15.2); 101 is the last word.
    if (status < 200 && status !== 101) return true
    const { asked } = this.log.answer(wordsIn(view, at + VERSION_BYTES, lineEnd), timeNs, frame)
    if (status === 101 || (status < 300 && asked.startsWith('CONNECT '))) this.#tunnel = asked
    if (status >= 400) this.#judge(status, asked, frame)
    // Where both are told, the chunks count (RFC 9112 §6.3).
    const bodiless = status === 204 || status === 304 || asked.startsWith('HEAD ')
    direction.chunked = chunked && !bodiless
    direction.bodyBytes =
      bodiless || chunked ? 0 : contentLength < 0 ? Number.POSITIVE_INFINITY : contentLength
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
    return {
      ...(this.#host !== '' && { host: this.#host }),
      ...(this.#product !== '' && { server: this.#product }),
      ...(this.#tunnel !== '' && { tunnel: this.#tunnel }),
    }
  }

  finding(): ApplicationFinding | null {
    return this.#finding
  }
}

/** What a step gives instead of the place of the next one. */
const INCOMPLETE = -1
const UNREADABLE = -2

/** Bytes that are not there are no loss where a body goes on; a lost head ends the reading. */
function passOver(direction: Direction, bytes: number): boolean {
  if (direction.bodyBytes < bytes) return false
  direction.bodyBytes -= bytes
  return true
}

/** The line before a chunk, the empty one after it, or one of the trailers (RFC 9112 §7.1). */
function takeChunkLine(direction: Direction, view: DataView, at: number, end: number): number {
  const feed = lineFeedAt(view, at, end)
  if ((feed < 0 ? end : feed) - at > MOST_CHUNK_LINE && !direction.trailers) return UNREADABLE
  if (feed < 0) return INCOMPLETE
  const line = wordsIn(view, at, feed).trimEnd()
  if (direction.trailers) direction.trailers = line !== ''
  else if (line !== '') {
    const [digits] = /^[0-9a-fA-F]{1,8}(?=$|[ ;\t])/.exec(line) ?? []
    if (digits === undefined) return UNREADABLE
    direction.bodyBytes = Number.parseInt(digits, 16)
    direction.chunked = direction.bodyBytes > 0
    direction.trailers = !direction.chunked
  }
  return feed + 1
}

/** A method of capital letters, a target, and the version at the end. */
function isRequestLine(view: DataView, at: number, lineEnd: number): boolean {
  const versionAt = lineEnd - VERSION_BYTES
  if (versionAt - at < 3 || !isVersion(view, versionAt + 1) || view.getUint8(versionAt) !== 32)
    return false
  for (let place = at; place < versionAt; place++) {
    const byte = view.getUint8(place)
    if (byte === 32) return place > at
    // Capital letters and a hyphen, as all registered methods are written.
    if ((byte < 0x41 || byte > 0x5a) && byte !== 0x2d) return false
  }
  return false
}

/** `HTTP/1.` and a digit. */
const isVersion = (view: DataView, at: number): boolean =>
  view.getUint32(at) === 0x48545450 &&
  view.getUint16(at + 4) === 0x2f31 &&
  view.getUint8(at + 6) === 0x2e &&
  view.getUint8(at + 7) - 0x30 <= 9

/** The three digits of a status line; -1 where it is none. */
function statusIn(view: DataView, at: number, lineEnd: number): number {
  if (lineEnd - at < 12 || !isVersion(view, at) || view.getUint8(at + 8) !== 32) return -1
  let status = 0
  for (let place = at + 9; place < at + 12; place++) {
    const digit = view.getUint8(place) - 0x30
    if (digit < 0 || digit > 9) return -1
    status = status * 10 + digit
  }
  return status
}

function causeOf(status: number): string | null {
  if (status === 401 || status === 403) return 'service.denied'
  if (status === 404 || status === 421) return 'http.not-found'
  if (status === 429) return 'service.rate-limited'
  if (status === 407) return 'proxy.required'
  if (status >= 502 && status <= 504) return 'http.upstream-down'
  return status >= 500 ? 'http.server-error' : null
}

/** Where the first line ends within `view[at, end)`; -1 where it does not. */
function firstLineEnd(view: DataView, at: number, end: number): number {
  const feed = lineFeedAt(view, at, end)
  return feed > at && view.getUint8(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed
}

/** HTTP/1.x, by a whole request line, or a status line where the client said nothing before it. */
export const HTTP: Application = {
  name: 'http',
  transport: 'tcp',
  recogniseFirst: (fromClient, view, at, end) => {
    const lineEnd = firstLineEnd(view, at, end)
    if (lineEnd < 0) return false
    return fromClient ? isRequestLine(view, at, lineEnd) : statusIn(view, at, lineEnd) >= 0
  },
  recognise: ({ client, server }) =>
    /^[A-Z-]+ [^\r\n]+ HTTP\/1\.\d\r?\n/.test(client) ||
    (client === '' && /^HTTP\/1\.\d \d{3}/.test(server)),
  open: () => new HttpDecoder(),
}
