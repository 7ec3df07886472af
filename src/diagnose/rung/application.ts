/** Rung 7, the client's view: does the application answer as expected? */
import { rcodeName } from '../../wire/dns.ts'
import type { CauseCode } from '../cause.ts'
import { type Accusation, type Check, pass, placeOn, type Ruling, skip } from '../check.ts'
import { holds, speaksHttp, type Visit } from '../visit.ts'
import type { Visits } from '../witness.ts'
import { judgeReception } from './reception.ts'
import { dialogEvidence } from './session.ts'
import { describeWay, judgeWeb } from './web.ts'

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
    // Where one address answers as expected, another one that does not is the question.
    const told = holds(last) ? (visits.all.find(({ stage }) => stage === 'failure') ?? last) : last
    const ruling = speaksHttp(told.errand.scheme)
      ? await judgeWeb(witness, told, visits)
      : judge(told)
    return { ...ruling, evidence: [used, ...visits.redirects].map(dialogEvidence) }
  },
}

/** A redirect led to where the dialog does not begin. */
const led = (visits: Visits, last: Visit): Ruling => ({
  status: 'fail',
  summary: `${describeWay(visits)}, and there: ${last.stage === 'connect' ? last.exchange.connect.outcome : last.stage}`,
  evidence: visits.used ? [dialogEvidence(visits.used)] : [],
})

const accuse = (cause: CauseCode, because: string): Accusation => ({
  cause,
  side: 'server',
  weight: 'proven',
  because,
  place: placeOn('server'),
})

function judge(last: Visit): Ruling {
  const { scheme } = last.errand
  if (scheme === 'dns') return judgeDns(last)
  return judgeReception(last)
}

function judgeDns(last: Visit): Ruling {
  const because = `the name server answers ${last.told?.line ?? rcodeName(last.code ?? 0)}`
  return holds(last)
    ? pass(because)
    : { status: 'fail', summary: because, accuses: [accuse('dns.server-error', because)] }
}
