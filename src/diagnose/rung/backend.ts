/**
 * Rung 7, on the server: a front answers that its backend does not. The climb goes on behind it: its
 * configuration names the backend, and the front's host is asked what becomes of a connection there.
 */
import { readFrontError } from '../../dialog/http-front.ts'
import { latin1 } from '../../wire/bytes.ts'
import { askBackend, type Backend } from '../backend.ts'
import { type Accusation, type Check, pass, placeOn, type Ruling, skip, unknown } from '../check.ts'
import {
  configEvidence,
  type Front,
  formatUpstream,
  readFront,
  type Upstream,
  upstreamsOf,
} from '../front.ts'
import type { Inquiry } from '../host.ts'
import { speaksHttp, type Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** More backends than this are not asked. */
const MOST_BACKENDS = 6

export const backend: Check = {
  id: 'application.backend',
  layer: 7,
  question: 'Does the backend behind the front answer?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target || !speaksHttp(witness.target.scheme)) return skip('no web target')
    const visit = await witness.failing()
    if (visit?.stage !== 'failure' || !isGateway(visit)) return skip('no front complains of it')
    const front = await readFront(witness, inquiry)
    if (!front)
      return unknown(
        'the front could not be read: neither nginx, Apache, HAProxy nor Caddy is seen',
      )
    const upstreams = upstreamsOf(front, visit.errand)
    if (upstreams.length === 0)
      return unknown(`${front.files[0]} passes ${visit.errand.path} on to nobody that is named`)
    const own = await addressesOf(witness, inquiry)
    const backends = await Promise.all(
      upstreams.slice(0, MOST_BACKENDS).map((one) => askBackend(inquiry, one, own)),
    )
    return judge(visit, front, upstreams, backends)
  },
}

const isGateway = ({ code }: Visit): boolean => code === 502 || code === 503 || code === 504

async function addressesOf(witness: Witness, inquiry: Inquiry): Promise<string[]> {
  const links = await witness.interfaces(inquiry)
  return links.known ? links.value.flatMap(({ addresses }) => addresses.map((a) => a.address)) : []
}

function judge(
  visit: Visit,
  front: Front,
  upstreams: readonly Upstream[],
  backends: readonly Backend[],
): Ruling {
  const evidence = [
    configEvidence(
      front,
      upstreams.map((one) => `${front.product} passes on to ${formatUpstream(one)}`),
    ),
    ...backends.flatMap((one) => one.evidence),
  ]
  const failed = backends.filter(({ works }) => works === false)
  const text = backends.map(({ because }) => because).join('; ')
  if (failed.length === 0 && backends.some(({ works }) => works === null))
    return { ...unknown(text), evidence }
  if (failed.length === 0) return accepting(visit, front, text, evidence)
  const because = `${front.product} answers ${visit.code}, and its backend ${failed.map((one) => one.because).join('; ')}`
  return {
    status: 'fail',
    summary: text,
    evidence,
    accuses: [
      { ...upstreamDown(because, 'proven'), remedies: failed.flatMap(({ remedies }) => remedies) },
    ],
  }
}

const upstreamDown = (because: string, weight: Accusation['weight']): Accusation => ({
  cause: 'http.upstream-down',
  side: 'server',
  weight,
  because,
  place: placeOn('server'),
})

/** The backend accepts: a time-out is its own slowness, another error its own answer. */
function accepting(
  visit: Visit,
  front: Front,
  text: string,
  evidence: Ruling['evidence'] & object,
): Ruling {
  const told = visit.head ? readFrontError(visit.head, bodyOf(visit)) : null
  if (visit.code === 504) {
    const because = `${front.product} waited in vain: ${text}, and gives no answer in time`
    return {
      status: 'fail',
      summary: because,
      evidence,
      accuses: [upstreamDown(because, 'proven')],
    }
  }
  if (!told) return pass(`${text}; the error is the application's own`, evidence)
  const because = `${text} at this time, yet ${front.product} answers ${visit.code}: it breaks off, or answers what is no answer`
  return { status: 'fail', summary: because, evidence, accuses: [upstreamDown(because, 'likely')] }
}

/** What follows the head of the answer. */
export const bodyOf = ({ head, exchange }: Visit): string =>
  latin1(exchange.reply?.bytes ?? new Uint8Array(0)).slice(head?.bodyAt ?? 0)
