/** Rung 7, the client's view: does the application answer as expected? */
import { explainStatus } from '../../dialog/http.ts'
import { rcodeName } from '../../wire/dns.ts'
import type { CauseCode } from '../cause.ts'
import { type Accusation, type Check, pass, placeOn, type Ruling, skip } from '../check.ts'
import { holds, speaksHttp, type Visit } from '../visit.ts'
import type { Visits } from '../witness.ts'
import { judgeReception } from './reception.ts'
import { dialogEvidence } from './session.ts'

const url = ({ errand, endpoint }: Visit): string =>
  `${errand.scheme}://${errand.host.includes(':') ? `[${errand.host}]` : errand.host}${endpoint.port === (errand.scheme === 'https' ? 443 : 80) ? '' : `:${endpoint.port}`}${errand.path}`

export const answer: Check = {
  id: 'application.answer',
  layer: 7,
  question: 'Does the application answer as expected?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const visits = await witness.visits()
    const { used, last } = visits
    if (!used || !last) return skip('there is no address to ask')
    if (['connect', 'closed', 'silent', 'tls', 'protocol'].includes(last.stage))
      return last === used ? skip('the dialog did not begin') : led(visits, last)
    const ruling = judge(last, visits)
    return { ...ruling, evidence: [used, ...visits.redirects].map(dialogEvidence) }
  },
}

/** A redirect led to where the dialog does not begin. */
const led = (visits: Visits, last: Visit): Ruling => ({
  status: 'fail',
  summary: `${chain(visits)}, and there: ${last.stage === 'connect' ? last.exchange.connect.outcome : last.stage}`,
  evidence: visits.used ? [dialogEvidence(visits.used)] : [],
})

/** `301 https://…/ → 200`, the redirects as they were followed. */
const chain = ({ used, redirects }: Visits): string =>
  [used, ...redirects]
    .flatMap((one) => (one ? [`${one.code ?? one.stage} ${url(one)}`] : []))
    .join(' → ')

const accuse = (cause: CauseCode, because: string, partial = false): Accusation => ({
  cause,
  side: 'server',
  weight: 'proven',
  because,
  place: placeOn('server'),
  partial,
})

function judge(last: Visit, visits: Visits): Ruling {
  const { scheme } = last.errand
  if (visits.circle) {
    const because = `the redirects lead in a circle: ${chain(visits)}`
    return { status: 'fail', summary: because, accuses: [accuse('http.redirect-loop', because)] }
  }
  if (visits.lost) {
    const because = `${chain(visits)}, which leads to ${visits.lost}, and that name does not resolve`
    return { status: 'fail', summary: because, accuses: [accuse('dns.no-such-name', because)] }
  }
  if (speaksHttp(scheme)) return judgeHttp(last, visits)
  if (scheme === 'dns') return judgeDns(last)
  return judgeReception(last)
}

/** A gateway's own status, not the application's (RFC 9110 §15.6.3 to §15.6.5). */
const UPSTREAM: readonly number[] = [502, 503, 504]

function judgeHttp(last: Visit, visits: Visits): Ruling {
  const status = last.code ?? 0
  const text = chain(visits)
  const named = `${url(last)} answers ${status} ${explainStatus(status)}`
  if (status >= 500)
    return {
      status: 'fail',
      summary: text,
      accuses: [
        accuse(UPSTREAM.includes(status) ? 'http.upstream-down' : 'http.server-error', named),
      ],
    }
  if (status === 404 || status === 410 || status === 421)
    return { status: 'warn', summary: text, accuses: [accuse('http.not-found', named, true)] }
  if (status === 429)
    return { status: 'warn', summary: text, accuses: [accuse('service.rate-limited', named, true)] }
  if (status >= 400)
    return { status: 'warn', summary: text, accuses: [accuse('service.denied', named, true)] }
  return pass(text)
}

function judgeDns(last: Visit): Ruling {
  const code = rcodeName(last.code ?? 0)
  const because = `the name server answers ${code}`
  return holds(last)
    ? pass(because)
    : { status: 'fail', summary: because, accuses: [accuse('dns.server-error', because)] }
}
