/**
 * Who wrote an error of the 5xx kind, and what it tells: a front (proxy, load balancer, content
 * network) writes it in words of its own where the backend fails; an application writes its own.
 * The pages are those of the programs' sources, as they come without a configuration of their own.
 */
import type { HttpHead } from './http.ts'

/** What a front says of its backend. */
export type FrontError = {
  readonly front: string
  /** What its words tell of the backend; null where they tell nothing. */
  readonly tells: 'refused' | 'timeout' | 'none-left' | 'broken-off' | null
}

type Words = readonly [body: RegExp, front: string, tells: FrontError['tells']]

const PAGES: readonly Words[] = [
  [/<center>nginx(?:\/[\d.]+)?/i, 'nginx', null],
  [/<center>openresty/i, 'openresty', null],
  [/No server is available to handle this request/, 'HAProxy', 'none-left'],
  [/The server didn't respond in time/, 'HAProxy', 'timeout'],
  [/The server returned an invalid or incomplete response/, 'HAProxy', 'broken-off'],
  [/The proxy server received an invalid\s+response from an upstream server/, 'Apache', null],
  [/The gateway did not receive a timely response/, 'Apache', 'timeout'],
  [/upstream connect error or disconnect\/reset before headers/, 'Envoy', 'refused'],
  [/upstream request timeout/, 'Envoy', 'timeout'],
  [/no healthy upstream/, 'Envoy', 'none-left'],
  [/Guru Meditation|Backend fetch failed/, 'Varnish', null],
  [/no available server/, 'Traefik', 'none-left'],
]

/** Programs that are mostly a front: an error of theirs is about what lies behind. */
const FRONTS =
  /^(nginx|openresty|apache|haproxy|caddy|envoy|istio-envoy|varnish|traefik|awselb|cloudflare|squid|litespeed|lighttpd)/i

/**
 * The front that wrote the error; null where the application did, or nobody can tell. `Retry-After`
 * is what an application says that wants to be left alone for a while (RFC 9110 §10.2.3).
 */
export function readFrontError(head: HttpHead, body: string): FrontError | null {
  if (head.status < 502 || head.status > 504) return null
  const [, front, tells] = PAGES.find(([page]) => page.test(body)) ?? []
  if (front !== undefined) return { front, tells: tells ?? null }
  const server = head.headers.get('server') ?? ''
  const via = head.headers.get('via')
  if (head.headers.has('retry-after') && head.status === 503) return null
  if (FRONTS.test(server)) return { front: server, tells: null }
  return via === undefined ? null : { front: via, tells: null }
}
