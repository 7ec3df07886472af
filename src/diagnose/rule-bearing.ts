/**
 * What was seen of a connection beside what the rules say of it. A walk alone makes a cause likely;
 * a counter that moved with the packets, packets that came and did not go on, or a port beside it
 * that passes as the rules say prove it. Where they disagree, the live result counts.
 */
import type { Place as RulePlace, RuleSet } from '../facts/rule-set.ts'
import { counterAt, samePlace } from '../policy/find-rule.ts'
import type { Step } from '../policy/journey.ts'
import { describeRule } from './accused-rule.ts'
import { count } from './check.ts'
import type { Connect } from './probes.ts'
import { isAnswered } from './probes.ts'
import { isStopped, type Leg, type Transit } from './transit.ts'
import type { Change, Trial } from './trial.ts'
import { arrived } from './whereabouts.ts'

/** One host during the trial. */
export type Seen = {
  readonly role: 'client' | 'server' | 'router'
  readonly transit: Transit
  readonly change: Change | null
  readonly trial: Trial
}

/** A rule or policy whose counter must have moved, and did not by as many packets as were sent. */
export function unmoved(
  steps: readonly Step[],
  sets: readonly RuleSet[],
  { change, trial }: Seen,
): RulePlace | null {
  if (!change?.readable) return null
  const certain = steps.flatMap(({ place, counts }) => (place && counts === true ? [place] : []))
  const still = certain.find(
    (place) =>
      counterAt(sets, place) !== null &&
      !change.rules.some(
        (grown) => samePlace(grown.place, place) && grown.packets >= trial.connects.length,
      ),
  )
  return still ?? null
}

/** A port of the same address that answers. */
export type Neighbour = { readonly connect: Connect; readonly says: 'passes' | 'stopped' | null }

/** What the rules say of the ports beside it that answer. */
export const neighbours = (ports: readonly Connect[], transit: Transit): Neighbour[] =>
  ports.filter(isAnswered).map((connect) => {
    const { there, back } = transit.walkTo(connect.endpoint.port)
    const stops = [there, ...(back ? [back] : [])].find(isStopped)
    // A rule may answer by a reset in the place of the port.
    const isAnswer = stops?.rejectWith !== null && connect.outcome === 'refused'
    if (stops) return { connect, says: isAnswer ? null : 'stopped' }
    return { connect, says: there.verdict === 'accepted' && back ? 'passes' : null }
  })

/** `port 22 of the same address accepts`, for a sentence. */
export const describeNeighbour = ({ connect }: Neighbour): string =>
  `port ${connect.endpoint.port} of the same address ${connect.outcome === 'connected' ? 'accepts connections' : 'answers'}`

/** Whether packets came to IP here, and not as many were passed on to TCP or UDP, nor counted as lost for another reason. */
export function lostInside(
  { change, trial }: Pick<Seen, 'change' | 'trial'>,
  family: 4 | 6,
): boolean {
  if (!change?.readable) return false
  const prefix = family === 4 ? 'Ip' : 'Ip6'
  const sent = trial.connects.length
  const taken = change.grew(`${prefix}InReceives`)
  const others = ['InAddrErrors', 'InHdrErrors', 'InNoRoutes'].some(
    (counter) => change.grew(`${prefix}${counter}`) > 0,
  )
  return (
    taken >= sent &&
    taken - change.grew(`${prefix}InDelivers`) >= sent &&
    !others &&
    change.grew('TcpExtIPReversePathFilter') === 0
  )
}

/** Packets that came to the router by one interface and did not leave it by the other. */
export function lostBetween(
  { change, trial, transit }: Pick<Seen, 'change' | 'trial' | 'transit'>,
  reply: boolean,
): string | null {
  const [from, to] = reply
    ? [transit.toServer, transit.toClient]
    : [transit.toClient, transit.toServer]
  const came = from === null ? null : (change?.passed(from)?.received ?? null)
  const left = to === null ? null : (change?.passed(to)?.sent ?? null)
  const sent = trial.connects.length
  return came !== null && left !== null && came >= sent && left < sent
    ? `${count(came, 'packet')} came in by ${from}, and ${left === 0 ? 'none' : left} left by ${to}`
    : null
}

/** The server answered, and its interfaces sent fewer packets than it had answers. */
const refusedToSend = (change: Change, trial: Trial): boolean =>
  change.sent !== null && change.sent < trial.connects.length && answered(change, trial)

/** Connections of the trial that the server has answered and that wait for the client. */
const answered = (change: Change, trial: Trial): boolean =>
  change.sockets.some(
    ({ state, local }) => state === 'SYN-RECV' && local.port === trial.endpoint.port,
  )

/**
 * What proves that it is this host where the packets end, for a sentence; null where nothing does.
 */
export function endsHere(seen: Seen, leg: Leg): string | null {
  const { role, change, trial } = seen
  const sent = trial.connects.length
  const { family } = leg.packet
  if (!change?.readable) return null
  if (leg.journey?.verdict === 'rejected' && isFromHere(seen))
    return 'the error that came back is from this very host'
  if (role === 'router') return lostBetween(seen, leg.reply) ?? neverCame(seen, leg.reply)
  if (role === 'client' && !leg.reply)
    return change.sent !== null && change.sent < sent
      ? `${change.sent === 0 ? 'nothing' : `only ${count(change.sent, 'packet')}`} left it`
      : null
  if (role === 'server' && leg.reply) {
    const discards = change.grew(`${family === 4 ? 'Ip' : 'Ip6'}OutDiscards`) >= sent
    return discards || refusedToSend(change, trial) ? 'its answers did not leave it' : null
  }
  return lostInside(seen, family) ? 'the packets came in and were not passed on to TCP' : null
}

/** Packets that came in by a wire and that nobody here was given, nor another host. */
function ungiven(change: Change): number | null {
  if (!change.readable || change.received === null) return null
  const given = ['IpInDelivers', 'IpForwDatagrams', 'Ip6InDelivers', 'Ip6OutForwDatagrams']
  return given.reduce((left, counter) => left - change.grew(counter), change.received)
}

/**
 * What shows that the packets came as far as this host, for a sentence; null where nothing does: then
 * whatever stands before it may have taken them as well.
 */
export function cameHere(seen: Seen, leg: Leg, sets: readonly RuleSet[]): string | null {
  const { role, change, trial, transit } = seen
  const sent = trial.connects.length
  if (role === 'client' && !leg.reply) return 'they are sent from this very host'
  if (!change) return null
  const steps = leg.journey?.steps ?? []
  const grown = change.rules.find(
    ({ place, packets }) =>
      packets >= sent &&
      counterAt(sets, place) !== null &&
      steps.some((step) => step.counts !== false && step.place && samePlace(step.place, place)),
  )
  if (grown) return `${describeRule(grown.place)} counted ${count(grown.packets, 'packet')}`
  if (role === 'server' && leg.reply)
    return answered(change, trial) ? 'its own answers are waited for' : null
  if (role === 'router') {
    const from = leg.reply ? transit.toServer : transit.toClient
    const came = from === null ? null : (change.passed(from)?.received ?? null)
    return came !== null && came >= sent ? `${count(came, 'packet')} came in by ${from}` : null
  }
  const lost = ungiven(change)
  return lost !== null && lost >= sent
    ? `${count(lost, 'packet')} came in and went no further`
    : null
}

function isFromHere({ transit, trial }: Seen): boolean {
  const own = transit.machine.routing?.interfaces?.flatMap(({ addresses }) =>
    addresses.map(({ address }) => address),
  )
  return trial.icmp?.some(({ from }) => own?.includes(from)) ?? false
}

/** Packets came to the router, and never to the other end. */
function neverCame({ change, trial, transit }: Seen, reply: boolean): string | null {
  const from = reply ? transit.toServer : transit.toClient
  const sent = trial.connects.length
  const came = from === null ? null : (change?.passed(from)?.received ?? null)
  if (came === null || came < sent || !trial.server?.readable) return null
  const { family } = trial.endpoint
  if (reply)
    return answered(trial.server, trial) && (trial.client.received ?? sent) < sent
      ? `the server answered, ${count(came, 'packet')} came in by ${from}, and the client received fewer`
      : null
  const reached = arrived(trial.server, family)
  return reached < sent
    ? `${count(came, 'packet')} came in by ${from}, and ${reached === 0 ? 'none' : reached} reached the server`
    : null
}

/** That the live result belies the rules, as a sentence; null where nothing says so. */
export function beliedBy(still: RulePlace | null, beside: Neighbour | undefined): string | null {
  if (still) return `the counter of ${describeRule(still)} did not grow by as many as were sent`
  return beside ? `${describeNeighbour(beside)}, which they would stop as well` : null
}
