/**
 * A visit is one conversation with one address of the target: connect, TLS where the scheme has
 * it, and the first words of the protocol. It is judged by what was expected: an answer of the
 * wrong peer, of another protocol or with a wrong certificate is not the expected one.
 */
import { type Identity, identify } from '../dialog/greeting.ts'
import { type HttpHead, httpRequest, readHttpHead } from '../dialog/http.ts'
import { readReply } from '../dialog/reply.ts'
import type { Endpoint, Exchange, ExchangePlan, Probes, TlsSession } from './probes.ts'
import type { Scheme } from './target.ts'

/** What is asked of an endpoint. */
export type Errand = {
  readonly scheme: Scheme
  readonly host: string
  readonly port: number
  readonly path: string
}

/** How far a visit came. `answered` is all that was expected, or at least a 4xx (`refusal`). */
export type Stage =
  | 'connect' // no connection
  | 'closed' // accepted, then closed without a byte
  | 'silent' // accepted, and nothing comes
  | 'tls' // the handshake failed or the certificate does not hold
  | 'protocol' // another service answers
  | 'refusal' // the application answers with an error of the 4xx kind
  | 'failure' // the application answers with an error of the 5xx kind
  | 'answered'

export type Visit = {
  readonly errand: Errand
  readonly endpoint: Endpoint
  readonly exchange: Exchange
  readonly stage: Stage
  /** For http and https, the head of the answer. */
  readonly head: HttpHead | null
  /** The code of an SMTP or FTP reply, or the status of HTTP. */
  readonly code: number | null
  /** What the first bytes say of the service; null when none came. */
  readonly identity: Identity | null
}

/** Longer than three ARP requests a second apart (EHOSTUNREACH comes after about 3.1 s). */
export const CONNECT_TIMEOUT_MS = 3250
/** For how long a server that greets first may look up who calls before it is given up. */
const GREETING_PATIENCE_MS = 15_000
/** For how long a web server may think. */
const REPLY_PATIENCE_MS = 8000
/** A greeting later than this is slow. */
export const SLOW_MS = 2000
/** For how long a plain TCP port, which need not say anything, is listened to. */
const TCP_PATIENCE_MS = 250

const LATIN1 = new TextDecoder('latin1')
export const textOf = (bytes: Uint8Array): string => LATIN1.decode(bytes)

const patienceFor = (scheme: Scheme): number =>
  scheme === 'tcp' ? TCP_PATIENCE_MS : greets(scheme) ? GREETING_PATIENCE_MS : REPLY_PATIENCE_MS

/** How a visit is made. */
export type Manner = {
  readonly userAgent: string
  /** A word by which a server's log shows this check: letters and digits, fit for a host's name. */
  readonly token: string
  /** For the whole of it. */
  readonly timeoutMs: number
  readonly patienceMs?: number
  readonly maxSegmentBytes?: number
  readonly onConnected?: () => void
  /** Where the endpoint is a proxy: what it is told of the user. */
  readonly proxy?: { readonly authorization: string | null }
}

export const speaksTls = (scheme: Scheme): boolean => scheme === 'https'
export const speaksHttp = (scheme: Scheme): boolean => scheme === 'http' || scheme === 'https'
/** The server greets first. */
export const greets = (scheme: Scheme): boolean => /^(ssh|smtp|ftp)$/.test(scheme)

const hostHeader = ({ scheme, host, port }: Errand): string => {
  const name = host.includes(':') ? `[${host}]` : host
  return port === (scheme === 'https' ? 443 : 80) ? name : `${name}:${port}`
}

/** What a proxy is asked, to be led on to where TLS is spoken. */
function connectRequest(
  { host, port }: Errand,
  userAgent: string,
  headers: Readonly<Record<string, string>>,
): string {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return httpRequest({ method: 'CONNECT', path: authority, host: authority, userAgent, headers })
}

/** What will be said, and when the answer is whole. */
function plan(errand: Errand, manner: Manner): ExchangePlan {
  const { userAgent, timeoutMs, onConnected, maxSegmentBytes, proxy } = manner
  const { scheme, host, path } = errand
  const named = proxy?.authorization ? { 'Proxy-Authorization': proxy.authorization } : {}
  return {
    ...(proxy && speaksTls(scheme) && { tunnel: connectRequest(errand, userAgent, named) }),
    tls: speaksTls(scheme),
    serverName: host,
    request: speaksHttp(scheme)
      ? httpRequest({
          method: 'GET',
          path: proxy && !speaksTls(scheme) ? `http://${hostHeader(errand)}${path}` : path,
          host: hostHeader(errand),
          userAgent,
          headers: { Connection: 'close', ...(speaksTls(scheme) ? {} : named) },
        })
      : null,
    timeoutMs: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    patienceMs: Math.min(manner.patienceMs ?? patienceFor(scheme), timeoutMs),
    ...(onConnected && { onConnected }),
    ...(maxSegmentBytes && { maxSegmentBytes }),
    complete: (bytes) => isWhole(scheme, textOf(bytes)),
  }
}

/** More than this without the expected form is another service: no more need be read. */
const MOST_GREETING_BYTES = 512

/** Whether enough was said to know what it is. */
function isWhole(scheme: Scheme, text: string): boolean {
  if (speaksHttp(scheme)) {
    const begun = 'HTTP/'.startsWith(text.slice(0, 5)) || text.startsWith('HTTP/')
    return begun ? (readHttpHead(text)?.complete ?? false) : true
  }
  if (text.length > MOST_GREETING_BYTES) return true
  if (scheme === 'smtp' || scheme === 'ftp')
    return readReply(text)?.complete ?? (text.includes('\n') && !/^\d/.test(text))
  // Lines may precede the identification of SSH (RFC 4253 §4.2).
  if (scheme === 'ssh') return /^SSH-[^\n]*\n/m.test(text) || /^(HTTP\/|\d{3}[ -])/.test(text)
  return text.includes('\n')
}

const EXPECTED: Readonly<Record<Scheme, string>> = {
  http: 'http',
  https: 'http',
  ssh: 'ssh',
  smtp: 'smtp',
  ftp: 'ftp',
  dns: 'dns',
  tcp: '',
}

/** Whether the first bytes are those of the expected service. */
const isExpected = (scheme: Scheme, identity: Identity): boolean =>
  scheme === 'tcp' || identity.service === EXPECTED[scheme]

/** Versions that no usual client speaks any more (RFC 8996). */
export const isOutdated = ({ protocol }: TlsSession): boolean =>
  protocol !== null && /^(SSLv\d|TLSv1(\.1)?)$/.test(protocol)

/** How far the exchange came, by what was expected of it. */
function judge(
  errand: Errand,
  exchange: Exchange,
  identity: Identity | null,
  code: number | null,
): Stage {
  const { connect, tunnel, tls, reply, ending } = exchange
  if (connect.outcome !== 'connected') return 'connect'
  if (tunnel && !tls) return tunnel.status === null ? (ending ? 'closed' : 'silent') : 'failure'
  if (tls && tls.outcome !== 'established') {
    if (tls.outcome === 'closed' && tls.alert === null && (ending?.bytes ?? 0) === 0)
      return 'closed'
    return tls.outcome === 'timeout' ? 'silent' : 'tls'
  }
  if (tls && (!tls.trusted || isOutdated(tls))) return 'tls'
  if (!reply || !identity) {
    if (ending) return 'closed'
    return errand.scheme === 'tcp' ? 'answered' : 'silent'
  }
  if (!isExpected(errand.scheme, identity)) return 'protocol'
  if (code !== null && errand.scheme !== 'ssh') {
    if (code >= 500) return 'failure'
    // 421 and its like from SMTP and FTP turn the client away; of HTTP only 4xx does.
    if (code >= 400) return speaksHttp(errand.scheme) ? 'refusal' : 'failure'
  }
  return 'answered'
}

/** Visits one endpoint. */
export async function visit(
  errand: Errand,
  endpoint: Endpoint,
  probes: Probes,
  manner: Manner,
): Promise<Visit> {
  const exchange = await probes.exchange(endpoint, plan(errand, manner))
  const bytes = exchange.reply?.bytes ?? null
  const identity =
    bytes && bytes.length > 0
      ? identify(bytes, EXPECTED[errand.scheme] as Identity['service'])
      : null
  const head = bytes && speaksHttp(errand.scheme) ? readHttpHead(textOf(bytes)) : null
  const code =
    head?.status ??
    exchange.tunnel?.status ??
    (bytes && greets(errand.scheme) ? (readReply(textOf(bytes))?.code ?? null) : null)
  return {
    errand,
    endpoint,
    exchange,
    stage: judge(errand, exchange, identity, code),
    head,
    code,
    identity,
  }
}

/** True where the expected peer answered as expected, or refused with a 4xx of its own. */
export const holds = ({ stage }: Visit): boolean => stage === 'answered' || stage === 'refusal'
