/**
 * One attempt of the client, followed over all places. What opens it (a SYN, a datagram) is known again by what nobody on
 * the way rewrites: TCP's first sequence number, a datagram's content. What answers it has its ends the other way round, as
 * they are at that place.
 */
import { PROTOCOL } from '../../wire/protocol.ts'
import { TCP_FLAG } from '../../wire/tcp.ts'
import type { Endpoint } from '../probes.ts'
import { isAgainst, isAlong, type Point } from './point.ts'
import type { Ends, Sighting } from './sighting.ts'

/** What one place saw of an attempt. */
export type Seen = {
  readonly point: Point
  /** Towards the server, received there and sent on. */
  readonly there: { readonly in: readonly Sighting[]; readonly out: readonly Sighting[] }
  /** Towards the client. */
  readonly back: { readonly in: readonly Sighting[]; readonly out: readonly Sighting[] }
  /** ICMP errors about it. */
  readonly errors: readonly Sighting[]
}

/** One attempt: what the client saw of it, and every other place in the order of the points. */
export type Attempt = {
  readonly opening: Sighting
  readonly client: Seen
  readonly others: readonly Seen[]
}

const isOnly = (flags: number, wanted: number): boolean =>
  (flags & (TCP_FLAG.syn | TCP_FLAG.ack | TCP_FLAG.rst)) === wanted

/** Opens a connection: a SYN alone. */
export const isSyn = ({ protocol, flags }: Sighting): boolean =>
  protocol === PROTOCOL.tcp && isOnly(flags, TCP_FLAG.syn)

export const isSynAck = ({ protocol, flags }: Sighting): boolean =>
  protocol === PROTOCOL.tcp && isOnly(flags, TCP_FLAG.syn | TCP_FLAG.ack)

export const isReset = ({ protocol, flags }: Sighting): boolean =>
  protocol === PROTOCOL.tcp && (flags & TCP_FLAG.rst) !== 0

/** Whether it opens what `opening` does: the same packet, or the same sent again. */
const opensTheSame = (one: Sighting, opening: Sighting): boolean =>
  one.protocol === opening.protocol &&
  (isSyn(opening)
    ? isSyn(one) && one.sequence === opening.sequence
    : one.digest === opening.digest && one.payloadBytes === opening.payloadBytes)

/** By which way it went, where the capture does not tell: a packet between the ends was sent by one and received by the other. */
const wayAt = ({ role }: Point, { way }: Sighting, isThere: boolean): 'in' | 'out' =>
  way ?? ((role === 'client') === isThere ? 'out' : 'in')

/** What `point` saw of the attempt that `opening` begins. */
function seenAt(point: Point, opening: Sighting): Seen {
  // Several where somebody here rewrites the addresses; as the client has them where the sequence numbers were rewritten.
  const names: Ends[] = [opening]
  for (const one of point.sightings)
    if (opensTheSame(one, opening) && !names.some((name) => isAlong(one, name))) names.push(one)
  const there = point.sightings.filter((one) => names.some((name) => isAlong(one, name)))
  const back = point.sightings.filter((one) => names.some((name) => isAgainst(one, name)))
  const split = (all: readonly Sighting[], isThere: boolean): Seen['there'] => ({
    in: all.filter((one) => wayAt(point, one, isThere) === 'in'),
    out: all.filter((one) => wayAt(point, one, isThere) === 'out'),
  })
  return {
    point,
    there: split(there, true),
    back: split(back, false),
    errors: point.sightings.filter(
      ({ quote }) =>
        quote !== null && names.some((name) => isAlong(quote, name) || isAgainst(quote, name)),
    ),
  }
}

/**
 * The server's view of an attempt where it is whole: nothing was lost, and the client comes by its own address. Of other addresses
 * only what begins and ends a connection is captured.
 */
export function wholeAtServer({ opening, client, others }: Attempt): Seen | null {
  const server = others.find(({ point }) => point.role === 'server')
  const first = server?.there.in[0]
  if (!server || first?.source !== opening.source) return null
  return server.point.lost === 0 && client.point.lost === 0 ? server : null
}

/** More attempts than this tell nothing new. */
const MOST_ATTEMPTS = 24

/** The attempts to reach an endpoint that left the client, in their order. */
export function attemptsTo(
  endpoint: Endpoint,
  protocol: 'tcp' | 'udp',
  client: Point,
  others: readonly Point[],
): Attempt[] {
  const openings: Sighting[] = []
  for (const one of client.sightings) {
    if (one.protocol !== PROTOCOL[protocol] || one.destination !== endpoint.address) continue
    if (one.destinationPort !== endpoint.port || wayAt(client, one, true) !== 'out') continue
    if (protocol === 'tcp' && !isSyn(one)) continue
    if (!openings.some((known) => opensTheSame(one, known) && isAlong(one, known)))
      openings.push(one)
  }
  return openings.slice(0, MOST_ATTEMPTS).map((opening) => ({
    opening,
    client: seenAt(client, opening),
    others: others.map((point) => seenAt(point, opening)),
  }))
}
