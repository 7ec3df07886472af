/**
 * Rung 4: does the server answer on the port, by every address? The client's own view: what the
 * failure looks like and what that alone may mean. What the server's counters prove is elsewhere.
 */

import { formatEndpoint } from '../../wire/endpoint.ts'
import { type Accusation, type Check, pass, placeOn, type Ruling, shown, skip } from '../check.ts'
import type { Controls } from '../controls.ts'
import type { Evidence } from '../diagnosis.ts'
import type { IcmpSeen } from '../probes.ts'
import { leadsThere } from '../proxy.ts'
import { clientAddress } from '../relevant.ts'
import type { Soundings } from '../soundings.ts'
import { suspectByIcmp } from '../suspect/icmp.ts'
import { suspectLateRefusal, suspectRefusal } from '../suspect/refusal.ts'
import { suspectSilence } from '../suspect/silence.ts'
import { suspectUnreachable } from '../suspect/unreachable.ts'
import type { Trial } from '../trial.ts'
import { holds, type Visit } from '../visit.ts'
import type { Visits, Witness } from '../witness.ts'
import { exhausted } from './local-port.ts'

const took = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`)

/** How an attempt ended, in a few words. */
export function describeAttempt(visit: Visit): string {
  const { connect } = visit.exchange
  const errno = connect.errno ? ` (${connect.errno})` : ''
  return connect.outcome === 'connected'
    ? `${formatEndpoint(visit.endpoint)} accepted in ${took(connect.tookMs)}`
    : `${formatEndpoint(visit.endpoint)} ${connect.outcome}${errno} after ${took(connect.tookMs)}`
}

export const port: Check = {
  id: 'transport.port',
  layer: 4,
  question: 'Does the server answer on the port, by every address?',
  on: ['client'],
  rule: async (witness) => {
    const { target } = witness
    if (!target) return skip('there is no target')
    const visits = await witness.visits()
    if (visits.all.length === 0) return skip('the name has no address that could be tried')
    const evidence = visits.all.map((visit) => shown('client', visit.exchange.connect))
    const failing = await failingToConnect(witness, visits)
    const text = [
      ...visits.all.map(describeAttempt),
      ...visits.passed.map(({ address, because }) => `${address} not tried: ${because}`),
    ].join('; ')
    if (!failing) return pass(text, evidence)
    const detour = await witness.detour()
    if (detour && leadsThere(detour))
      return {
        status: 'warn',
        summary: `${text}; programs go by the proxy, which leads there`,
        evidence,
      }
    const ruling = await explain(witness, failing)
    return {
      status: 'fail',
      summary: text,
      ...ruling,
      evidence: [...evidence, ...(ruling.evidence ?? [])],
    }
  },
}

async function failingToConnect(witness: Witness, visits: Visits): Promise<Visit | null> {
  const failing = await witness.failing()
  if (failing?.stage === 'connect') return failing
  return visits.all.find(({ stage }) => stage === 'connect') ?? null
}

/** A reset that takes so long takes as long every time; an ICMP error may be held back. */
const LATE_MS = 500

async function explain(witness: Witness, visit: Visit): Promise<Partial<Ruling>> {
  const { connect } = visit.exchange
  if (connect.errno === 'EADDRNOTAVAIL') return exhausted(witness, visit)
  const trial = await witness.trial(visit)
  const [message] = (trial.icmp ?? []).filter(
    ({ quoted }) => quoted === null || quoted.destinationPort === visit.endpoint.port,
  )
  if (message) {
    const controls = await witness.controls(visit)
    const client = await clientAddress(witness, visit.endpoint.family)
    return {
      accuses: suspectByIcmp(message, visit, client, controls),
      evidence: [asEvidence(message)],
    }
  }
  if (connect.outcome === 'refused') {
    const late =
      connect.tookMs > LATE_MS && !trial.connects.some(({ outcome }) => outcome === 'refused')
    if (late) return { accuses: suspectLateRefusal(visit) }
    const soundings = await witness.soundings(visit)
    return {
      ...suspectRefusal(visit, trial.icmp !== null, soundings),
      evidence: soundingEvidence(soundings),
    }
  }
  // The kernel refused by itself and at once: the routes and rules of this host say why.
  if (connect.errno !== null && connect.tookMs < 50) return { accuses: [] }
  const controls = await witness.controls(visit)
  const broken = await brokenIpv6(witness, visit, controls)
  if (connect.outcome !== 'timeout')
    return {
      accuses: [...broken, ...suspectUnreachable(visit, controls)],
      evidence: controlEvidence(controls),
    }
  const soundings = await witness.soundings(visit)
  const { accuses, acquits } = suspectSilence(visit, controls, soundings)
  return {
    accuses: [...broken, ...answeredByAnother(visit, trial), ...accuses],
    acquits,
    evidence: [...controlEvidence(controls), ...soundingEvidence(soundings)],
  }
}

/**
 * The connections time out, and this host sent as many resets: something answered them from an
 * address that was not asked, as a server does behind a router that translates in one direction.
 */
function answeredByAnother(visit: Visit, { connects, client }: Trial): Accusation[] {
  const resets = client.grew('TcpOutRsts')
  if (!client.readable || resets < connects.length) return []
  return [
    {
      cause: 'nat.hairpin',
      side: 'path',
      weight: 'likely',
      because: `for ${connects.length} SYNs to ${formatEndpoint(visit.endpoint)} this host sent ${resets} resets: answers came from an address that was not asked`,
      place: placeOn('path'),
      tellApart: {
        host: 'client',
        command: `tcpdump -n port ${visit.endpoint.port}`,
        shows: 'SYN-ACKs from another address than the one that was asked',
      },
    },
  ]
}

/** IPv6 is announced, nothing of the server answers by it, and IPv4 works. */
async function brokenIpv6(
  witness: Witness,
  visit: Visit,
  controls: Controls,
): Promise<Accusation[]> {
  const { all } = await witness.visits()
  const works = all.find((one) => one.endpoint.family === 4 && holds(one))
  if (visit.endpoint.family !== 6 || controls.alive || !works) return []
  const { ttl = 0, from = null } = controls.hops.filter((hop) => hop.from !== null).at(-1) ?? {}
  const end = from ? `; no hop answers after ${from} (hop ${ttl})` : '; not one hop answers'
  return [
    {
      cause: 'address.ipv6-broken',
      side: 'path',
      weight: 'likely',
      because: `${visit.endpoint.address} is announced and does not answer, ${works.endpoint.address} does${end}`,
      place: placeOn('path'),
      tellApart: {
        host: 'client',
        command: `traceroute -6 -n ${visit.endpoint.address}`,
        shows: 'where IPv6 ends',
      },
    },
  ]
}

const asEvidence = (icmp: IcmpSeen): Evidence => ({
  host: 'client',
  source: 'probe',
  command: `tcpdump -n ${icmp.family === 4 ? 'icmp' : 'icmp6'}`,
  lines: [`${icmp.from}: ${icmp.text} (type ${icmp.type}, code ${icmp.code})`],
})

function soundingEvidence(soundings: Soundings | null): Evidence[] {
  if (!soundings) return []
  const { syn, ack, control, synHops } = soundings
  const { address, port } = syn.endpoint
  const traced: Evidence = {
    host: 'client',
    source: 'probe',
    command: `traceroute -n -T -p ${port} ${address}`,
    lines: synHops.map(({ ttl, from }) => `${ttl}  ${from ?? '*'}`),
  }
  const segments = [syn, ack, ...(control ? [control] : [])]
  return [
    ...segments.map((segment) => shown('client', segment)),
    ...(synHops.length > 0 ? [traced] : []),
  ]
}

const controlEvidence = (controls: Controls): Evidence[] => [
  shown('client', controls.echo),
  {
    host: 'client',
    source: 'probe',
    command: `traceroute -n -I ${controls.echo.address}`,
    lines: controls.hops.map(
      ({ ttl, arrived, from, error }) =>
        `${ttl}  ${arrived ? `${controls.echo.address} answers` : (from ?? '*')}${error ? ` ${error}` : ''}`,
    ),
  },
]
