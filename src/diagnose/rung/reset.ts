/**
 * Rung 4: who resets a connection that stood? The reset of the host that holds the connection has
 * come as far as its SYN-ACK, carries the time where the connection does (RFC 7323 §3.2), and is
 * counted there (`TcpOutRsts`); one that a filter makes has not, does not, and is not.
 */

import { formatEndpoint } from '../../wire/endpoint.ts'
import {
  type Accusation,
  type Check,
  count,
  placeOn,
  type Ruling,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { SegmentSeen } from '../probes.ts'
import type { Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import { findStoppingRule } from './stopping-rule.ts'

export const reset: Check = {
  id: 'transport.reset',
  layer: 4,
  question: 'Who resets the connection?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const visit = await witness.failing()
    if (visit?.exchange.ending?.how !== 'reset') return skip('no connection is reset')
    const trial = await witness.dialogTrial(visit)
    const rule = await findStoppingRule(witness, visit, trial, 'reject')
    const what = `${formatEndpoint(visit.endpoint)} accepts, and the connection is reset ${heard(visit)}`
    if (rule) {
      const { side, place, remedies } = rule
      return accuse(visit, side, 'proven', `${what}: ${rule.because}`, [rule.evidence], {
        place,
        remedies,
      })
    }
    return byCounters(visit, trial, what) ?? bySegments(visit, trial, what)
  },
}

const heard = ({ exchange }: Visit): string => {
  const bytes = exchange.ending?.bytes ?? 0
  return bytes === 0 ? 'without a byte' : `after ${count(bytes, 'byte')}`
}

function accuse(
  visit: Visit,
  side: Accusation['side'],
  weight: Accusation['weight'],
  because: string,
  evidence: readonly Evidence[],
  rest: Partial<Accusation> = {},
): Ruling {
  const tellApart: Accusation['tellApart'] = {
    host: 'server',
    command: `tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0 and port ${visit.endpoint.port}'`,
    shows: 'a reset that goes out, or one that comes in',
  }
  const place = placeOn(side)
  return {
    status: 'fail',
    summary: because,
    evidence,
    accuses: [{ cause: 'tcp.reset', side, weight, because, place, tellApart, ...rest }],
  }
}

/** The service itself: where it never said a byte, that is how it turns away. */
const byService = (visit: Visit, because: string, evidence: readonly Evidence[]): Ruling =>
  accuse(visit, 'server', 'proven', because, evidence, {
    cause: visit.exchange.ending?.bytes === 0 ? 'session.accepted-then-closed' : 'tcp.reset',
  })

/** What the server's kernel has counted: it made the resets, or none. */
function byCounters(visit: Visit, { server, connects }: Trial, what: string): Ruling | null {
  if (!server?.readable) return null
  const grew = server.grew('TcpOutRsts')
  if (grew < connects.length) return null
  const before = server.before('TcpOutRsts')
  const evidence: Evidence = {
    host: server.inquiry.host.name,
    source: 'kernel',
    command: 'nstat -azs TcpOutRsts',
    lines: [],
    delta: { name: 'TcpOutRsts', before, after: before + grew },
  }
  const because = `${what}: the server's own kernel sent ${count(grew, 'reset')} while ${count(connects.length, 'dialog')} were held`
  return byService(visit, because, [evidence])
}

/** The SYN-ACK and the reset of the same connection, where both were heard. */
function pairs(segments: readonly SegmentSeen[]): { opened: SegmentSeen; reset: SegmentSeen }[] {
  return segments
    .filter(({ kind }) => kind === 'reset')
    .flatMap((one) => {
      const opened = segments.find(({ kind, port }) => kind === 'syn-ack' && port === one.port)
      return opened ? [{ opened, reset: one }] : []
    })
}

/** What the resets themselves tell of who made them. */
function bySegments(visit: Visit, trial: Trial, what: string): Ruling {
  if (trial.segments === null)
    return unknown('who made the reset cannot be seen', 'root on the client')
  const [pair, ...others] = pairs(trial.segments)
  if (!pair) return unknown('it was not reset again while it was listened to')
  const { opened, reset: made } = pair
  const evidence: Evidence = {
    host: 'client',
    source: 'probe',
    command: `tcpdump -nvi any 'tcp[tcpflags] & (tcp-syn|tcp-rst) != 0 and host ${visit.endpoint.address}'`,
    lines: [pair, ...others].map(
      (one) =>
        `SYN-ACK ttl ${one.opened.ttl ?? '?'}, RST ttl ${one.reset.ttl ?? '?'}${one.reset.timed ? ', with the time' : ''}`,
    ),
  }
  if (opened.ttl !== null && made.ttl !== null && opened.ttl !== made.ttl) {
    const because = `${what}: the SYN-ACK came with TTL ${opened.ttl}, the reset with ${made.ttl}: somebody on the path made it`
    return accuse(visit, 'path', 'proven', because, [evidence])
  }
  if (made.timed)
    return byService(visit, `${what}: the TCP that holds the connection made the reset`, [evidence])
  // A kernel's reset for a connection that it holds no more does not carry the time either.
  const weight = visit.exchange.ending?.bytes === 0 ? 'possible' : 'likely'
  return accuse(visit, 'server', weight, `${what}, from as far away as the server`, [evidence])
}
