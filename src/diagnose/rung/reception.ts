/** Rung 7: how a service received the client, in its own words, and what that accuses. */
import type { Reception } from '../../dialog/conversation.ts'
import type { CauseCode } from '../cause.ts'
import { pass, placeOn, type Ruling } from '../check.ts'
import type { Visit } from '../visit.ts'

/** What a service says when it does not serve, and the cause that it names by that. */
const CAUSES: Readonly<Record<Exclude<Reception, 'served'>, CauseCode>> = {
  login: 'session.login-refused',
  denied: 'service.denied',
  limited: 'service.rate-limited',
  exhausted: 'service.no-resources',
  starting: 'service.no-resources',
  refused: 'service.denied',
}

const causeOf = (reception: Exclude<Reception, 'served'>, { errand }: Visit): CauseCode =>
  reception === 'refused' && /^smtps?$/.test(errand.scheme) ? 'smtp.refused' : CAUSES[reception]

/** What the answer of a service other than the web's and the names' says. */
export function judgeReception(visit: Visit): Ruling {
  const { told, identity, stage } = visit
  const line = told?.line ?? identity?.text ?? ''
  if (stage === 'answered') return pass(line || 'connected')
  const because = `the server answers ${line}${told?.meaning ? `: ${told.meaning}` : ''}`
  if (!told || told.reception === 'served') return { status: 'fail', summary: because }
  const cause = causeOf(told.reception, visit)
  return {
    status: 'fail',
    summary: because,
    accuses: [{ cause, side: 'server', weight: 'proven', because, place: placeOn('server') }],
  }
}
