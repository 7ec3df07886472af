/**
 * What the rules of one hook do with a packet, for who knows the hook and not the whole way.
 */
import { describePlace, type Hook, type Place, type RuleSet } from '../facts/rule-set.ts'
import { MOST_RULES } from './chain.ts'
import { bookOf } from './chain-order.ts'
import { atHook, passHook } from './hook.ts'
import { acknowledges, type Packet } from './packet.ts'
import type { End, World } from './world.ts'

export { chainsOf } from './chain-order.ts'

/** What becomes of a packet at one hook. */
export type Decision = {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'redirect' | 'unknown'
  /** What decided; for an unknown verdict, what decides if none of the uncertain rules does. */
  readonly place: Place | null
  /** `tcp-reset`, `port-unreachable`, … */
  readonly rejectWith: string | null
  /** Where it is redirected to: `:8080`, `10.0.0.1:8080`. */
  readonly to: string | null
  readonly because: string
  /** Rules that cannot be judged and could change it. */
  readonly uncertain: readonly Place[]
}

const verdictOf = ({ verdict, world }: End): Decision['verdict'] =>
  verdict === 'accept' && world.turnedBy !== null ? 'redirect' : verdict

/** Where a redirected packet goes, in the words of the tools. */
function target({ world }: End): string | null {
  const turn = world.connection.destination
  if (turn === null) return null
  const { address, port } = turn.after
  const portWords = port === null || port === turn.before.port ? '' : `:${port}`
  if (address === turn.before.address) return portWords === '' ? null : portWords
  return portWords !== '' && address.includes(':')
    ? `[${address}]${portWords}`
    : `${address}${portWords}`
}

const DOES: Readonly<Record<Decision['verdict'], string>> = {
  accept: 'lets it pass',
  drop: 'drops it',
  reject: 'rejects it',
  redirect: 'sends it elsewhere',
  unknown: 'leaves it to another program',
}

function decide(ends: readonly End[]): Decision {
  const main = ends.find(({ world }) => world.main) ?? ends[0]
  if (main === undefined) throw new Error('a packet has at least one end')
  const verdict = verdictOf(main)
  const { place, rejectWith } = main
  const to = verdict === 'redirect' ? target(main) : null
  const doubts = [...new Set(ends.flatMap(({ world }) => world.doubts))]
  const uncertain = [...new Set(doubts.flatMap((doubt) => doubt.place ?? []))]
  const blocks = ends.every((end) => end.verdict === 'drop' || end.verdict === 'reject')
  const agreed = ends.every((end) => verdictOf(end) === verdict) && verdict !== 'unknown'
  if (!blocks && !agreed) {
    const because = doubts[0]?.because ?? main.because ?? 'the ways differ'
    return { verdict: 'unknown', place, rejectWith, to, because, uncertain }
  }
  const where = to === null ? '' : `, to ${to}`
  const because =
    place === null
      ? 'no chain of this hook stops it'
      : `${describePlace(place)} ${DOES[verdict]}${where}`
  return { verdict, place, rejectWith, to, because, uncertain: blocks ? uncertain : [] }
}

const setsMark = (ruleSets: readonly RuleSet[]): boolean =>
  bookOf(ruleSets).chains.some(({ rules }) => rules.some(({ changes }) => changes.length > 0))

/**
 * What the rules of one hook do with the packet. `localAddresses` are this host's, where known: some
 * rules ask whether an address is one of them.
 */
export function walkHook(
  ruleSets: readonly RuleSet[],
  hook: Hook,
  packet: Packet,
  localAddresses: readonly string[] | null = null,
): Decision {
  const mark = setsMark(ruleSets) ? null : 0
  const world: World = {
    packet: { ...packet, ack: acknowledges(packet) },
    mark,
    tracking: packet.state === 'untracked' ? 'untracked' : 'tracked',
    state: packet.state,
    reply: null,
    changedSets: [],
    connection: {
      mark,
      original: null,
      answered: null,
      confirmed: null,
      destination: null,
      source: null,
      destinationDone: false,
      sourceDone: false,
    },
    course: null,
    toThisHost: false,
    leavesBy: packet.outputDevice,
    passedBy: null,
    turnedBy: null,
    main: true,
    doubts: [],
    trail: null,
  }
  const walk = {
    book: bookOf(ruleSets),
    hook,
    localAddresses,
    routing: null,
    tie: 'listed',
    budget: { rules: MOST_RULES },
  } as const
  const { through, ends } = passHook(walk, [atHook(world, hook)], null)
  const passed = through.map(
    (one): End => ({
      verdict: 'accept',
      place: one.turnedBy ?? one.passedBy,
      rejectWith: null,
      error: null,
      because: null,
      world: one,
    }),
  )
  return decide([...ends, ...passed])
}
