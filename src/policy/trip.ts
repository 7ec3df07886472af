/**
 * The hooks in the order in which a packet meets them, with the routing between them
 * (net/ipv4/ip_input.c, ip_forward.c, ip_output.c and their IPv6 twins).
 */
import type { Hook } from '../facts/rule-set.ts'
import type { Walk } from './chain.ts'
import { atHook, type Passage, passEach, passHook, type Reroute } from './hook.ts'
import { isNobodys, isTurnedAway, routeIn, routeOut, takenByNobody, turnedAway } from './route.ts'
import { type Course, type End, merge, type World } from './world.ts'

/** What a journey needs at every hook. */
export type Trip = Omit<Walk, 'hook'>

/** How the packet comes to the host: made by a process here, or in by a device. */
export type Start =
  /** `by`: the only device by which it may leave; where it is not said, the routes decide. */
  | { readonly kind: 'local'; readonly by?: string }
  | { readonly kind: 'arrives'; readonly device: string | null }

const pass = (
  trip: Trip,
  hook: Hook,
  worlds: readonly World[],
  reroute: Reroute | null = null,
): Passage => {
  if (worlds.length === 0) return { through: [], ends: [] }
  const arrived = merge(worlds.map((world) => atHook(world, hook)))
  return passHook({ ...trip, hook }, arrived, reroute)
}

/** One after the other; what has ended stays ended. */
function chained(first: Passage, next: (worlds: readonly World[]) => Passage): Passage {
  const { through, ends } = next(first.through)
  return { through, ends: [...first.ends, ...ends] }
}

const withCourse = (worlds: readonly World[], course: Course): readonly World[] =>
  worlds.filter((world) => world.course === course)

const depart = (trip: Trip, worlds: readonly World[]): Passage =>
  chained(pass(trip, 'postrouting', worlds), (passed) => pass(trip, 'egress', passed))

/** From a device: to a socket here, or on to another device. */
function enter(trip: Trip, world: World): Passage {
  const entered = chained(pass(trip, 'ingress', [world]), (worlds) =>
    isTurnedAway(world) ? turnedAway(world) : pass(trip, 'prerouting', worlds),
  )
  const decided = chained(entered, (worlds) =>
    passEach(worlds, (one) => routeIn(trip.routing, one)),
  )
  return chained(decided, (worlds) => {
    const delivered = pass(trip, 'input', withCourse(worlds, 'input'))
    const forwarded = chained(pass(trip, 'forward', withCourse(worlds, 'forward')), (passed) =>
      depart(trip, passed),
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
  connection: { ...world.connection, confirmed: world.reply ? world.connection.confirmed : true },
  packet: { ...world.packet, inputDevice: 'lo', outputDevice: '' },
})

/** From a process: out by a device, or over lo to a socket here. */
function leave(trip: Trip, world: World, by: string | undefined): Passage {
  const reroute: Reroute = (one) => routeOut(trip.routing, one)
  const started = chained(routeOut(trip.routing, world, by), (worlds) =>
    pass(trip, 'output', worlds.map(departing), reroute),
  )
  const sent = chained(started, (worlds) => depart(trip, worlds.map(departing)))
  return chained(sent, (worlds) => {
    const looped = withCourse(worlds, 'loopback').map(returning)
    const returned = chained(pass(trip, 'ingress', looped), (passed) =>
      pass(trip, 'prerouting', passed),
    )
    const delivered = chained(returned, (passed) => pass(trip, 'input', passed))
    const left = passEach(withCourse(worlds, 'output'), (one) =>
      isNobodys(one) ? takenByNobody(one) : { through: [one], ends: [] },
    )
    return {
      through: [...left.through, ...delivered.through],
      ends: [...left.ends, ...delivered.ends],
    }
  })
}

const delivered = (world: World): End => ({
  verdict: 'accept',
  place: world.turnedBy ?? world.passedBy,
  rejectWith: null,
  error: null,
  because: null,
  world,
})

/** All ends that the packet may come to; at least one. */
export function travel(trip: Trip, world: World, start: Start): readonly End[] {
  const { through, ends } =
    start.kind === 'local' ? leave(trip, world, start.by) : enter(trip, world)
  return [...ends, ...through.map(delivered)]
}
