/** What the walk says of a shot: what arrives where, what the sender is told, and what is counted. */
import type { Start } from '../../../src/policy/journey.ts'
import type { Packet } from '../../../src/policy/packet.ts'
import { senderSees } from '../../../src/policy/sender.ts'
import { describeArrival } from './arrival.ts'
import { placeKey } from './machine.ts'
import type { HostName } from './network.ts'
import type { Shot } from './shot.ts'
import {
  delivered,
  type Leg,
  type Machines,
  passed,
  type Travel,
  type Walk,
  wayBack,
  wayThere,
} from './way.ts'

export type Forecast = {
  /** Why it cannot be known; null where all the rest is certain. */
  readonly unknown: string | null
  /** What arrives where, as `describeArrival` writes it, sorted. */
  readonly arrivals: readonly string[]
  /** What connect(2) or send(2) says at once. */
  readonly refused: string | null
  /** The error that the socket meets afterwards. */
  readonly error: string | null
  /** Within connect(2) the error may come before it could be told: TCP tells it at its next try. */
  readonly errorMayWait: boolean
  /** The rules and policies whose counters move, and how often; null: not all is known. */
  readonly counts: ReadonlyMap<string, number> | null
  /** A rule rejects the answer: what it says of that goes to who answers, and is not told. */
  readonly answerRejected: boolean
  /** The steps of the walk, for people. */
  readonly trace: () => readonly string[]
}

/** What the walk does not tell. */
export const OPEN = 'whatever'

/** ICMP's types by nft's names, for either family. */
const ICMP_TYPES: Readonly<Record<string, Readonly<Record<4 | 6, number>>>> = {
  'echo-request': { 4: 8, 6: 128 },
  'echo-reply': { 4: 0, 6: 129 },
  'destination-unreachable': { 4: 3, 6: 1 },
}

function whatOf({ protocol, family, icmpType, icmpCode, syn, rst, ack }: Packet): string {
  if (protocol === 'udp') return 'datagram'
  if (protocol === 'icmp')
    return `${ICMP_TYPES[icmpType ?? '']?.[family] ?? icmpType}/${icmpCode ?? 0}`
  if (rst) return 'reset'
  return syn && !ack ? 'syn' : 'syn-ack'
}

const arrivalOf = (host: HostName, packet: Packet): string =>
  describeArrival({ ...packet, host, what: whatOf(packet) })

/** How often each counter moves; null where one of them may or may not. */
function countsOf(travels: readonly Travel[]): Forecast['counts'] {
  const counts = new Map<string, number>()
  for (const { host, journey } of travels) {
    for (const { place, did, counts: moves } of journey.steps) {
      // Where a rule may fit, so may all those of the chain that it sends packets to.
      if (moves === null || did === 'unclear') return null
      if (!moves || place === null) continue
      const key = placeKey(host, place)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

const traceOf = (travels: readonly Travel[]): readonly string[] =>
  travels.flatMap(({ host, journey }) => [
    ...journey.steps.map(({ hook, did, place, says, counts }) => {
      const rule = place === null ? '' : `${place.table} ${place.chain} ${place.text}: `
      return `${host} ${hook ?? ''} ${did}: ${rule}${says} (counts: ${counts})`
    }),
    `${host}: ${journey.verdict}: ${journey.because}`,
  ])

const unknown = (because: string): Forecast => ({
  unknown: because,
  arrivals: [],
  refused: null,
  error: OPEN,
  errorMayWait: false,
  counts: null,
  answerRejected: false,
  trace: () => [],
})

type Told = Pick<Forecast, 'refused' | 'error' | 'errorMayWait'>

const hears = (refused: string | null, error: string | null, errorMayWait = false): Told => ({
  ...{ refused, error, errorMayWait },
})

/** What the sender's system tells it, where a host on the way stops the packet. */
function toldBy(shot: Shot, legs: readonly Leg[], end: Travel | undefined): Told {
  const last = legs.at(-1)
  if (last === undefined || passed(last.connection.there)) return hears(null, OPEN)
  // Some other rule may stop it as well, at another hook.
  if (legs.some(({ connection }) => connection.there.steps.some(({ did }) => did === 'unclear')))
    return hears(OPEN, OPEN)
  const isLocal = legs.length === 1
  const notice = senderSees(last.connection, isLocal ? { kind: 'local' } : ARRIVES)
  if (notice === null) return hears(OPEN, OPEN)
  if (notice.kind === 'error') return hears(notice.errno, OPEN)
  const heard = end !== undefined && passed(end.journey)
  if (shot.protocol === 'icmp') return hears(null, OPEN)
  if (notice.kind === 'silence' || !heard) return hears(null, null)
  return hears(null, notice.errno, notice.kind === 'icmp' && shot.protocol === 'tcp')
}

const ARRIVES: Start = { kind: 'arrives', device: null }

/** One of several addresses, or ports, that a translation may choose. */
const isOpen = ({ protocol, source, destination, sourcePort }: Packet): boolean =>
  source === '' || destination === '' || (protocol !== 'icmp' && sourcePort === null)

/** What is to be expected of the shot. */
export function forecast(machines: Machines, walk: Walk, shot: Shot): Forecast {
  const legs = wayThere(machines, walk, shot)
  const last = legs?.at(-1)
  if (legs === null || last === undefined) return unknown('it goes in circles')
  const { there } = last.connection
  if (there.verdict === 'unknown') return unknown(there.because)
  if (passed(there) && !delivered(there)) return unknown('it leaves by a device that is not known')
  const travels = legs.map(({ host, connection }) => ({ host, journey: connection.there }))
  const said = (
    arrivals: readonly string[],
    all: readonly Travel[],
    stray: readonly Travel[] = [],
  ): Forecast => ({
    unknown: null,
    arrivals: arrivals.toSorted(),
    ...toldBy(shot, legs, all.length > travels.length ? all.at(-1) : undefined),
    counts: countsOf([...all, ...stray]),
    answerRejected: false,
    trace: () => traceOf([...all, ...stray]),
  })
  if (there.verdict === 'dropped') return said([], travels)
  const returned = wayBack(machines, walk, legs)
  if (typeof returned === 'string') return unknown(returned)
  const { back, stray } = returned
  const end = back.at(-1)
  if (end === undefined || end.journey.verdict === 'unknown')
    return unknown(end?.journey.because ?? 'nothing comes back')
  if (stray.at(-1)?.journey.verdict === 'unknown')
    return unknown('what is said to the answer is not known')
  const arriving = [{ host: last.host, journey: there }, end, ...stray.slice(-1)].filter(
    ({ journey }) => passed(journey),
  )
  if (arriving.some(({ journey }) => isOpen(journey.packet)))
    return unknown('which address it is given is not known')
  const arrivals = arriving.map(({ host, journey }) => arrivalOf(host, journey.packet))
  const all = said(arrivals, [...travels, ...back], stray)
  // What an answer is rejected with goes to who answers.
  return end.journey.verdict === 'rejected' ? { ...all, counts: null, answerRejected: true } : all
}
