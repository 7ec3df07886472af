/**
 * Rung 6: the handshake went through, and the certificate does not hold: its dates, by more than
 * one clock; its names, asked for with and without a name (SNI, RFC 6066 §3); its issuers, and which
 * of them the server should have sent (RFC 8446 §4.4.2).
 */
import { shellWord } from '../../base/shell-word.ts'
import { secure } from '../../dialog/conversation.ts'
import { familyOf } from '../../wire/address.ts'
import { type OtherClock, otherClocks, SAME_TIME_MS } from '../clocks.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Certificate, TlsSession } from '../probes.ts'
import { remedy } from '../remedy.ts'
import { isOutdated, type Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { blame, type Trouble } from './handshake.ts'

/** Why the certificate is not good; null where it is. */
export async function distrust(
  witness: Witness,
  visit: Visit,
  tls: TlsSession,
): Promise<Trouble | null> {
  if (isOutdated(tls)) {
    const because = `the server speaks ${tls.protocol} at best, which usual clients refuse (RFC 8996)`
    return { accuses: [blame('tls.no-common-version', 'server', because)] }
  }
  if (tls.trusted) return null
  const code = tls.distrust ?? ''
  const now = witness.probes.now()
  const stale = tls.chain.find((one) => !isValidAt(one, now))
  if (/EXPIRED|NOT_YET_VALID/.test(code) || (stale && !/ALTNAME|HOSTNAME/.test(code)))
    return judgeDates(tls.chain, stale ?? tls.chain[0], now, await otherClocks(witness, visit))
  if (/ALTNAME|HOSTNAME/.test(code)) return misnamed(witness, visit, tls)
  if (/TOO_SMALL|TOO_WEAK/.test(code)) return { accuses: [weak(tls, code)] }
  return untrusted(tls, code)
}

const isValidAt = ({ notBefore, notAfter }: Certificate, ms: number): boolean =>
  Date.parse(notBefore) <= ms && ms <= Date.parse(notAfter)

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function dateSentence(certificate: Certificate | undefined, now: number): string {
  if (!certificate) return 'the certificate is not valid at this time'
  return Date.parse(certificate.notAfter) < now
    ? `the certificate ${certificate.subject} expired on ${certificate.notAfter.slice(0, 10)}`
    : `the certificate ${certificate.subject} is valid only from ${certificate.notBefore.slice(0, 10)}`
}

/** Out of date by the client's clock: what do the others say? */
export function judgeDates(
  chain: readonly Certificate[],
  stale: Certificate | undefined,
  now: number,
  others: readonly OtherClock[],
): Trouble {
  const because = dateSentence(stale, now)
  const agreeing = others.find(({ aheadMs }) => Math.abs(aheadMs) <= SAME_TIME_MS)
  const differing = others.filter(({ aheadMs }) => Math.abs(aheadMs) > SAME_TIME_MS)
  const fitting = differing.filter(({ aheadMs }) =>
    chain.every((one) => isValidAt(one, now + aheadMs)),
  )
  const [other] = fitting
  if (!other)
    return {
      accuses: [
        blame(
          'tls.expired',
          'server',
          agreeing ? `${because}; ${agreeing.who} says the same time` : because,
        ),
        ...(agreeing ? [] : [blame('tls.clock-skew', 'client', because, 'possible')]),
      ],
      acquits: agreeing
        ? [{ cause: 'tls.clock-skew', because: `${agreeing.who} agrees with this clock` }]
        : [],
    }
  const skew = `this clock says ${day(now)}, ${other.who} ${day(now + other.aheadMs)}, when the certificate is valid`
  // A third clock decides between two.
  const thirds = new Set(fitting.map(({ side }) => side))
  if (agreeing)
    return {
      accuses: [
        agreeing.side === 'server'
          ? blame('tls.expired', 'server', `${because}; ${agreeing.who} says the same time`)
          : blame('tls.clock-skew', 'server', `${skew}; ${agreeing.who} agrees with this one`),
      ],
    }
  return {
    accuses: [
      {
        ...blame('tls.clock-skew', 'client', skew, thirds.size > 1 ? 'proven' : 'likely'),
        remedies: [setClock(now + other.aheadMs)],
        tellApart: {
          host: 'client',
          command: 'date -u',
          shows: 'a time that is not that of your watch',
        },
      },
      ...(thirds.size > 1
        ? []
        : [
            blame('tls.clock-skew', 'server', `${skew}; it may be the wrong one`, 'possible'),
            blame('tls.expired', 'server', because, 'possible'),
          ]),
    ],
  }
}

const setClock = (ms: number): Remedy =>
  remedy({
    host: 'client',
    command: `date -u -s ${shellWord(new Date(Math.round(ms / 1000) * 1000).toISOString().slice(0, 19))}`,
    why: 'by the right time the certificate is valid',
    risk: 'programs that measure by the clock see it jump',
    persist: 'timedatectl set-ntp true',
    turnsGreen: 'tls.session',
  })

/** The handshake once more for another name; an address asks for none. */
async function servedFor(
  witness: Witness,
  { endpoint }: Visit,
  serverName: string,
): Promise<TlsSession | null> {
  const { tls } = await witness.probes.exchange(endpoint, {
    *talk() {
      yield secure()
      return null
    },
    command: '',
    serverName,
    timeoutMs: 2000,
    patienceMs: 1,
  })
  return tls
}

/** For another name: is it the certificate of every name, or only of those that are not known? */
async function misnamed(witness: Witness, visit: Visit, tls: TlsSession): Promise<Trouble> {
  const { host } = visit.errand
  const [leaf] = tls.chain
  const other = leaf?.names.find((name) => familyOf(name) === null && !name.startsWith('*'))
  const isName = familyOf(host) === null
  const [nameless, named] = await Promise.all([
    isName ? servedFor(witness, visit, visit.endpoint.address) : null,
    other && other !== host ? servedFor(witness, visit, other) : null,
  ])
  const differs = (one: TlsSession | null): boolean =>
    one?.chain[0] !== undefined && one.chain[0].fingerprint !== leaf?.fingerprint
  const by = differs(nameless)
    ? `; without a name it serves ${nameless?.chain[0]?.subject}, so this one was chosen for ${host}`
    : differs(named)
      ? `; for ${other} it serves another one, so ${host} has no virtual host of its own`
      : isName
        ? '; it serves the same without a name: the usual one, for want of one for this name'
        : ''
  const because = `the certificate is for ${leaf?.names.slice(0, 5).join(', ') || leaf?.subject}, not for ${host}${by}`
  return {
    accuses: [
      blame('tls.wrong-name', 'server', because),
      blame('dns.wrong-answer', 'server', because, 'possible'),
      blame('firewall.redirect', 'server', because, 'possible'),
      blame('tls.intercepted', 'path', because, 'possible'),
    ],
  }
}

const describe = (certificate: Certificate | undefined): string =>
  certificate ? `${certificate.subject} (issuer ${certificate.issuer})` : 'none'

const WEAKNESSES: Readonly<Record<string, string>> = {
  EE_KEY_TOO_SMALL: 'its RSA key has fewer than 2048 bits',
  CA_KEY_TOO_SMALL: "an issuer's RSA key has fewer than 2048 bits",
  CA_MD_TOO_WEAK: 'it is signed with SHA-1 or MD5',
}

const weak = (tls: TlsSession, code: string) =>
  blame(
    'tls.untrusted',
    'server',
    `usual clients refuse the certificate ${describe(tls.chain[0])}: ${WEAKNESSES[code] ?? code}`,
  )

/** Programs that break TLS open to look into it, by the names of their authorities. */
const INSPECTORS =
  /\b(?:Zscaler|Forti(?:Gate|net)|Blue ?Coat|ProxySG|Palo Alto|Sophos|Umbrella|Netskope|WatchGuard|SonicWall|Kaspersky|Avast|AVG|ESET|Bitdefender|Dr\.?Web|mitmproxy|Squid|pfSense|OPNsense|PortSwigger|Charles Proxy|Fiddler|McAfee|Barracuda|Smoothwall|Lightspeed|Untangle|(?:SSL|TLS|HTTPS)[ -]?inspection)\b/i

function untrusted(tls: TlsSession, code: string): Trouble {
  const [leaf] = tls.chain
  const last = tls.chain.at(-1)
  const inspector = tls.chain.map(({ issuer }) => INSPECTORS.exec(issuer)?.[0]).find(Boolean)
  const name = describe(leaf)
  const told = (why: string): string => `the certificate ${name} is not trusted: ${why} (${code})`
  const inspected = blame(
    'tls.intercepted',
    'path',
    told(
      inspector
        ? `its issuer is ${inspector}, which looks into TLS`
        : 'somebody may have replaced it',
    ),
    'possible',
  )
  if (last && !last.selfSigned && !inspector) {
    const from = last.issuerUrl ? `; it lies at ${last.issuerUrl}` : ''
    const missing = `the server sends ${tls.chain.length === 1 ? 'it alone' : `${tls.chain.length} certificates`} and not that of ${last.issuer}${from}`
    // Of a trusted organisation an intermediate is missing, unless somebody borrows its name.
    if (tls.kin)
      return {
        accuses: [
          blame(
            'tls.untrusted',
            'server',
            told(`${missing}; a root of ${tls.kin} is trusted here`),
            'likely',
          ),
        ],
      }
    return {
      accuses: [
        blame('tls.untrusted', 'server', told(missing), 'likely'),
        blame(
          'tls.untrusted',
          'client',
          told('its issuer may be one of your own, unknown here'),
          'possible',
        ),
        inspected,
      ],
    }
  }
  const why = leaf?.selfSigned ? 'it is self-signed' : `its root ${last?.issuer} is unknown here`
  const server = blame('tls.untrusted', 'server', told(why), leaf?.selfSigned ? 'proven' : 'likely')
  return {
    accuses: [
      server,
      ...(inspector ? [inspected] : []),
      blame('tls.untrusted', 'client', told(why), 'possible'),
      ...(inspector ? [] : [inspected]),
      blame('firewall.redirect', 'server', told(why), 'possible'),
    ],
  }
}
