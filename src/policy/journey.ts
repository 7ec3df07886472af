/**
 * The way of a packet through a host, hook by hook, with the routing between them
 * (net/ipv4/ip_input.c, ip_forward.c, ip_output.c and their IPv6 twins). Where a rule cannot be
 * judged both ways are followed; the answer is given where all of them come to the same end.
 */
import { describePlace, type Hook, type Place, type RuleSet } from '../facts/rule-set.ts'
import { MOST_RULES } from './chain.ts'
import { type Book, bookOf } from './chain-order.ts'
import { atHook, type Passage, passEach, passHook, type Reroute } from './hook.ts'
import { acknowledges, type Packet } from './packet.ts'
import { routeIn, routeOut } from './route.ts'
import { ownAddresses, type Routing } from './routing.ts'
import {
  type Connection,
  type Course,
  type Doubt,
  type End,
  merge,
  type Step,
  stepsOf,
  type World,
} from './world.ts'

export type { Connection, Course, Doubt, Step } from './world.ts'

/** What the walk knows of a host. */
export type Machine = {
  readonly ruleSets: readonly RuleSet[]
  /** Null: devices are taken from the packet, and the steps say so. */
  readonly routing: Routing | null
}

/** How the packet comes to the host: made by a process here, or in by a device. */
export type Start =
  | { readonly kind: 'local' }
  | { readonly kind: 'arrives'; readonly device: string | null }

/** What becomes of a packet; `redirected` is accepted, but elsewhere than it was addressed to. */
export type Fate = 'accepted' | 'dropped' | 'rejected' | 'redirected' | 'unknown'

export type Journey = {
  readonly verdict: Fate
  /** All that it may come to: one fate unless the verdict is unknown. */
  readonly possible: readonly Fate[]
  /** Null where it ended before the routing decision. */
  readonly course: Course | null
  /**
   * The rule or policy that decided; for an unknown verdict the one that decides if no uncertain
   * rule fits. Null: no rule stops it, or the routing did.
   */
  readonly place: Place | null
  /** `tcp-reset`, `port-unreachable`, …; policy/sender.ts says what the sender sees. */
  readonly rejectWith: string | null
  /** In one sentence. */
  readonly because: string
  /** As it is delivered or leaves, after translations; else as it was where it ended. */
  readonly packet: Packet
  readonly steps: readonly Step[]
  /** What would change the verdict, were it known; empty where nothing would. */
  readonly unknowns: readonly Doubt[]
}

/** What a journey needs at every hook. */
export type Trip = {
  readonly book: Book
  readonly routing: Routing | null
  readonly localAddresses: readonly string[] | null
  readonly budget: { rules: number }
}

/** A journey, and the ways that led to its end. */
type Travelled = { readonly journey: Journey; readonly ends: readonly End[] }

const pass = (
  trip: Trip,
  hook: Hook,
  worlds: readonly World[],
  reroute: Reroute | null = null,
): Passage => {
  if (worlds.length === 0) return { through: [], ends: [] }
  const arrived = merge(worlds.map((world) => atHook(world, hook)))
  return passHook({ ...trip, hook }, arrived, trip.routing, reroute)
}

/** One after the other; what has ended stays ended. */
function chained(first: Passage, next: (worlds: readonly World[]) => Passage): Passage {
  const { through, ends } = next(first.through)
  return { through, ends: [...first.ends, ...ends] }
}

const withCourse = (worlds: readonly World[], course: Course): readonly World[] =>
  worlds.filter((world) => world.course === course)

/** From a device: to a socket here, or on to another device. */
function enter(trip: Trip, world: World): Passage {
  const decided = chained(pass(trip, 'prerouting', [world]), (worlds) =>
    passEach(worlds, (one) => routeIn(trip.routing, one)),
  )
  return chained(decided, (worlds) => {
    const delivered = pass(trip, 'input', withCourse(worlds, 'input'))
    const forwarded = chained(pass(trip, 'forward', withCourse(worlds, 'forward')), (passed) =>
      pass(trip, 'postrouting', passed),
    )
    return {
      through: [...delivered.through, ...forwarded.through],
      ends: [...delivered.ends, ...forwarded.ends],
    }
  })
}

/** By the device that the last routing decision chose. */
const departing = (world: World): World => ({
  ...world,
  packet: { ...world.packet, outputDevice: world.leavesBy },
})

/** Over lo a packet keeps its mark and its connection, and needs no new route. */
const returning = (world: World): World => ({
  ...world,
  packet: { ...world.packet, inputDevice: 'lo', outputDevice: '' },
})

/** From a process: out by a device, or over lo to a socket here. */
function leave(trip: Trip, world: World): Passage {
  const reroute: Reroute = (one) => routeOut(trip.routing, one)
  const started = chained(routeOut(trip.routing, world), (worlds) =>
    pass(trip, 'output', worlds.map(departing), reroute),
  )
  const sent = chained(started, (worlds) => pass(trip, 'postrouting', worlds.map(departing)))
  return chained(sent, (worlds) => {
    const looped = withCourse(worlds, 'loopback').map(returning)
    const delivered = chained(pass(trip, 'prerouting', looped), (passed) =>
      pass(trip, 'input', passed),
    )
    return {
      through: [...withCourse(worlds, 'output'), ...delivered.through],
      ends: delivered.ends,
    }
  })
}

const delivered = (world: World): End => ({
  verdict: 'accept',
  place: world.turnedBy ?? world.passedBy,
  rejectWith: null,
  because: null,
  world,
})

/** The fate of one way. */
function fateOf({ verdict, world }: End): Fate {
  switch (verdict) {
    case 'drop':
      return 'dropped'
    case 'reject':
      return 'rejected'
    case 'unknown':
      return 'unknown'
    case 'accept':
      return world.turnedBy !== null && !world.reply ? 'redirected' : 'accepted'
  }
}

/** What two ends have to agree in, to be one answer. */
function essence(end: End): string {
  const { destination, destinationPort } = end.world.packet
  const fate = fateOf(end)
  return JSON.stringify([
    fate,
    end.rejectWith,
    fate === 'redirected' ? [destination, destinationPort] : null,
  ])
}

const DOES: Readonly<Record<Fate, string>> = {
  accepted: 'accepts it',
  dropped: 'drops it',
  rejected: 'rejects it',
  redirected: 'sends it elsewhere',
  unknown: 'leaves it open',
}

function explain(end: End, verdict: Fate, unknowns: readonly Doubt[]): string {
  if (verdict === 'unknown') return unknowns[0]?.because ?? end.because ?? 'the ways differ'
  if (end.because !== null) return end.because
  return end.place === null ? 'no rule stops it' : `${describePlace(end.place)} ${DOES[verdict]}`
}

function judge(ends: readonly End[]): Journey {
  const main = ends.find(({ world }) => world.main) ?? ends[0]
  if (main === undefined) throw new Error('a packet has at least one end')
  const agreed = ends.every((end) => essence(end) === essence(main))
  const verdict = agreed ? fateOf(main) : 'unknown'
  const unknowns =
    verdict === 'unknown' ? [...new Set(ends.flatMap(({ world }) => world.doubts))] : []
  const { packet, state, tracking } = main.world
  return {
    verdict,
    possible: [...new Set([main, ...ends].map(fateOf))],
    course: main.world.course,
    place: main.place,
    rejectWith: main.rejectWith,
    because: explain(main, verdict, unknowns),
    packet: { ...packet, state: tracking === 'untracked' ? 'untracked' : state },
    steps: stepsOf(main.world),
    unknowns,
  }
}

const setsConnectionMark = (book: Book): boolean =>
  book.chains.some(({ rules }) =>
    rules.some(({ changes }) =>
      changes.some((change) => change.kind === 'mark' && change.target === 'connection'),
    ),
  )

/** What is known of the connection before its first packet. */
const freshConnection = (book: Book, packet: Packet): Connection => ({
  mark: packet.state === 'new' || !setsConnectionMark(book) ? 0 : null,
  destination: null,
  source: null,
  destinationDone: false,
  sourceDone: false,
})

function travel(
  machine: Machine,
  packet: Packet,
  start: Start,
  known: { readonly connection: Connection; readonly reply: boolean } | null,
): Travelled {
  const book = bookOf(machine.ruleSets)
  const { routing } = machine
  const trip: Trip = {
    book,
    routing,
    localAddresses: ownAddresses(routing),
    budget: { rules: MOST_RULES },
  }
  const inputDevice = start.kind === 'local' ? '' : (start.device ?? packet.inputDevice)
  const world: World = {
    // Before conntrack has seen a packet, `ct state` says invalid (nft_ct_get_eval).
    packet: { ...packet, inputDevice, state: 'invalid', ack: acknowledges(packet) },
    mark: 0,
    tracking: 'unseen',
    state: packet.state,
    reply: known?.reply ?? false,
    connection: known?.connection ?? freshConnection(book, packet),
    course: null,
    toThisHost: false,
    leavesBy: packet.outputDevice,
    passedBy: null,
    turnedBy: null,
    main: true,
    doubts: [],
    trail: null,
  }
  const { through, ends } = start.kind === 'local' ? leave(trip, world) : enter(trip, world)
  const all = [...ends, ...through.map(delivered)]
  return { journey: judge(all), ends: all }
}

/** What becomes of the packet on this host, and by which rule. */
export const walkJourney = (machine: Machine, packet: Packet, start: Start): Journey =>
  travel(machine, packet, start, null).journey

/** The packets of a connection as one host sees them. */
export type ConnectionJourney = {
  /** The first packet. */
  readonly there: Journey
  /** The answer to it, the other way; null where none comes, or it is not known to. */
  readonly back: Journey | null
  /** What follows in the first packet's direction; null where no answer comes back. */
  readonly onward: Journey | null
}

const ANSWERS: Readonly<Record<string, string>> = {
  'echo-request': 'echo-reply',
  'timestamp-request': 'timestamp-reply',
}

/**
 * What conntrack says of a later packet: one whose connection it was kept from seeing is new to it,
 * and TCP's answers cannot begin one (nf_conntrack_proto_tcp.c tcp_new, icmp_pkt_valid_new).
 */
function laterState(
  seen: Packet['state'],
  protocol: Packet['protocol'],
  syn: boolean,
): Packet['state'] {
  if (seen !== 'untracked') return seen === 'invalid' ? 'invalid' : 'established'
  return protocol === 'udp' || (protocol === 'tcp' && !syn) ? 'new' : 'invalid'
}

/** The answer to a packet as it was delivered. */
function answerTo(packet: Packet): Packet {
  const syn = packet.protocol === 'tcp'
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
    inputDevice: packet.outputDevice,
    outputDevice: packet.inputDevice,
    state: laterState(packet.state, packet.protocol, syn),
    syn,
    ack: true,
    icmpType: ANSWERS[packet.icmpType ?? ''] ?? packet.icmpType,
  }
}

/** Where the answer comes to the host: from a process of its own, or by the device it left by. */
function startBack({ course, packet }: Journey): Start {
  const isLocal = course === 'input' || course === 'loopback'
  return isLocal ? { kind: 'local' } : { kind: 'arrives', device: packet.outputDevice }
}

/**
 * Both directions of a connection through the same host: translations of the first packet are
 * undone in the answer, and what follows is of a connection that exists.
 */
export function walkConnection(machine: Machine, packet: Packet, start: Start): ConnectionJourney {
  const first = travel(machine, packet, start, null)
  const end = first.ends.find(({ world, verdict }) => world.main && verdict === 'accept')
  if (end === undefined) return { there: first.journey, back: null, onward: null }
  const { connection } = end.world
  const answer = answerTo(first.journey.packet)
  const back = travel(machine, answer, startBack(first.journey), { connection, reply: true })
  const answered = back.ends.find(({ world, verdict }) => world.main && verdict === 'accept')
  if (answered === undefined) return { there: first.journey, back: back.journey, onward: null }
  const later: Packet = {
    ...packet,
    syn: false,
    ack: true,
    state: laterState(first.journey.packet.state, packet.protocol, false),
  }
  const onward = travel(machine, later, start, {
    connection: answered.world.connection,
    reply: false,
  })
  return { there: first.journey, back: back.journey, onward: onward.journey }
}
