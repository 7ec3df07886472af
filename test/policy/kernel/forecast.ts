/**
 * What the walk says of a packet's way through the network, host by host: the packet that one host
 * lets go arrives at the next, and the answer comes back the same way.
 */
import type { Place } from '../../../src/facts/rule-set.ts'
import type {
  ConnectionJourney,
  Journey,
  Machine,
  Start,
  walkConnection,
} from '../../../src/policy/journey.ts'
import type { Packet } from '../../../src/policy/packet.ts'
import { describeArrival } from './arrival.ts'
import { placeKey } from './machine.ts'
import { beyond, type HostName } from './network.ts'
import type { Shot } from './shot.ts'

export type Machines = Readonly<Record<HostName, Machine>>

/** The walk, or something that is to be caught being wrong. */
export type Walk = typeof walkConnection

export type Forecast = {
  /** Why it cannot be known; null where all the rest is certain. */
  readonly unknown: string | null
  /** What arrives where, as `describeArrival` writes it, sorted. */
  readonly arrivals: readonly string[]
  /** What send(2) says. */
  readonly refused: string | null
  /** The rules and policies whose counters move, and how often; null: not all is known. */
  readonly counts: ReadonlyMap<string, number> | null
  /** A rule rejects the answer: what it says of that goes to who answers, and is not told. */
  readonly answerRejected: boolean
  /** The steps of the walk, for people. */
  readonly trace: () => readonly string[]
}

/** What sending says is not told by the walk. */
export const OPEN = 'whatever'

/** One host on the way. */
type Leg = { readonly host: HostName; readonly connection: ConnectionJourney }

/** More hosts than this are a circle. */
const MOST_LEGS = 8

const packetOf = (shot: Shot): Packet => ({
  family: shot.family,
  protocol: shot.protocol,
  source: shot.source,
  destination: shot.destination,
  sourcePort: shot.protocol === 'icmp' ? null : shot.sourcePort,
  destinationPort: shot.destinationPort,
  inputDevice: '',
  outputDevice: null,
  state: 'new',
  syn: shot.protocol === 'tcp',
  icmpType: shot.protocol === 'icmp' ? 'echo-request' : null,
})

const passed = ({ verdict }: Journey): boolean => verdict === 'accepted' || verdict === 'redirected'

/** All hosts that the packet comes to, the last one last; null where it goes in circles. */
function legsOf(machines: Machines, walk: Walk, shot: Shot): readonly Leg[] | null {
  const legs: Leg[] = []
  let packet = packetOf(shot)
  let start: Start = { kind: 'local' }
  for (let host = shot.host; legs.length < MOST_LEGS; ) {
    const connection = walk(machines[host], packet, start)
    legs.push({ host, connection })
    const { there } = connection
    const leaves = there.course === 'output' || there.course === 'forward'
    const next = beyond(host, there.packet.outputDevice ?? '')
    if (!passed(there) || !leaves || next === null) return legs
    packet = { ...there.packet, inputDevice: next.device, outputDevice: null, state: 'new' }
    start = { kind: 'arrives', device: next.device }
    host = next.host
  }
  return null
}

const KINDS: Readonly<Record<Shot['protocol'], Readonly<Record<'there' | 'back', string>>>> = {
  tcp: { there: 'syn', back: 'syn-ack' },
  udp: { there: 'datagram', back: 'datagram' },
  icmp: { there: '8/0', back: '0/0' },
}

function arrivalOf(host: HostName, packet: Packet, way: 'there' | 'back'): string {
  const { family, protocol, source, destination, sourcePort, destinationPort } = packet
  const isEcho6 = protocol === 'icmp' && family === 6
  const what = isEcho6 ? { there: '128/0', back: '129/0' }[way] : KINDS[protocol][way]
  return describeArrival({
    ...{ host, family, protocol, what, source, destination, sourcePort, destinationPort },
  })
}

const delivered = ({ course }: Journey): boolean => course === 'input' || course === 'loopback'

/** Whether the answer that left one host is the one that the host before it waits for. */
function meets(answer: Packet, before: Leg): boolean {
  const { packet } = before.connection.there
  return (
    answer.source === packet.destination &&
    answer.destination === packet.source &&
    answer.sourcePort === packet.destinationPort &&
    answer.destinationPort === packet.sourcePort
  )
}

/** The journeys that the answer makes, to where it is delivered or stopped; a reason where it strays. */
function backOf(legs: readonly Leg[]): readonly { host: HostName; journey: Journey }[] | string {
  const journeys: { host: HostName; journey: Journey }[] = []
  for (const [at, { host, connection }] of [...legs.entries()].reverse()) {
    const journey = connection.back
    if (journey === null) return 'what comes back is not told'
    journeys.push({ host, journey })
    if (!passed(journey) || at === 0) return journeys
    const next = beyond(host, journey.packet.outputDevice ?? '')
    const before = legs[at - 1]
    if (before === undefined || next?.host !== before.host || !meets(journey.packet, before))
      return 'the answer takes another way'
  }
  return journeys
}

/** How often each counter moves; null where one of them may or may not. */
function countsOf(journeys: readonly { host: HostName; journey: Journey }[]): Forecast['counts'] {
  const counts = new Map<string, number>()
  const add = (host: HostName, place: Place): void => {
    const key = placeKey(host, place)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const { host, journey } of journeys) {
    for (const { place, did, counts: moves } of journey.steps) {
      // Where a rule may fit, so may all those of the chain that it sends packets to.
      if (moves === null || did === 'unclear') return null
      if (moves && place !== null) add(host, place)
    }
  }
  return counts
}

const unknown = (because: string): Forecast => ({
  unknown: because,
  arrivals: [],
  refused: null,
  counts: null,
  answerRejected: false,
  trace: () => [],
})

const traceOf = (journeys: readonly { host: HostName; journey: Journey }[]): readonly string[] =>
  journeys.flatMap(({ host, journey }) => [
    ...journey.steps.map(
      ({ hook, did, place, says, counts }) =>
        `${host} ${hook ?? ''} ${did}: ${place === null ? '' : `${place.table} ${place.chain} ${place.text}: `}${says}${counts === false ? '' : ` (counts: ${counts})`}`,
    ),
    `${host}: ${journey.verdict}: ${journey.because}`,
  ])

const said = (
  arrivals: readonly string[],
  refused: string | null,
  journeys: readonly { host: HostName; journey: Journey }[],
): Forecast => ({
  unknown: null,
  arrivals: arrivals.toSorted(),
  refused,
  counts: countsOf(journeys),
  answerRejected: false,
  trace: () => traceOf(journeys),
})

/** EPERM is for a packet that a rule stops before it has left the host (nf_hook_slow); TCP hides it. */
function refusalOf(shot: Shot, first: Journey): string | null {
  const byRouting = first.place === null && first.verdict === 'dropped'
  if (first.steps.some(({ did }) => did === 'unclear')) return OPEN
  if (byRouting && (first.course === null || shot.protocol !== 'tcp')) return OPEN
  const hook = first.steps.findLast((step) => step.hook !== null)?.hook
  const stopped = first.verdict === 'dropped' || first.verdict === 'rejected'
  const leaving = hook === 'output' || hook === 'postrouting'
  return stopped && leaving && shot.protocol !== 'tcp' ? 'EPERM' : null
}

/** What is to be expected of the shot. */
export function forecast(machines: Machines, walk: Walk, shot: Shot): Forecast {
  const legs = legsOf(machines, walk, shot)
  const [first, last] = [legs?.[0], legs?.at(-1)]
  if (legs === null || first === undefined || last === undefined)
    return unknown('it goes in circles')
  const { there } = last.connection
  if (there.verdict === 'unknown') return unknown(there.because)
  const journeys = legs.map(({ host, connection }) => ({ host, journey: connection.there }))
  const refused = refusalOf(shot, first.connection.there)
  if (there.verdict === 'dropped') return said([], refused, journeys)
  if (passed(there) && !delivered(there)) return unknown('it leaves by a device that is not known')
  const back = backOf(legs)
  if (typeof back === 'string') return unknown(back)
  const end = back.at(-1)
  if (end === undefined || end.journey.verdict === 'unknown')
    return unknown(end?.journey.because ?? 'nothing comes back')
  const rejected = end.journey.verdict === 'rejected'
  const arrivals = passed(there) ? [arrivalOf(last.host, there.packet, 'there')] : []
  if (passed(end.journey)) arrivals.push(arrivalOf(end.host, end.journey.packet, 'back'))
  const all = said(arrivals, refused, [...journeys, ...back])
  // What an answer is rejected with goes to who answers.
  return rejected ? { ...all, counts: null, answerRejected: true } : all
}
