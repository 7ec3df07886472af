/** Rung 6: a TLS handshake that failed, by its alert (RFC 8446 §6, RFC 5246 §7.2) or its error. */
import type { CauseCode } from '../cause.ts'
import type { Accusation, Acquittal, Weight } from '../check.ts'
import type { Side } from '../diagnosis.ts'
import type { TlsSession } from '../probes.ts'
import type { Visit } from '../visit.ts'

/** What is wrong with TLS, the surest first. */
export type Trouble = {
  readonly accuses: readonly Accusation[]
  readonly acquits?: readonly Acquittal[]
}

/** One cause with its reason. */
export const blame = (
  cause: CauseCode,
  side: Side,
  because: string,
  weight: Weight = 'proven',
): Accusation => ({ cause, side, weight, because })

const VERSION_ALERTS: readonly number[] = [40, 47, 70, 71, 86]
const CERTIFICATE_ALERTS: readonly number[] = [41, 42, 43, 44, 45, 46, 116]
/** The server ends it since the date of what the client gave, or of now, does not fit: RFC 8446 §6.2. */
const EXPIRED_ALERT = 45

const NO_COMMON =
  /UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|VERSION_TOO_LOW|NO_SHARED_CIPHER|NO_CIPHERS|DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|UNSAFE_LEGACY/
const NO_TLS =
  /WRONG_VERSION|HTTP_REQUEST|UNKNOWN_PROTOCOL|PACKET_LENGTH|NOT_TLS|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE/

/** The handshake failed; null where it only ended. */
export function broken(visit: Visit, tls: TlsSession): Trouble | null {
  const { alert, error } = tls
  if (alert) return byAlert(visit, tls, alert)
  if (NO_COMMON.test(error ?? ''))
    return { accuses: [versions(`no TLS version or cipher in common (${error})`)] }
  if (NO_TLS.test(error ?? '')) {
    const { identity, endpoint } = visit
    const said = identity && identity.service !== 'unknown' ? `: it speaks ${identity.service}` : ''
    const because = `what answers on port ${endpoint.port} is no TLS${said} (${error})`
    return {
      accuses: [
        blame('tls.not-tls', 'server', because),
        blame('service.wrong-protocol', 'server', because, 'possible'),
        blame('firewall.redirect', 'server', because, 'possible'),
      ],
    }
  }
  return tls.outcome === 'failed'
    ? {
        accuses: [
          versions(`the TLS handshake fails: ${error ?? 'no reason is given'}`, 'possible'),
        ],
      }
    : null
}

const versions = (because: string, weight: Weight = 'proven'): Accusation =>
  blame('tls.no-common-version', 'server', because, weight)

function byAlert(
  { errand }: Visit,
  tls: TlsSession,
  { code, name }: NonNullable<TlsSession['alert']>,
): Trouble {
  const said = `alert ${code}, ${name}`
  const wantsOne = tls.asksClientCertificate && CERTIFICATE_ALERTS.includes(code)
  if (code === 116 || (wantsOne && code !== EXPIRED_ALERT))
    return {
      accuses: [
        blame(
          'tls.client-certificate',
          'client',
          `the server wants a certificate of the client (${said})`,
        ),
      ],
    }
  if (wantsOne)
    return {
      accuses: [
        blame(
          'tls.client-certificate',
          'client',
          `the client's certificate has expired by the server's clock (${said})`,
        ),
        blame('tls.clock-skew', 'server', `the server's clock may be wrong (${said})`, 'possible'),
      ],
    }
  if (code === 112)
    return {
      accuses: [blame('tls.wrong-name', 'server', `the server knows no ${errand.host} (${said})`)],
    }
  if (VERSION_ALERTS.includes(code))
    return {
      accuses: [
        versions(
          `the server ends the handshake with alert ${code} (${name}): no version or cipher in common`,
        ),
      ],
    }
  return { accuses: [versions(`the TLS handshake fails: alert ${code} (${name})`, 'possible')] }
}
