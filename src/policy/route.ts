/**
 * The routing decisions on a packet's way: to whom an incoming packet goes (ip_route_input,
 * ip6_route_input), and by which device one leaves (ip_route_output, ip_route_me_harder). Where
 * the routes are not known, the packet's own devices are taken, and the step says so.
 */
import type { Route } from '../facts/route.ts'
import { kindOf } from '../wire/address.ts'
import { deviceAddress } from './device-address.ts'
import { type Passage, routed } from './hook.ts'
import {
  allowsLoopback,
  checkSource,
  type Flow,
  forwards,
  lookUpRoute,
  ownAddresses,
  type RouteAnswer,
  type RouteError,
  type Routing,
} from './routing.ts'
import { doubting, type End, type World } from './world.ts'

const flowOf = ({ packet, mark }: World, inputDevice: string | null): Flow => ({
  family: packet.family,
  source: packet.source,
  destination: packet.destination,
  inputDevice,
  mark,
})

const passing = (world: World): Passage => ({ through: [world], ends: [] })

function ending(
  world: World,
  verdict: End['verdict'],
  because: string,
  error: RouteError | null = null,
): Passage {
  const here = verdict === 'unknown' ? doubting(world, null, because) : world
  const stopped = routed(here, because)
  return {
    through: [],
    ends: [{ verdict, place: null, rejectWith: null, error, because, world: stopped }],
  }
}

const isLoopback = (text: string): boolean => kindOf(text) === 'loopback'

/** What an incoming packet's device and destination say where the routes are not known. */
function assumeIn(world: World, own: readonly string[] | null): Passage {
  const { outputDevice } = world.packet
  const named = world.leavesBy !== null && world.leavesBy !== ''
  if (own === null ? named : true) {
    const device = world.leavesBy === '' ? null : world.leavesBy
    const by = device === null ? '' : ` by ${device}`
    const says = `it is taken to be forwarded${by}: the routes are not known`
    const forwarded: World = {
      ...world,
      course: 'forward',
      leavesBy: device,
      packet: { ...world.packet, outputDevice: device ?? outputDevice },
    }
    return passing(routed(forwarded, says))
  }
  const says = 'it is taken to be for this host: the routes are not known'
  return passing(routed({ ...world, course: 'input' }, says))
}

const local = (world: World): Passage =>
  passing(routed({ ...world, course: 'input' }, 'it is for this host'))

/** RFC 4291 §2.5.3: ::1 is nobody's on a wire; such packets meet no hook (ip6_rcv_core). */
export function isTurnedAway({ packet }: World): boolean {
  const { family, source, destination, inputDevice } = packet
  return family === 6 && inputDevice !== 'lo' && (isLoopback(source) || isLoopback(destination))
}

/** A packet that comes to no hook. */
export const turnedAway = (world: World): Passage =>
  ending(world, 'drop', 'addresses of the loopback may not come from outside')

/** It has left for a host that turns it away. */
export const isNobodys = ({ packet }: World): boolean =>
  packet.family === 6 && isLoopback(packet.destination)

/** A packet that leaves and comes to nobody. */
export const takenByNobody = (world: World): Passage =>
  ending(world, 'drop', `who gets a packet to ${world.packet.destination} from outside drops it`)

/** To whom an incoming packet goes, after prerouting. */
export function routeIn(routing: Routing | null, world: World): Passage {
  const { family, destination, inputDevice } = world.packet
  if (world.toThisHost) return local(world)
  const own = ownAddresses(routing)
  if (routing === null || routing[family].routes === null) {
    return own?.includes(destination) ? local(world) : assumeIn(world, own)
  }
  const flow = flowOf(world, inputDevice)
  const answer = lookUpRoute(routing, flow)
  if (answer.kind === 'unknown') return ending(world, 'unknown', answer.because)
  const source = checkSource(routing, flow)
  if (source.passes === false) return ending(world, 'drop', source.why)
  if (source.passes === null) return ending(world, 'unknown', source.because)
  if (answer.kind === 'local') return local(world)
  if (answer.kind === 'other') {
    return answer.type === 'multicast'
      ? ending(world, 'unknown', 'packets to many receivers are not walked')
      : local(world)
  }
  return forward(routing, world, answer)
}

function forward(
  routing: Routing,
  world: World,
  answer: Extract<RouteAnswer, { readonly kind: 'unicast' | 'refused' }>,
): Passage {
  const { family, destination } = world.packet
  const forwarding = forwards(routing, family)
  // IPv6 says that there is no route, whether it forwards or not (ip6_pkt_drop).
  if (answer.kind === 'refused' && family === 6) return refuse(world, answer)
  if (forwarding === false) {
    const because = `${destination} is not this host's, and it does not forward`
    return ending(world, 'drop', because)
  }
  if (answer.kind === 'refused') return refuse(world, answer)
  const { device } = answer
  const assumed = forwarding === null ? '; whether it forwards at all is not known' : ''
  const says = `it goes on by ${device ?? 'one of several devices'}${assumed}`
  return passing(
    routed(
      {
        ...world,
        course: 'forward',
        leavesBy: device,
        packet: { ...world.packet, outputDevice: device },
      },
      says,
    ),
  )
}

/** The ICMP error that a router sends for a route that rejects (ip_error, ip6_pkt_drop). */
const ROUTER_SAYS: Readonly<
  Record<string, { readonly 4: string | null; readonly 6: string | null }>
> = {
  ENETUNREACH: { 4: 'net-unreachable', 6: 'no-route' },
  EHOSTUNREACH: { 4: 'host-unreachable', 6: 'no-route' },
  EACCES: { 4: 'admin-prohibited', 6: 'admin-prohibited' },
  EINVAL: { 4: null, 6: null },
}

function refuse(world: World, answer: Extract<RouteAnswer, { readonly kind: 'refused' }>): Passage {
  const says = ROUTER_SAYS[answer.error]?.[world.packet.family] ?? null
  if (says === null) return ending(world, 'drop', answer.why)
  const stopped = routed(world, answer.why)
  return {
    through: [],
    ends: [
      {
        verdict: 'reject',
        place: null,
        rejectWith: says,
        error: null,
        because: answer.why,
        world: stopped,
      },
    ],
  }
}

/** By which device a packet of this host leaves, of all or only `by`; to itself it goes over lo. */
export function routeOut(routing: Routing | null, world: World, by = 'lo'): Passage {
  const { family, destination } = world.packet
  if (routing === null || routing[family].routes === null) {
    const own = isLoopback(destination) || ownAddresses(routing)?.includes(destination)
    if (own || world.leavesBy === 'lo')
      return over(world, 'lo', 'loopback', 'it stays on this host')
    const device = world.leavesBy === '' ? null : world.leavesBy
    const by = device === null ? '' : ` by ${device}`
    return over(world, device, 'output', `it is taken to leave${by}: the routes are not known`)
  }
  const answer = lookUpRoute(routing, flowOf(world, by))
  switch (answer.kind) {
    case 'unknown':
      return ending(world, 'unknown', answer.because)
    case 'refused':
      return ending(world, 'drop', answer.why, answer.error)
    case 'local':
      return over(
        withSource(routing, world, 'lo', answer.route),
        'lo',
        'loopback',
        'it stays on this host',
      )
    case 'other':
      return ending(world, 'unknown', 'packets to many receivers are not walked')
    case 'unicast': {
      const { device, route } = answer
      const leaving = withSource(routing, world, device, route)
      if (isMartian(routing, leaving, device))
        return ending(world, 'drop', LOOPBACK_SOURCE, 'EINVAL')
      return over(leaving, device, 'output', `it leaves by ${device ?? 'one of several devices'}`)
    }
  }
}

const LOOPBACK_SOURCE = 'a packet from 127.0.0.0/8 leaves by no device but lo'

/** A loopback source may not leave (__mkroute_output), which NAT at output can ask for. */
const isMartian = (routing: Routing, { packet }: World, device: string | null): boolean =>
  packet.family === 4 &&
  device !== 'lo' &&
  isLoopback(packet.source) &&
  !allowsLoopback(routing, device)

function over(world: World, device: string | null, course: World['course'], says: string): Passage {
  const again = world.course !== null
  const same = again && world.leavesBy === device && world.course === course
  const next: World = { ...world, course, leavesBy: device }
  return passing(same ? next : routed(next, again ? `now ${says}` : says))
}

/** A packet whose sender chose no source gets the route's. */
function withSource(
  routing: Routing,
  world: World,
  device: string | null,
  route: Route | null,
): World {
  const { packet } = world
  if (packet.source !== '' || world.course !== null) return world
  const { family, destination } = packet
  const hop = family === 4 ? (route?.gateway ?? destination) : destination
  const found =
    route?.source ??
    (device === 'lo'
      ? destination
      : device === null
        ? null
        : deviceAddress(routing, device, family, hop))
  return { ...world, packet: { ...packet, source: found ?? '' } }
}
