/**
 * The way of a packet and of what it is answered with through the network, host by host, as the
 * walk sees it: the packet that one host lets go arrives at the next, and the answer comes back the
 * same way.
 */
import type { Answer, ConnectionJourney, walkConnection } from '../../../src/policy/connection.ts'
import type { Journey, Machine, Start } from '../../../src/policy/journey.ts'
import type { Packet } from '../../../src/policy/packet.ts'
import { beyond, type HostName } from './network.ts'
import { PORTS } from './service.ts'
import type { Shot } from './shot.ts'

export type Machines = Readonly<Record<HostName, Machine>>

/** The walk, or something that is to be caught being wrong. */
export type Walk = typeof walkConnection

/** One host on the way. */
export type Leg = {
  readonly host: HostName
  readonly connection: ConnectionJourney
  /** The same packet at the same host, answered otherwise. */
  readonly answered: (answer: Answer) => ConnectionJourney
}

export type Travel = { readonly host: HostName; readonly journey: Journey }

/** More hosts than this are a circle. */
const MOST_LEGS = 8

/** With the headers of IP and of the transport; a SYN of Linux has 20 bytes of options. */
const HEADER_BYTES = { 4: 20, 6: 40 } as const
const TRANSPORT_BYTES = { tcp: 40, udp: 8, icmp: 8 } as const

const lengthOf = ({ family, protocol, dataBytes }: Shot): number =>
  HEADER_BYTES[family] + TRANSPORT_BYTES[protocol] + (protocol === 'tcp' ? 0 : dataBytes)

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
  mark: shot.mark,
  user: shot.user,
  group: 0,
  lengthBytes: lengthOf(shot),
})

export const passed = ({ verdict }: Journey): boolean =>
  verdict === 'accepted' || verdict === 'redirected'

export const delivered = ({ course }: Journey): boolean =>
  course === 'input' || course === 'loopback'

/** All hosts that the packet comes to, the last one last; null where it goes in circles. */
export function wayThere(machines: Machines, walk: Walk, shot: Shot): readonly Leg[] | null {
  const legs: Leg[] = []
  let packet = packetOf(shot)
  let start: Start = { kind: 'local' }
  for (let host = shot.host; legs.length < MOST_LEGS; ) {
    const walked = { machine: machines[host], packet, start }
    const connection = walk(walked.machine, packet, start, answerOf(packet))
    const { there } = connection
    const answered = (answer: Answer): ConnectionJourney =>
      walk(walked.machine, walked.packet, walked.start, answer)
    legs.push({ host, connection, answered })
    const next = beyond(host, there.packet.outputDevice ?? '')
    if (!passed(there) || delivered(there) || next === null) return legs
    packet = asItComes(there.packet, next.device)
    start = { kind: 'arrives', device: next.device }
    host = next.host
  }
  return null
}

/** To the next host it is a packet like any other. */
function asItComes(left: Packet, device: string): Packet {
  const { user: _, group: __, mark: ___, ...bare } = left
  return { ...bare, inputDevice: device, outputDevice: null, state: 'new' }
}

/** Services here send back as much as they get. */
const answerOf = ({ lengthBytes }: Packet): Extract<Answer, { readonly kind: 'usual' }> => ({
  kind: 'usual',
  lengthBytes: lengthBytes ?? null,
})

/** What a packet that is delivered is answered with: by the system, or a socket of root's. */
function answerTo(packet: Packet): Answer {
  const { family, protocol, destination, destinationPort } = packet
  if (protocol === 'icmp') return answerOf(packet)
  if (PORTS.includes(destinationPort ?? 0)) return { ...answerOf(packet), user: 0, group: 0 }
  if (protocol === 'tcp') return { kind: 'reset' }
  const code = family === 4 ? 3 : 4 // port unreachable
  return { kind: 'icmp', type: 'destination-unreachable', code, from: destination }
}

/** The answer that left one host, as the host before it gets it. */
function passedOn({ protocol, rst, icmpType, icmpCode, source }: Packet): Answer {
  if (protocol === 'tcp' && rst) return { kind: 'reset' }
  if (protocol !== 'icmp' || icmpType === null || icmpType.startsWith('echo'))
    return { kind: 'usual' }
  return { kind: 'icmp', type: icmpType, code: icmpCode ?? null, from: source }
}

/** The usual answer, of which a host on the way knows no socket. */
const isPassedOn = (answer: Answer): boolean => answer.kind === 'usual' && answer.user === undefined

/** Whether the answer that left one host is the one that the host before it waits for. */
function meets(answer: Packet, { connection }: Leg): boolean {
  const { packet } = connection.there
  if (answer.destination !== packet.source) return false
  if (passedOn(answer).kind === 'icmp') return true
  return (
    answer.source === packet.destination &&
    answer.sourcePort === packet.destinationPort &&
    answer.destinationPort === packet.sourcePort
  )
}

/** What comes back, and what is said to an answer that nobody waits for. */
export type Return = { readonly back: readonly Travel[]; readonly stray: readonly Travel[] }

/**
 * The journeys of what the sender's system says to an answer that it does not wait for; a reason
 * where a host with rules is on its way: these know the connection.
 */
function strayWay(machines: Machines, walk: Walk, from: Travel): readonly Travel[] | string {
  const travels = [from]
  for (let last = from; passed(last.journey) && !delivered(last.journey); ) {
    const { packet } = last.journey
    const next = beyond(last.host, packet.outputDevice ?? '')
    if (next === null || travels.length > MOST_LEGS) return 'what is said to the answer is lost'
    const machine = machines[next.host]
    if (machine.ruleSets.some(({ chains }) => chains.length > 0))
      return 'what is said to the answer passes a host with rules'
    const start: Start = { kind: 'arrives', device: next.device }
    const { there } = walk(machine, asItComes(packet, next.device), start)
    last = { host: next.host, journey: there }
    travels.push(last)
  }
  return travels
}

/**
 * The journeys of the answer, or of what the packet is rejected with, to where it is delivered or
 * stopped, and of what it meets there; a reason where that is not told.
 */
export function wayBack(machines: Machines, walk: Walk, legs: readonly Leg[]): Return | string {
  const journeys: Travel[] = []
  let answer: Answer | null = null
  for (const [at, leg] of [...legs.entries()].toReversed()) {
    const { there } = leg.connection
    if (answer === null && there.verdict !== 'rejected') answer = answerTo(there.packet)
    const { back: journey, stray } =
      answer === null || isPassedOn(answer) ? leg.connection : leg.answered(answer)
    if (journey === null) return 'what comes back is not told'
    journeys.push({ host: leg.host, journey })
    if (!passed(journey)) return { back: journeys, stray: [] }
    if (at === 0 && delivered(journey)) {
      const said = stray && strayWay(machines, walk, { host: leg.host, journey: stray })
      return typeof said === 'string' ? said : { back: journeys, stray: said ?? [] }
    }
    const next = beyond(leg.host, journey.packet.outputDevice ?? '')
    const before = legs[at - 1]
    if (before === undefined || next?.host !== before.host || !meets(journey.packet, before))
      return 'the answer takes another way'
    answer = passedOn(journey.packet)
  }
  return { back: journeys, stray: [] }
}
