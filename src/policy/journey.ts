/**
 * What becomes of a packet on its way through a host, and by which rule. Where a rule cannot be
 * judged both ways are followed; the answer is given where all of them come to the same end.
 */
import { describePlace, type Place, type RuleFamily, type RuleSet } from '../facts/rule-set.ts'
import { unreadRules } from '../facts/unread-rule.ts'
import { MOST_RULES } from './chain.ts'
import { type Book, bookOf, isTied, type Tie } from './chain-order.ts'
import { acknowledges, type Packet } from './packet.ts'
import { ownAddresses, type RouteError, type Routing } from './routing.ts'
import { type Start, travel } from './trip.ts'
import {
  after,
  type Connection,
  type Course,
  type Doubt,
  doubting,
  type End,
  type Step,
  stepsOf,
  type World,
} from './world.ts'

export type { Start } from './trip.ts'
export type { Connection, Course, Doubt, Step } from './world.ts'

/** What the walk knows of a host. */
export type Machine = {
  readonly ruleSets: readonly RuleSet[]
  /** Null: devices are taken from the packet, and the steps say so. */
  readonly routing: Routing | null
}

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
  /** The rule that sends it elsewhere than it was addressed to, whatever becomes of it there. */
  readonly turnedBy: Place | null
  /** `tcp-reset`, `port-unreachable`, …; `senderSees` says what the sender sees. */
  readonly rejectWith: string | null
  /** What a local sender is told at once, where the routing has no way for the packet. */
  readonly error: RouteError | null
  /** In one sentence. */
  readonly because: string
  /** As it is delivered or leaves, after translations; else as it was where it ended. */
  readonly packet: Packet
  readonly steps: readonly Step[]
  /** What would change the verdict, were it known; empty where nothing would. */
  readonly unknowns: readonly Doubt[]
}

/** A journey, and the ways that led to its end. */
export type Travelled = { readonly journey: Journey; readonly ends: readonly End[] }

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
      return isTurned(world) ? 'redirected' : 'accepted'
  }
}

/** Translated, or handed to a proxy's socket; the answer on its way back is neither. */
const isTurned = ({ turnedBy, reply, connection, course }: World): boolean =>
  turnedBy !== null && !reply && (connection.destination !== null || course === 'input')

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

/** The packet of ends that agree, the main one among them: what they do not agree in is not known. */
export function commonPacket(main: End, ends: readonly End[]): Packet {
  const { packet, state, tracking } = main.world
  const agree = (key: keyof Packet): boolean =>
    ends.every(({ world }) => world.packet[key] === packet[key])
  return {
    ...packet,
    state: tracking === 'untracked' ? 'untracked' : state,
    source: agree('source') ? packet.source : '',
    sourcePort: agree('sourcePort') ? packet.sourcePort : null,
    outputDevice: agree('outputDevice') ? packet.outputDevice : null,
  }
}

/** A rule that was met on several ways is doubted once. */
const distinct = (doubts: readonly Doubt[]): readonly Doubt[] => [
  ...new Map(doubts.map((doubt) => [JSON.stringify(doubt), doubt])).values(),
]

function judge(ends: readonly End[]): Journey {
  const main = ends.find(({ world }) => world.main) ?? ends[0]
  if (main === undefined) throw new Error('a packet has at least one end')
  const agreed = ends.every((end) => essence(end) === essence(main))
  const verdict = agreed ? fateOf(main) : 'unknown'
  const unknowns = verdict === 'unknown' ? distinct(ends.flatMap(({ world }) => world.doubts)) : []
  return {
    verdict,
    possible: [...new Set([main, ...ends].map(fateOf))],
    course: main.world.course,
    place: main.place,
    turnedBy: main.world.reply ? null : main.world.turnedBy,
    rejectWith: main.rejectWith,
    error: main.error,
    because: explain(main, verdict, unknowns),
    packet: agreed ? commonPacket(main, ends) : commonPacket(main, [main]),
    steps: stepsOf(main.world),
    unknowns,
  }
}

const setsConnectionMark = (book: Book): boolean =>
  book.chains.some((chain) =>
    unreadRules(chain).some(
      (rule) =>
        rule.mayMention(/mark/i) &&
        rule
          .read()
          .changes.some((change) => change.kind === 'mark' && change.target === 'connection'),
    ),
  )

/** What is known of the connection before this packet of it. */
function newConnection(book: Book, packet: Packet): Connection {
  const first = packet.state === 'new'
  const { source, destination, sourcePort, destinationPort } = packet
  return {
    mark: first || !setsConnectionMark(book) ? 0 : null,
    original: first
      ? {
          source: { address: source, port: sourcePort },
          destination: { address: destination, port: destinationPort },
        }
      : null,
    answered: first ? false : packet.state === 'established' ? true : null,
    confirmed: first ? false : packet.state === 'established' ? true : null,
    destination: null,
    source: null,
    destinationDone: false,
    sourceDone: false,
  }
}

/** The packet before its first hook; `known` is what earlier packets have left of the connection. */
function worldOf(book: Book, packet: Packet, start: Start, known: Partial<World>): World {
  const inputDevice = start.kind === 'local' ? '' : (start.device ?? packet.inputDevice)
  return {
    // Before conntrack has seen a packet, `ct state` says invalid (nft_ct_get_eval).
    packet: { ...packet, inputDevice, state: 'invalid', ack: acknowledges(packet) },
    mark: packet.mark ?? 0,
    tracking: 'unseen',
    state: packet.state,
    reply: packet.state === 'new' ? false : null,
    connection: known.connection ?? newConnection(book, packet),
    changedSets: [],
    course: null,
    toThisHost: false,
    leavesBy: packet.outputDevice,
    passedBy: null,
    turnedBy: null,
    main: true,
    doubts: [],
    trail: null,
    ...known,
  }
}

/** What the frames of tables that are not walked are. */
const UNWALKED: Readonly<Partial<Record<RuleFamily, string>>> = {
  bridge: 'judges the frames that a bridge of this host passes on',
  arp: 'judges the questions for neighbours',
}

/** Tells of the tables that could stop it and are not walked. */
function tellUnwalked(book: Book, world: World): World {
  const tables = new Map<string, string>()
  for (const { hook, family, table } of book.chains) {
    const judges = UNWALKED[family]
    if (hook !== null && judges !== undefined) tables.set(`${family} ${table}`, judges)
  }
  return [...tables].reduce(
    (told, [table, judges]) =>
      after(told, { hook: null, did: 'aside', says: `the table ${table} ${judges}` }),
    world,
  )
}

/** A journey with all its ends; `known` is what earlier packets have left of the connection. */
export function setOut(
  { ruleSets, routing }: Machine,
  packet: Packet,
  start: Start,
  known: Partial<World> = {},
): Travelled {
  const book = bookOf(ruleSets)
  const localAddresses = ownAddresses(routing)
  const walk = (tie: Tie, world: World): readonly End[] =>
    travel({ book, routing, localAddresses, tie, budget: { rules: MOST_RULES } }, world, start)
  const before = worldOf(book, packet, start, known)
  const world = known.connection === undefined ? tellUnwalked(book, before) : before
  const ends = walk('listed', world)
  if (!isTied(book, packet.family)) return { journey: judge(ends), ends }
  const other = walk('unlisted', doubting(world, null, UNORDERED))
  const all = [...ends, ...other]
  const journey = judge(all)
  const steps = inEither(
    journey.steps,
    judge(other).steps,
    'in the other order of equal priorities',
  )
  return { journey: { ...journey, steps }, ends: all }
}

/** Journeys of one packet, of which only the first is without doubt, as one. */
export function together(first: Travelled, others: readonly Travelled[]): Travelled {
  if (others.length === 0) return first
  const ends = [first, ...others].flatMap((one) => one.ends)
  const steps = others.reduce(
    (sure, { journey }) => inEither(sure, journey.steps, 'by another way'),
    first.journey.steps,
  )
  return { journey: { ...judge(ends), steps }, ends }
}

const placeOf = ({ hook, place }: Step): string => JSON.stringify([hook, place])

/** The steps of the one way; what only one of both ways meets is not sure to be met. */
function inEither(
  steps: readonly Step[],
  others: readonly Step[],
  otherwise: string,
): readonly Step[] {
  const [reached, told] = [others, steps].map((all) => new Set(all.map(placeOf)))
  const sure = steps.map((step) =>
    step.counts === true && !reached?.has(placeOf(step)) ? { ...step, counts: null } : step,
  )
  const further = others
    .filter((step) => step.place !== null && !told?.has(placeOf(step)))
    .map((step): Step => {
      const says = `${otherwise}, ${step.says}`
      const counts = step.counts === false ? false : null
      return { ...step, did: 'unclear', says, into: null, counts }
    })
  // The last hook stays the one at which it ends.
  const end = Math.max(
    0,
    sure.findLastIndex(({ hook }) => hook !== null),
  )
  return [...sure.slice(0, end), ...further, ...sure.slice(end)]
}

const UNORDERED =
  'of tables with equal priority, which was made first is not known: it decides which is asked first'

/** What becomes of the packet on this host, and by which rule. */
export const walkJourney = (machine: Machine, packet: Packet, start: Start): Journey =>
  setOut(machine, packet, start).journey
