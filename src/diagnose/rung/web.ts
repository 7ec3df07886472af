/**
 * Rung 7, the web: what a status means and who wrote it (RFC 9110 §15), where redirects lead, and
 * which virtual host answered. Beside what fails, the same address is asked for something else.
 */
import { explainStatus, redirectTarget } from '../../dialog/http.ts'
import { readFrontError } from '../../dialog/http-front.ts'
import { formatHost } from '../../wire/endpoint.ts'
import type { CauseCode } from '../cause.ts'
import { type Accusation, pass, placeOn, type Ruling, type Weight } from '../check.ts'
import type { Errand, Visit } from '../visit.ts'
import type { Visits, Witness } from '../witness.ts'
import { bodyOf } from './backend.ts'

const authority = ({ scheme, host, port }: Errand): string =>
  `${formatHost(host)}${port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`}`

const url = ({ errand }: Visit): string => `${errand.scheme}://${authority(errand)}${errand.path}`

/** `301 https://…/ → 200 …`, the redirects as they were followed. */
export const describeWay = ({ used, redirects }: Visits): string =>
  [used, ...redirects]
    .flatMap((one) => (one ? [`${one.code ?? one.stage} ${url(one)}`] : []))
    .join(' → ')

const accuse = (
  cause: CauseCode,
  because: string,
  weight: Weight = 'proven',
  partial = false,
): Accusation => ({ cause, side: 'server', weight, because, place: placeOn('server'), partial })

const fail = (summary: string, ...accuses: readonly Accusation[]): Ruling => ({
  status: 'fail',
  summary,
  accuses,
})

/** What the answers of a web server say. */
export async function judgeWeb(witness: Witness, last: Visit, visits: Visits): Promise<Ruling> {
  const way = describeWay(visits)
  if (visits.circle) {
    const because = `the redirects lead in a circle: ${way}${explainCircle(visits)}`
    return fail(because, accuse('http.redirect-loop', because))
  }
  if (visits.lost) {
    const because = `${way}, which leads to ${visits.lost}, and that name does not resolve`
    return fail(because, accuse('dns.no-such-name', because))
  }
  const status = last.code ?? 0
  const named = `the page ${url(last)} answers ${status}: ${explainStatus(status)}`
  if (status >= 500) return fail(way, ...judgeFailure(last, named))
  if (status === 404 || status === 410 || status === 421) {
    const because = `${named}${await explainHost(witness, last)}`
    return { ...fail(way, accuse('http.not-found', because, 'proven', true)), status: 'warn' }
  }
  if (status >= 400) return { ...fail(way, judgeRefusal(last, named)), status: 'warn' }
  const usual = DEFAULT_PAGE.exec(bodyOf(last))?.[0]
  return usual
    ? { status: 'warn', summary: `${way}: the page that comes with the server (${usual})` }
    : pass(way)
}

/** The first page of a web server that nobody has set up. */
const DEFAULT_PAGE =
  /Welcome to nginx!|Apache2 (?:Debian|Ubuntu) Default Page|Test Page for the (?:Apache|Nginx) HTTP Server|IIS Windows Server|Caddy works!/

/** A gateway's own status, not the application's (RFC 9110 §15.6.3 and §15.6.5). */
const GATEWAY: readonly number[] = [502, 504]

/** Who wrote the error: a front about its backend, or the application about itself? */
function judgeFailure(last: Visit, named: string): Accusation[] {
  const { head, code } = last
  const told = head && readFrontError(head, bodyOf(last))
  const who = told ? `${named} (written by ${told.front})` : named
  // What becomes of the backend is proven behind the front only.
  if (GATEWAY.includes(code ?? 0)) return [accuse('http.upstream-down', who, 'likely')]
  if (code !== 503) return [accuse('http.server-error', named)]
  const later = head?.headers.get('retry-after')
  if (later)
    return [
      accuse('http.server-error', `${named}; it asks to come back later (Retry-After: ${later})`),
    ]
  if (told?.tells) return [accuse('http.upstream-down', who, 'likely')]
  return [
    accuse('http.upstream-down', who, 'likely'),
    accuse('http.server-error', named, 'possible'),
    accuse('service.rate-limited', named, 'possible'),
  ]
}

function judgeRefusal(last: Visit, named: string): Accusation {
  const { code, exchange } = last
  if (code === 429) return accuse('service.rate-limited', named, 'proven', true)
  // nginx answers 400 itself; 495 and 496 are its own codes for the same.
  const wanted =
    [400, 401, 403, 495, 496].includes(code ?? 0) &&
    exchange.tls?.asksClientCertificate === true &&
    /SSL certificate/i.test(bodyOf(last))
  if (wanted)
    return {
      ...accuse(
        'tls.client-certificate',
        `${named}; a certificate of the client was asked for and none was given`,
        'proven',
        true,
      ),
      side: 'client',
      place: placeOn('client'),
    }
  return accuse('service.denied', named, 'proven', true)
}

/** What turns in a circle: the scheme, the host, the slash at the end, or only a cookie is missing. */
function explainCircle({ used, redirects }: Visits): string {
  const way = [used, ...redirects].flatMap((one) => (one ? [one] : []))
  const last = way.at(-1)
  const back = last?.head ? redirectTarget(last.head, url(last)) : null
  // What leads to the circle is no part of it.
  const all = way.slice(
    Math.max(
      0,
      way.findIndex((one) => new URL(url(one)).href === back),
    ),
  )
  const different = (of: (errand: Errand) => string): boolean =>
    new Set(all.map(({ errand }) => of(errand))).size > 1
  if (way.length > 10) return `; more than ${way.length - 1} in a row`
  if (different(({ scheme }) => scheme))
    return '; one side sends to https and the other back to http: behind a proxy that ends TLS the application must be told so (X-Forwarded-Proto)'
  if (different(({ host }) => host)) return '; two names send to each other'
  if (different(({ path }) => path.replace(/\/$/, ''))) return '; two pages send to each other'
  if (different(({ path }) => path))
    return '; with and without the slash at the end send to each other'
  return all.some(({ head }) => head?.headers.has('set-cookie'))
    ? '; it wants a cookie, and does not take it when it is sent back'
    : '; the page sends to itself'
}

/** Does the page lack, or the virtual host? The same address is asked for `/` and for no name at all. */
async function explainHost(witness: Witness, last: Visit): Promise<string> {
  const { errand, endpoint } = last
  const [root, nameless] = await Promise.all([
    errand.path === '/' ? last : witness.visitAs({ ...errand, path: '/' }, endpoint),
    witness.visitAs({ ...errand, host: endpoint.address }, endpoint),
  ])
  const status = (one: Visit): number => one.head?.status ?? 0
  if (status(root) >= 200 && status(root) < 400)
    return `; / on the same host answers ${status(root)}, so the path is what lacks`
  const same = status(nameless) === last.code && bodyOf(nameless) === bodyOf(last)
  if (errand.host === endpoint.address) return ''
  return same
    ? `; asked by its address alone it says the same: perhaps it has no virtual host ${errand.host}`
    : `; asked by its address alone it answers ${nameless.code ?? nameless.stage}, so a virtual host of its own answers for ${errand.host}`
}
