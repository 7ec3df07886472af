/**
 * How far a packet has come on one of the ways that it may have gone. Where a rule cannot be
 * judged there are two worlds from then on, one in which it fits and one in which it does not;
 * worlds that have become alike are one again.
 */
import type { Hook, Place } from '../facts/rule-set.ts'
import type { Packet, State } from './packet.ts'
import type { Endpoint } from './packet-field.ts'
import type { RouteError } from './routing.ts'

/** One thing that happened on the way; for people, and for whoever holds it against counters. */
export type Step = {
  /** Null: between the hooks. */
  readonly hook: Hook | null
  /**
   * A rule that fitted; one that did not, although its counter moved; one that cannot be judged; a
   * policy; a translation; a routing decision; chains that are not walked.
   */
  readonly did: 'matched' | 'counted' | 'unclear' | 'policy' | 'translated' | 'routed' | 'aside'
  readonly place: Place | null
  /** What it did, as the end of a sentence: `drops it`, `goes on in the chain web`. */
  readonly says: string
  /** The chain in which a jump or goto goes on. */
  readonly into: string | null
  /** Whether its packet counter moves; null where that cannot be known. */
  readonly counts: boolean | null
}

/** What cannot be known and may change the result. */
export type Doubt = { readonly place: Place | null; readonly because: string }

/** The way through the host: for itself, from itself, through it, or from itself to itself. */
export type Course = 'input' | 'output' | 'forward' | 'loopback'

/** A translation of a connection, in the direction of its first packet. */
export type Turn = { readonly before: Endpoint; readonly after: Endpoint }

/** What conntrack and NAT keep of a connection (struct nf_conn). */
export type Connection = {
  readonly mark: number | null
  /** As its first packet had them; null where that packet was not walked. */
  readonly original: { readonly source: Endpoint; readonly destination: Endpoint } | null
  /** An answer has been seen; null where it is not known. */
  readonly answered: boolean | null
  /** Its first packet has passed its last hook (IPS_CONFIRMED); null where it is not known. */
  readonly confirmed: boolean | null
  readonly destination: Turn | null
  readonly source: Turn | null
  /** NAT has decided, if only to translate nothing (IPS_DST_NAT_DONE, IPS_SRC_NAT_DONE). */
  readonly destinationDone: boolean
  readonly sourceDone: boolean
}

/** The steps so far, the last first: worlds share what they have in common. */
export type Trail = { readonly step: Step; readonly before: Trail | null }

export type World = {
  /** As rules see it now; its state is conntrack's of this moment. */
  readonly packet: Packet
  readonly mark: number | null
  /**
   * What conntrack has made of it: an entry, or none as it is invalid or was kept from it; `attached`
   * has not been seen, and can no longer be kept from it (nf_ct_attach).
   */
  readonly tracking: 'unseen' | 'attached' | 'tracked' | 'untracked' | 'invalid'
  /** What conntrack says once it has seen the packet. */
  readonly state: State
  /** It goes the other way than the connection's first packet; null where that is not known. */
  readonly reply: boolean | null
  readonly connection: Connection
  /** The sets that rules on the way have changed. */
  readonly changedSets: readonly string[]
  readonly course: Course | null
  /** A translation sends it to this host, whose address for that is not known. */
  readonly toThisHost: boolean
  /** By which device it will leave, from the last routing decision on. */
  readonly leavesBy: string | null
  /** The rule, else the policy, that accepted it last; the rule that translated its destination. */
  readonly passedBy: Place | null
  readonly turnedBy: Place | null
  /** In this one no rule fits that cannot be judged. */
  readonly main: boolean
  readonly doubts: readonly Doubt[]
  readonly trail: Trail | null
}

/** Where a packet stops, in one world. */
export type End = {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'unknown'
  readonly place: Place | null
  readonly rejectWith: string | null
  /** What the routing tells a local sender. */
  readonly error: RouteError | null
  /** In one sentence; null where the place says it all. */
  readonly because: string | null
  readonly world: World
}

/** A step without what most steps have not. */
type Happening = Pick<Step, 'hook' | 'did' | 'says'> & Partial<Step>

/** The same world, one step on. */
export function after(world: World, happening: Happening): World {
  const step: Step = { place: null, into: null, counts: false, ...happening }
  const sure = step.counts !== true || world.doubts.length === 0
  return { ...world, trail: { step: sure ? step : { ...step, counts: null }, before: world.trail } }
}

/** The steps in their order. */
export function stepsOf(world: World): readonly Step[] {
  const steps: Step[] = []
  for (let trail = world.trail; trail !== null; trail = trail.before) steps.push(trail.step)
  return steps.reverse()
}

/** More reasons than anybody reads; a world that has as many is in doubt all the same. */
const MOST_DOUBTS = 16

const union = (one: readonly Doubt[], other: readonly Doubt[]): readonly Doubt[] =>
  one.length >= MOST_DOUBTS ? one : [...one, ...other.filter((doubt) => !one.includes(doubt))]

/** The same world, with one more reason why it may not be so. */
export const doubting = (world: World, place: Place | null, because: string): World => ({
  ...world,
  doubts: union(world.doubts, [{ place, because }]),
})

const sameRecord = (one: object, other: object): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other)

/** Whether all that what is still to come can depend on is the same. */
const alike = (one: World, other: World): boolean =>
  one.mark === other.mark &&
  one.tracking === other.tracking &&
  one.course === other.course &&
  one.leavesBy === other.leavesBy &&
  one.toThisHost === other.toThisHost &&
  (one.turnedBy === null) === (other.turnedBy === null) &&
  sameRecord(one.packet, other.packet) &&
  sameRecord(one.connection, other.connection) &&
  sameRecord(one.changedSets, other.changedSets)

/** Worlds of one packet that nothing can tell apart any more become one. */
export function merge(worlds: readonly World[]): readonly World[] {
  if (worlds.length < 2) return worlds
  const merged: World[] = []
  for (const world of worlds) {
    const at = merged.findIndex((one) => alike(one, world))
    const same = merged[at]
    if (same === undefined) merged.push(world)
    else {
      const kept = world.main ? world : same
      merged[at] = { ...kept, doubts: union(same.doubts, world.doubts) }
    }
  }
  return merged
}
