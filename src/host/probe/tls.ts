/**
 * A TLS handshake on a connection that stands, told in full: what was agreed, what was served,
 * whether it is trusted, and the alert where the server sent one. Nothing is refused by us.
 */
import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { PeerCertificate, TLSSocket } from 'node:tls'
import { printable } from '../../base/printable.ts'
import type { Endpoint, TlsSession } from '../../diagnose/probes.ts'
import type { Starttls } from '../../dialog/conversation.ts'
import { alertName } from '../../dialog/tls.ts'
import { familyOf } from '../../wire/address.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import { describeCertificate, servedChain } from './certificate.ts'
import { findKin, findWeakness, judgeChain, openStore, type Store } from './trust.ts'

type Tls = typeof import('node:tls')

/** A session that stands, or only how it failed; `ending` where the far end closed before it stood. */
export type Secured = {
  readonly session: TlsSession
  readonly socket: TLSSocket | null
  readonly ending: 'fin' | 'reset' | null
}

/** OpenSSL tells the alert's number at the end of its error. */
export function readAlert(error: Error): TlsSession['alert'] {
  const number = /SSL alert number (\d{1,3})/.exec(error.message)?.[1]
  return number === undefined ? null : { code: Number(number), name: alertName(Number(number)) }
}

const codeOf = (error: Error): string =>
  (error as NodeJS.ErrnoException).code ?? printable(error.message)

let known: Store | null = null

const openOnce = (tls: Tls): Store => {
  known ??= openStore(process.env, tls.rootCertificates)
  return known
}

/** The chain's fault, or the name's, or null. */
function findDistrust(
  tls: Tls,
  socket: TLSSocket,
  chain: readonly X509Certificate[],
  serverName: string,
): string | null {
  const [own] = chain
  if (!own) return 'NO_CERTIFICATE'
  // Node gives the code of OpenSSL here, though its types say Error.
  const verdict = socket.authorizationError as unknown as string | null
  const fault = judgeChain(chain, verdict, openOnce(tls), Date.now())
  if (fault) return fault
  const legacy = own.toLegacyObject() as PeerCertificate
  const wrong = tls.checkServerIdentity(serverName.replace(/\.$/, ''), legacy)
  return wrong ? codeOf(wrong) : findWeakness(chain)
}

/** As `openssl s_client` prints a chain and its verdict. */
function describe(session: Omit<TlsSession, 'command' | 'lines'>): string[] {
  const chain = session.chain.flatMap(({ subject, issuer, notBefore, notAfter }, at) => [
    ` ${at} s:${subject}`,
    `   i:${issuer}`,
    `   v:NotBefore: ${notBefore}; NotAfter: ${notAfter}`,
  ])
  const { protocol, cipher, alert, error, distrust } = session
  return [
    ...(protocol === null ? [] : [`${protocol}, ${cipher}`]),
    ...chain,
    ...(session.chain.length === 0 ? [] : [`verification: ${distrust ?? 'OK'}`]),
    ...(session.asksClientCertificate ? ['the server asks for a client certificate'] : []),
    ...(alert === null ? [] : [`the server sent alert ${alert.code} (${alert.name})`]),
    ...(alert === null && error !== null ? [error] : []),
    ...(session.outcome === 'timeout' ? [`no answer within ${Math.round(session.tookMs)} ms`] : []),
    ...(session.outcome === 'closed' ? ['the server closed the connection in the handshake'] : []),
  ]
}

/** The session with its evidence written anew. */
const show = (session: Omit<TlsSession, 'lines'>): TlsSession => ({
  ...session,
  lines: describe(session),
})

/** The session when the server refused it after all: TLS 1.3 tells so after the handshake. */
export const refusedLater = (session: TlsSession, error: Error): TlsSession => {
  const alert = readAlert(error)
  return alert ? show({ ...session, outcome: 'failed', alert, error: codeOf(error) }) : session
}

const COMMON = { minVersion: 'TLSv1', rejectUnauthorized: false, requestOCSP: true } as const

/** How a handshake is to be made. */
export type Handshake = {
  readonly serverName: string
  readonly timeoutMs: number
  readonly alpn: readonly string[]
  /** The protocol in which it was asked for, if any. */
  readonly starttls: Starttls | null
}

function options(
  tls: Tls,
  socket: Socket,
  { serverName, alpn }: Handshake,
): import('node:tls').ConnectionOptions {
  const isName = familyOf(serverName) === null
  return {
    ...COMMON,
    socket,
    // No roots: they are looked up afterwards, only those that matter.
    ca: [],
    // Level 0 lets old servers be seen; OpenSSL 3 forbids TLS before 1.2 at level 1.
    ciphers: `${tls.DEFAULT_CIPHERS}:@SECLEVEL=0`,
    ...(isName && { servername: serverName.replace(/\.$/, '') }),
    ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }),
  }
}

/** What is known of a session before anything is. */
const NOTHING = {
  protocol: null,
  cipher: null,
  alpn: null,
  chain: [],
  trusted: false,
  distrust: null,
  alert: null,
  error: null,
} as const

/** What is agreed and served once the handshake is done. */
function readSession(tls: Tls, socket: TLSSocket, serverName: string): Partial<TlsSession> {
  // To be asked once: Node takes the certificates off the session.
  const chain = servedChain(socket.getPeerX509Certificate())
  const distrust = findDistrust(tls, socket, chain, serverName)
  return {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().standardName,
    alpn: socket.alpnProtocol || null,
    chain: chain.map(describeCertificate),
    trusted: distrust === null,
    distrust,
    kin: distrust === null ? null : findKin(chain, openOnce(tls)),
  }
}

const formatCommand = (to: Endpoint, { serverName, starttls }: Handshake): string => {
  const sni = familyOf(serverName) === null ? ` -servername ${serverName}` : ''
  const begun = starttls === null ? '' : ` -starttls ${starttls}`
  return printable(`openssl s_client${begun} -connect ${formatEndpoint(to)}${sni} </dev/null`)
}

/** Shakes hands on `raw`, which stands. Never throws. */
export async function startTls(raw: Socket, to: Endpoint, plan: Handshake): Promise<Secured> {
  const tls = await import('node:tls')
  const began = performance.now()
  const command = formatCommand(to, plan)
  return new Promise((resolve) => {
    let asksClientCertificate = false
    const finish = (
      outcome: TlsSession['outcome'],
      known: Partial<TlsSession>,
      ending: Secured['ending'] = null,
    ): void => {
      clearTimeout(timer)
      socket.removeAllListeners('error').removeAllListeners('secureConnect')
      const tookMs = performance.now() - began
      const session = { ...NOTHING, command, asksClientCertificate, outcome, tookMs, ...known }
      const stands = outcome === 'established'
      if (!stands) socket.on('error', () => {}).destroy()
      resolve({ session: show(session), socket: stands ? socket : null, ending })
    }
    const timer = setTimeout(() => finish('timeout', {}), plan.timeoutMs)
    const socket = tls.connect(options(tls, raw, plan))
    // On a client these are the algorithms of a CertificateRequest, so there was one; this event
    // comes, with or without OCSP, when the server's part of the handshake has been read.
    socket.once('OCSPResponse', () => {
      asksClientCertificate = (socket.getSharedSigalgs()?.length ?? 0) > 0
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const broken = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      // Node calls an early FIN ECONNRESET as well, but then no system call has failed.
      if (broken) finish('closed', {}, error.syscall === undefined ? 'fin' : 'reset')
      else finish('failed', { alert: readAlert(error), error: codeOf(error) })
    })
    socket.once('secureConnect', () => {
      const tookMs = performance.now() - began
      finish('established', { ...readSession(tls, socket, plan.serverName), tookMs })
    })
  })
}
