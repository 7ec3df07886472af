/** The head of an HTTP/1.x message: RFC 9112 §2–§5, with the meaning of codes from RFC 9110 §15. */
import type { Taken } from './conversation.ts'

/** A response's status line and headers. */
export type HttpHead = {
  /** `1.1`, `1.0`, or `ICY` as streaming servers write it. */
  readonly version: string
  readonly status: number
  readonly reason: string
  /** By name in lower case; what was repeated is joined with a comma (RFC 9110 §5.3). */
  readonly headers: ReadonlyMap<string, string>
  /** The empty line that ends the head was there. */
  readonly complete: boolean
  /** Where the body begins, in characters; the text's length while the head is not complete. */
  readonly bodyAt: number
}

/** A head beyond this is not read on: the limit of common servers is 8 to 64 KiB. */
const MOST_CHARACTERS = 1 << 17

const STATUS_LINE = /^(?:HTTP\/(\d(?:\.\d)?)|(ICY)) +(\d{3})(?: ([^\r\n]*))?\r?(?:\n|$)/

/** One `name: value` a line; a line that begins with a space belongs to the one before. */
function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string[]>()
  let values: string[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line)) {
      const last = values.pop()
      if (last !== undefined) values.push(`${last} ${line.trim()}`)
    } else if (colon > 0) {
      const name = line.slice(0, colon).trim().toLowerCase()
      values = headers.get(name) ?? []
      values.push(line.slice(colon + 1).trim())
      headers.set(name, values)
    }
  }
  return new Map(Array.from(headers, ([name, all]) => [name, all.join(', ')]))
}

/** The head that `text` begins with, as far as it is there; null where it is not HTTP. */
export function readHttpHead(text: string): HttpHead | null {
  const start = STATUS_LINE.exec(text)
  if (start === null) return null
  const [line, version, icy, status, reason = ''] = start
  const limited = text.slice(0, MOST_CHARACTERS)
  // The empty line may follow the status line at once.
  const from = line.length
  const blank = /^\r?\n|\n\r?\n/.exec(limited.slice(from))
  const complete = blank !== null
  const headEnd = complete ? from + blank.index : limited.lastIndexOf('\n')
  const lines = limited.slice(from, Math.max(from, headEnd)).split(/\r?\n/)
  return {
    version: version ?? icy ?? '',
    status: Number(status),
    reason: reason.trim(),
    headers: readHeaders(lines),
    complete,
    bodyAt: complete ? from + blank.index + blank[0].length : text.length,
  }
}

/** Takes the head of an answer for a conversation, once it is whole. */
export function takeHead(text: string): Taken<HttpHead> {
  const begun = 'HTTP/'.startsWith(text.slice(0, 5)) || text.startsWith('HTTP/')
  if (!begun) return 'foreign'
  const head = readHttpHead(text)
  return head?.complete ? { value: head, length: head.bodyAt } : 'more'
}

/** What is asked of a server. */
export type HttpAsk = {
  readonly method?: string
  /** With its query, percent-encoded, as `URL` gives it. */
  readonly path?: string
  /** With the port where it is not the scheme's own. */
  readonly host: string
  readonly userAgent?: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The text of a request that asks for one answer and the end of the connection. Throws a
 * RangeError for a part that would break the line it is on.
 */
export function httpRequest(ask: HttpAsk): string {
  const headers: Record<string, string> = {
    Host: ask.host,
    'User-Agent': ask.userAgent ?? 'rungs',
    Accept: '*/*',
    Connection: 'close',
    ...ask.headers,
  }
  const lines = [
    `${ask.method ?? 'GET'} ${ask.path ?? '/'} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  const broken = lines.find((line) => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(line))
  if (broken !== undefined) throw new RangeError(`a control character in ${JSON.stringify(broken)}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Where a redirect leads, made absolute by the URL that was asked; null where it leads nowhere over HTTP. */
export function redirectTarget(head: HttpHead, base: string): string | null {
  const location = head.headers.get('location')
  if (location === undefined || !REDIRECTS.has(head.status)) return null
  if (!URL.canParse(location, base)) return null
  const url = new URL(location, base)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
}

/** RFC 9110 §15, RFC 6585, RFC 7725; 52x are a content network's own. */
const EXPLAINED: Readonly<Record<number, string>> = {
  100: 'the server waits for the body',
  101: 'the protocol changes',
  200: 'the request succeeded',
  201: 'something was created',
  202: 'the request was accepted and is not done yet',
  204: 'the request succeeded and there is nothing to send',
  206: 'a part was sent, as asked',
  301: 'it has moved for good',
  302: 'it is elsewhere for now',
  303: 'the answer is elsewhere',
  304: 'it has not changed',
  307: 'it is elsewhere for now',
  308: 'it has moved for good',
  400: 'the server does not understand the request',
  401: 'the server wants credentials',
  402: 'payment is required',
  403: 'the server understands and refuses',
  404: 'the server has nothing at this path',
  405: 'the method is not allowed here',
  406: 'nothing of the kind that is accepted',
  407: 'a proxy wants credentials',
  408: 'the request took too long to arrive',
  409: 'the request conflicts with the present state',
  410: 'it was removed for good',
  411: 'the server wants the length of the body',
  413: 'the body is too large',
  414: 'the URL is too long',
  415: 'the kind of body is not supported',
  421: 'the request was sent to a server that does not answer for this name',
  426: 'the server wants another protocol',
  429: 'too many requests',
  431: 'the headers are too large',
  451: 'withheld for legal reasons',
  500: 'the application failed',
  501: 'the server does not know this method',
  502: 'the proxy got no valid answer from the server behind it',
  503: 'the service is overloaded, in maintenance, or has no server behind it',
  504: 'the proxy got no answer in time from the server behind it',
  505: 'the HTTP version is not supported',
  511: 'the network wants a login first',
  520: 'the server behind the content network answered something odd',
  521: 'the server behind the content network refused the connection',
  522: 'the content network could not connect to the server behind it in time',
  523: 'the content network has no route to the server behind it',
  524: 'the server behind the content network connected and did not answer in time',
  525: 'TLS failed between the content network and the server behind it',
  526: 'the certificate of the server behind the content network is not valid',
}

const CLASSES: readonly string[] = [
  'the request goes on',
  'the request succeeded',
  'the answer is elsewhere',
  'the server refuses the request',
  'the server failed',
]

/** What a status code means; an unregistered one by its first digit (RFC 9110 §15). */
export const explainStatus = (code: number): string =>
  EXPLAINED[code] ??
  CLASSES[Math.floor(code / 100) - 1] ??
  `status ${code}, which is not an HTTP code`

/** A program and, where it is told, its version. */
export type Product = { readonly product: string; readonly version: string | null }

/** `nginx/1.22.1` → nginx, 1.22.1; the first product of several (RFC 9110 §10.1.5). */
function firstProduct(text: string): Product | null {
  const [, product, version = null] = /^\s*([^\s/(),;]+)(?:\/([^\s(),;]+))?/.exec(text) ?? []
  return product === undefined ? null : { product, version }
}

/** What answered, by the headers Server, X-Powered-By and Via, in this order; null where none says. */
export function serverProduct(head: HttpHead): Product | null {
  const named = head.headers.get('server') ?? head.headers.get('x-powered-by')
  if (named !== undefined) return firstProduct(named)
  // `1.1 proxy.example (squid/5.7)`: protocol, name, comment (RFC 9110 §7.6.3).
  const via = head.headers.get('via') ?? ''
  const [, name = '', comment] = /^\s*\S+\s+([^\s,()]+)(?:\s+\(([^()]*)\))?/.exec(via) ?? []
  return firstProduct(comment ?? name)
}
