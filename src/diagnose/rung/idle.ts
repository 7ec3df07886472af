/**
 * Rung 4, rest: does a connection that nobody speaks on for a while still stand? Only waiting can
 * tell, so that it is asked where `--idle` says for how long. What tracks connections (a firewall,
 * a NAT) forgets those that rest; RFC 5382 §5 wants it to remember for two hours and four minutes.
 */
import { sysctls } from '../../facts/sysctl.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import {
  type Accusation,
  type Check,
  duration,
  pass,
  placeOn,
  type Ruling,
  sideOf,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Answer } from '../host.ts'
import { setSysctl } from '../remedy.ts'
import { holds, type Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** How long an established connection is remembered, and whether one that was forgotten is taken up again. */
const REMEMBERED = 'net.netfilter.nf_conntrack_tcp_timeout_established'
const TAKEN_UP = 'net.netfilter.nf_conntrack_tcp_loose'
const KEEP_ALIVE = 'net.ipv4.tcp_keepalive_time'

const TRACKING = sysctls([REMEMBERED, TAKEN_UP])

/** The value of a kernel parameter that is a number; null where it is not known. */
function numberIn(known: Answer<ReadonlyMap<string, string>>, name: string): number | null {
  const text = known.known ? known.value.get(name) : undefined
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** Linux's own value of `REMEMBERED`: five days. */
const USUAL_MEMORY_S = 432_000

export const memory: Check = {
  id: 'nat.memory',
  layer: 4,
  question: 'For how long does it remember a connection that rests?',
  on: ['server', 'router'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const known = await inquiry.ask(TRACKING)
    if (!known.known)
      return /cannot stat|No such file/i.test(known.because)
        ? skip('no connection is tracked')
        : unanswered(known)
    const seconds = numberIn(known, REMEMBERED)
    if (seconds === null) return skip('no connection is tracked')
    const keepAlive = numberIn(await witness.client.ask(sysctls([KEEP_ALIVE])), KEEP_ALIVE)
    const harmless = inquiry.host.role === 'server' && known.value.get(TAKEN_UP) !== '0'
    const evidence = witnessed(inquiry, known)
    if (harmless || keepAlive === null || seconds >= keepAlive)
      return pass(`for ${seconds} s`, evidence)
    return {
      status: 'warn',
      summary: `${inquiry.host.name} forgets a connection that rests for ${seconds} s; the keep-alive of this host begins after ${keepAlive} s`,
      evidence,
    }
  },
}

export const idle: Check = {
  id: 'transport.idle',
  layer: 4,
  question: 'Does a connection that rested still stand?',
  on: ['client'],
  rule: async (witness) => {
    const { idleMs } = witness
    if (!witness.target || idleMs === null) return skip('--idle was not given')
    const { used } = await witness.visits()
    if (!used || !holds(used)) return skip('the service does not answer')
    if (used.errand.scheme === 'tcp' || used.errand.scheme === 'dns')
      return skip(`nothing is said to ${used.errand.scheme}:// after a rest`)
    const rested = await witness.visitAs(used.errand, used.endpoint, { restMs: idleMs })
    return (
      stoodOrClosed(rested, idleMs) ??
      (await cut(witness, used, rested, idleMs)) ??
      unknown('the service does not answer any more, even without a rest')
    )
  },
}

/** It stood; or who closes it in order says so, and a client that keeps connections has to expect it. */
function stoodOrClosed(rested: Visit, idleMs: number): Ruling | null {
  const { ending, silent, standing, connect } = rested.exchange
  if (holds(rested)) return pass(`after a rest of ${duration(idleMs)} it still stands`)
  if (connect.outcome !== 'connected') return null
  if (ending?.how === 'fin')
    return {
      status: 'warn',
      summary: `the far end closes a connection that rests, in order, after ${duration(ending.afterMs)}`,
      evidence: [evidenceOf(rested, idleMs)],
    }
  const waits = standing !== null && standing.waitsFor !== null
  return silent && !waits
    ? {
        status: 'warn',
        summary: `after a rest of ${duration(idleMs)} what is sent is acknowledged, and the service says nothing`,
        evidence: [evidenceOf(rested, idleMs)],
      }
    : null
}

const evidenceOf = ({ endpoint, exchange }: Visit, idleMs: number): Evidence => ({
  host: 'client',
  source: 'probe',
  command: `(sleep ${Math.ceil(idleMs / 1000)}; printf '\\r\\n\\r\\n') | nc ${endpoint.address} ${endpoint.port}`,
  lines: [
    ...exchange.connect.lines,
    exchange.ending
      ? `${exchange.ending.how === 'reset' ? 'reset' : 'closed'} after ${duration(exchange.ending.afterMs)}`
      : `${exchange.standing?.unacknowledgedBytes ?? 0} bytes not acknowledged, sent again ${exchange.standing?.retransmissions ?? 0} times`,
  ],
})

/** A new connection works, and the one that rested does not: the rest is the only difference. */
async function cut(
  witness: Witness,
  used: Visit,
  rested: Visit,
  idleMs: number,
): Promise<Ruling | null> {
  if (!holds(await witness.visitAs(used.errand, used.endpoint))) return null
  const how = rested.exchange.ending ? 'is reset' : 'is not answered, and never acknowledged'
  const because = `what is sent to ${formatEndpoint(used.endpoint)} after a rest of ${duration(idleMs)} ${how}; without a rest it is answered`
  const forgetful = await whoForgets(witness, idleMs)
  const accusation: Accusation = {
    cause: 'tcp.idle-cut',
    side: 'path',
    weight: 'proven',
    because,
    place: placeOn('path'),
    partial: true,
    tellApart: {
      host: 'the firewall or router between',
      command: `sysctl ${REMEMBERED}`,
      shows: `a time shorter than ${duration(idleMs)}`,
    },
    ...forgetful,
    ...(forgetful && { because: `${because}; ${forgetful.because}` }),
  }
  return {
    status: 'warn',
    summary: accusation.because,
    evidence: [evidenceOf(rested, idleMs)],
    accuses: [accusation],
    contrasts: [
      {
        works: 'a connection that is used at once',
        fails: `one that rested for ${duration(idleMs)}`,
        tells: 'something between forgets connections that rest',
      },
    ],
  }
}

/** The host that can be read and remembers for a shorter time. */
async function whoForgets(
  { routers, server }: Witness,
  idleMs: number,
): Promise<Required<Pick<Accusation, 'side' | 'place' | 'because' | 'remedies'>> | null> {
  for (const inquiry of [...routers, ...(server ? [server] : [])]) {
    const remembered = numberIn(await inquiry.ask(TRACKING), REMEMBERED)
    if (remembered === null || remembered * 1000 > idleMs) continue
    const { name } = inquiry.host
    const because = `${name} forgets a connection that rests for ${remembered} s`
    const usual = String(USUAL_MEMORY_S)
    const mend = setSysctl(
      name,
      REMEMBERED,
      usual,
      String(remembered),
      'a connection is remembered for as long as Linux usually does',
      'transport.idle',
    )
    return { side: sideOf(inquiry), place: placeOn(name), because, remedies: [mend] }
  }
  return null
}
