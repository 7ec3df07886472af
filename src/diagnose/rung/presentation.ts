/** Rung 6: the TLS handshake, the certificate, its names and dates. */

import type { CauseCode } from '../cause.ts'
import { type Accusation, type Check, pass, placeOn, shown, skip } from '../check.ts'
import type { Side } from '../diagnosis.ts'
import type { Certificate, TlsSession } from '../probes.ts'
import { isOpportunistic } from '../speech.ts'
import { isOutdated, type Visit } from '../visit.ts'

type Fault = {
  readonly cause: CauseCode
  readonly side: Side
  readonly because: string
  readonly weight?: Accusation['weight']
}

const DAY_MS = 86_400_000

export const session: Check = {
  id: 'tls.session',
  layer: 6,
  question: 'Does the TLS handshake succeed, and does the certificate hold?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const { used, redirects } = await witness.visits()
    const failing = await witness.failing()
    const visit = [failing, ...redirects, used].find((one) => one?.exchange.tls) ?? null
    const tls = visit?.exchange.tls
    if (!visit || !tls) return skip('no TLS here')
    const evidence = [shown('client', tls)]
    const fault =
      tls.outcome === 'established'
        ? distrust(visit, tls, witness.probes.now())
        : broken(visit, tls)
    // Mail between servers goes in clear where TLS does not hold (RFC 7435).
    if (fault && isOpportunistic(visit.errand))
      return { status: 'warn', summary: `${fault.because}; mail is taken all the same`, evidence }
    if (fault)
      return {
        status: 'fail',
        summary: fault.because,
        evidence,
        accuses: [
          {
            weight: 'proven',
            place: placeOn(fault.side),
            tellApart: { host: 'client', command: tls.command, shows: 'the certificate as served' },
            ...fault,
          },
          ...alternatives(fault),
        ],
      }
    if (tls.outcome !== 'established') return skip('the handshake did not come to an end')
    const [leaf] = tls.chain
    const days = leaf
      ? Math.floor((Date.parse(leaf.notAfter) - witness.probes.now()) / DAY_MS)
      : null
    const text = `${tls.protocol ?? 'TLS'}, ${leaf?.subject ?? 'no certificate'}, issued by ${leaf?.issuer ?? '?'}${days === null ? '' : `, ${days} days left`}`
    return days !== null && days < 14
      ? { status: 'warn', summary: text, evidence }
      : pass(text, evidence)
  },
}

const describe = (certificate: Certificate | undefined): string =>
  certificate ? `${certificate.subject} (issuer ${certificate.issuer})` : 'none'

/** The handshake went through, but the certificate is not good. */
function distrust(visit: Visit, tls: TlsSession, now: number): Fault | null {
  if (isOutdated(tls))
    return {
      cause: 'tls.no-common-version',
      side: 'server',
      because: `the server speaks ${tls.protocol} at best, which usual clients refuse (RFC 8996)`,
    }
  if (tls.trusted) return null
  const [leaf] = tls.chain
  const host = visit.errand.host
  const code = tls.distrust ?? ''
  const dates = tls.chain.find(
    (one) => Date.parse(one.notAfter) < now || Date.parse(one.notBefore) > now,
  )
  if (/EXPIRED|NOT_YET_VALID/.test(code) || (dates && !/ALTNAME/.test(code)))
    return { cause: 'tls.expired', side: 'server', because: dateSentence(dates ?? leaf, now) }
  if (/ALTNAME|HOSTNAME/.test(code))
    return {
      cause: 'tls.wrong-name',
      side: 'server',
      because: `the certificate is for ${leaf?.names.slice(0, 5).join(', ') || leaf?.subject}, not for ${host}`,
    }
  const self = tls.chain.some((one) => one.selfSigned)
  const why = leaf?.selfSigned
    ? 'it is self-signed'
    : self
      ? 'its root is unknown here'
      : 'its issuer is unknown here, or the chain is incomplete'
  return {
    cause: 'tls.untrusted',
    side: 'server',
    because: `the certificate ${describe(leaf)} is not trusted: ${why} (${code})`,
  }
}

const dateSentence = (certificate: Certificate | undefined, now: number): string => {
  if (!certificate) return 'the certificate is not valid at this time'
  const day = (iso: string): string => iso.slice(0, 10)
  return Date.parse(certificate.notAfter) < now
    ? `the certificate ${certificate.subject} expired on ${day(certificate.notAfter)}`
    : `the certificate ${certificate.subject} is valid only from ${day(certificate.notBefore)}`
}

/** TLS alerts by number, RFC 8446 §6.2 and RFC 5246 §7.2. */
const VERSION_ALERTS: readonly number[] = [40, 47, 70, 71, 86]
const CERTIFICATE_ALERTS: readonly number[] = [41, 42, 43, 44, 45, 46, 116]

/** The handshake failed. */
function broken(visit: Visit, tls: TlsSession): Fault | null {
  const { alert, error } = tls
  if (
    alert &&
    (alert.code === 116 || (tls.asksClientCertificate && CERTIFICATE_ALERTS.includes(alert.code)))
  )
    return {
      cause: 'tls.client-certificate',
      side: 'client',
      because: `the server wants a certificate of the client (alert ${alert.code}, ${alert.name})`,
    }
  if (alert && alert.code === 112)
    return {
      cause: 'tls.wrong-name',
      side: 'server',
      because: `the server knows no ${visit.errand.host} (alert 112, ${alert.name})`,
    }
  if (alert && VERSION_ALERTS.includes(alert.code))
    return {
      cause: 'tls.no-common-version',
      side: 'server',
      because: `the server ends the handshake with alert ${alert.code} (${alert.name}): no version or cipher in common`,
    }
  if (
    /UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|VERSION_TOO_LOW|NO_SHARED_CIPHER|NO_CIPHERS|DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|UNSAFE_LEGACY/.test(
      error ?? '',
    )
  )
    return {
      cause: 'tls.no-common-version',
      side: 'server',
      because: `no TLS version or cipher in common (${error})`,
    }
  if (
    /WRONG_VERSION|HTTP_REQUEST|UNKNOWN_PROTOCOL|PACKET_LENGTH|NOT_TLS|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE/.test(
      error ?? '',
    )
  ) {
    const said =
      visit.identity && visit.identity.service !== 'unknown'
        ? `: it speaks ${visit.identity.service}`
        : ''
    return {
      cause: 'tls.not-tls',
      side: 'server',
      because: `what answers on port ${visit.endpoint.port} is no TLS${said} (${error})`,
    }
  }
  if (tls.outcome === 'failed')
    return {
      cause: 'tls.no-common-version',
      side: 'server',
      weight: 'possible',
      because: `the TLS handshake fails: ${alert ? `alert ${alert.code} (${alert.name})` : (error ?? 'no reason is given')}`,
    }
  return null
}

/** What could lie behind it as well. */
function alternatives(fault: Fault): Accusation[] {
  const more = (cause: CauseCode, side: Side): Accusation => ({
    cause,
    side,
    weight: 'possible',
    because: fault.because,
    place: placeOn(side),
  })
  if (fault.cause === 'tls.not-tls')
    return [more('service.wrong-protocol', 'server'), more('firewall.redirect', 'server')]
  if (fault.cause === 'tls.expired') return [more('tls.clock-skew', 'client')]
  if (fault.cause === 'tls.wrong-name')
    return [
      more('dns.wrong-answer', 'server'),
      more('firewall.redirect', 'server'),
      more('tls.intercepted', 'path'),
    ]
  if (fault.cause === 'tls.untrusted')
    return [
      more('tls.untrusted', 'client'),
      more('tls.intercepted', 'path'),
      more('firewall.redirect', 'server'),
    ]
  return []
}
