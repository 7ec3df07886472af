/**
 * A visit is one conversation with one address of the target: connect, TLS where the scheme has
 * it, and the first words of the protocol. It is judged by what was expected: an answer of the
 * wrong peer, of another protocol or with a wrong certificate is not the expected one.
 */
import { afterRest, type Told } from '../dialog/conversation.ts'
import { type Identity, identify } from '../dialog/greeting.ts'
import type { HttpHead } from '../dialog/http.ts'
import type { Endpoint, Exchange, Probes, TlsSession } from './probes.ts'
import { type Errand, isOpportunistic, type Manner, speechOf } from './speech.ts'

export { type Errand, greets, type Manner, type Purpose, speaksHttp, speaksTls } from './speech.ts'

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
  /** What came of the conversation. */
  readonly told: Told | null
  /** The code of an SMTP or FTP reply, or the status of HTTP. */
  readonly code: number | null
  /** What the first bytes say of the service; null when none came. */
  readonly identity: Identity | null
}

/** Longer than three ARP requests a second apart (EHOSTUNREACH comes after about 3.1 s). */
export const CONNECT_TIMEOUT_MS = 3250
/** A greeting later than this is slow. */
export const SLOW_MS = 2000

/** Versions that no usual client speaks any more (RFC 8996). */
export const isOutdated = ({ protocol }: TlsSession): boolean =>
  protocol !== null && /^(SSLv\d|TLSv1(\.1)?)$/.test(protocol)

/** Where TLS did not come to stand, how that ends a visit. */
function judgeTls(tls: TlsSession, ending: Exchange['ending']): Stage | null {
  if (tls.outcome === 'established') return tls.trusted && !isOutdated(tls) ? null : 'tls'
  if (tls.outcome === 'closed' && tls.alert === null && (ending?.bytes ?? 0) === 0) return 'closed'
  return tls.outcome === 'timeout' ? 'silent' : 'tls'
}

/** What came of the conversation, as far as the visit goes. */
function judgeTold({ reception, head, byProxy }: Told): Stage {
  if (byProxy) return 'failure'
  if (head) return head.status >= 500 ? 'failure' : head.status >= 400 ? 'refusal' : 'answered'
  return reception === 'served' ? 'answered' : 'failure'
}

/** How far the exchange came, by what was expected of it. */
function judge(errand: Errand, exchange: Exchange, identity: Identity | null): Stage {
  const { connect, tls, told, ending } = exchange
  if (connect.outcome !== 'connected') return 'connect'
  const secured = tls && !(isOpportunistic(errand) && told) ? judgeTls(tls, ending) : null
  if (secured) return secured
  const { service } = speechOf(errand.scheme)
  if (!identity) return ending ? 'closed' : service === null ? 'answered' : 'silent'
  // Who turns away need not say who it is.
  const isForeign = service !== null && identity.service !== service
  if (isForeign && !(told && identity.service === 'unknown')) return 'protocol'
  return told ? judgeTold(told) : ending ? 'closed' : 'silent'
}

/** Visits one endpoint. */
export async function visit(
  errand: Errand,
  endpoint: Endpoint,
  probes: Probes,
  manner: Manner,
): Promise<Visit> {
  const speech = speechOf(errand.scheme)
  const { timeoutMs, onConnected, maxSegmentBytes, reach, restMs = 0 } = manner
  const talk = manner.talk ?? (() => speech.talk(errand, manner))
  const exchange = await probes.exchange(endpoint, {
    talk: restMs > 0 ? () => afterRest(talk(), restMs) : talk,
    command: speech.command(endpoint, errand, manner),
    serverName: errand.host,
    timeoutMs: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    patienceMs: Math.min(manner.patienceMs ?? speech.patienceMs, timeoutMs),
    ...(onConnected && { onConnected }),
    ...(maxSegmentBytes && { maxSegmentBytes }),
    ...(reach && { reach }),
  })
  const { reply, told } = exchange
  const identity = reply && reply.bytes.length > 0 ? identify(reply.bytes, speech.service) : null
  return {
    errand,
    endpoint,
    exchange,
    stage: judge(errand, exchange, identity),
    head: told?.head ?? null,
    told,
    code: typeof told?.code === 'number' ? told.code : null,
    identity,
  }
}

/** True where the expected peer answered as expected, or refused with a 4xx of its own. */
export const holds = ({ stage }: Visit): boolean => stage === 'answered' || stage === 'refusal'
