/**
 * Where an attempt was lost: the last place that saw it, on the way there or back. A place tells that something did not come
 * only where it would have seen it and lost no packet.
 */
import { type Attempt, isReset, isSynAck, type Seen } from './follow.ts'
import type { Sighting } from './sighting.ts'

export type Loss =
  /** It passed `from` and was not seen at `to`. */
  | { readonly kind: 'between'; readonly way: Way; readonly from: string; readonly to: string }
  /** It came to `host`, which has to send it on and did not. */
  | { readonly kind: 'inside'; readonly way: Way; readonly host: string }
  /** It arrived at the server, and no answer left it. */
  | { readonly kind: 'unanswered' }
  /** The answer arrived at the client, which went on as if none had. */
  | { readonly kind: 'untaken' }

export type Way = 'there' | 'back'

export type Course =
  | { readonly end: 'lost'; readonly loss: Loss }
  /** An answer came that the server did not give: it saw nothing, or answered otherwise. */
  | { readonly end: 'forged'; readonly answer: Sighting; readonly by: Loss | null }
  /** The server refused, and its refusal arrived. */
  | { readonly end: 'refused'; readonly answer: Sighting }
  /** Somebody told by ICMP that it cannot be. */
  | { readonly end: 'rejected'; readonly error: Sighting; readonly bornAt: string | null }
  | { readonly end: 'answered' }
  /** The places that were looked at do not tell. */
  | { readonly end: 'unclear' }

/** Who can be believed when he saw nothing. */
export type Trust = {
  /** The server has the address itself, so that what comes to it bears that address. */
  readonly server: boolean
}

const usable = ({ point }: Seen): boolean => point.lost === 0

const hasPassed = (seen: Seen): boolean => seen.there.in.length + seen.there.out.length > 0

/** The routers that saw a packet of that way, in its order: each takes one from its TTL. */
function ordered(routers: readonly Seen[], way: Way): Seen[] {
  const hopLimit = (seen: Seen): number => (seen[way].in[0] ?? seen[way].out[0])?.hopLimit ?? -1
  return routers.filter((seen) => hopLimit(seen) >= 0).toSorted((a, b) => hopLimit(b) - hopLimit(a))
}

type Pick = (packets: readonly Sighting[]) => boolean

/** Follows what `picks` along the routers, from a place that sent it to one that did not see it. */
function along(routers: readonly Seen[], way: Way, picks: Pick, from: string, to: string): Loss {
  let last = from
  for (const seen of ordered(routers, way)) {
    if (!usable(seen)) continue
    const [came, left] = [picks(seen[way].in), picks(seen[way].out)]
    if (came && !left) return { kind: 'inside', way, host: seen.point.host }
    if (left) last = seen.point.host
  }
  return { kind: 'between', way, from: last, to }
}

const some: Pick = (packets) => packets.length > 0

const isAnswer = (one: Sighting): boolean => isSynAck(one) || isReset(one) || one.protocol === 17

/** Whether the client took the answer: it said so, or it had no reason to ask again. */
function isTaken({ client, opening }: Attempt, answer: Sighting): boolean {
  if (!isSynAck(answer)) return true
  return client.there.out.some(
    ({ flags, acknowledgment }) =>
      flags !== opening.flags && acknowledgment === (answer.sequence + 1) >>> 0,
  )
}

/** Tells where an attempt that nobody answered was lost. */
function silent(
  attempt: Attempt,
  server: Seen | null,
  routers: readonly Seen[],
  trust: Trust,
): Course {
  const lost = (loss: Loss): Course => ({ end: 'lost', loss })
  if (server && hasPassed(server)) {
    const answers = server.back.out.filter(isAnswer)
    if (answers.length > 0)
      return lost(along(routers, 'back', (packets) => packets.some(isAnswer), 'server', 'client'))
    return usable(server) ? lost({ kind: 'unanswered' }) : { end: 'unclear' }
  }
  const loss = along(routers, 'there', some, attempt.client.point.host, 'server')
  // Without the server, only a router that kept it tells.
  const isTold = server !== null && usable(server) && trust.server
  return isTold || (loss.kind === 'inside' && trust.server) ? lost(loss) : { end: 'unclear' }
}

/** Whether two places saw the same answer. */
const isSame = (one: Sighting, other: Sighting): boolean =>
  one.protocol === 17
    ? one.digest === other.digest
    : isSynAck(one) === isSynAck(other) &&
      isReset(one) === isReset(other) &&
      one.sequence === other.sequence

/** The first answer of the client's is not the server's: whose is it? */
function forged(answer: Sighting, routers: readonly Seen[]): Course {
  const picks: Pick = (packets) => packets.some((one) => isSame(one, answer))
  const maker = ordered(routers, 'back').find(
    (seen) => usable(seen) && picks(seen.back.out) && !picks(seen.back.in),
  )
  const by: Loss | null = maker ? { kind: 'inside', way: 'back', host: maker.point.host } : null
  return { end: 'forged', answer, by }
}

/** Tells what became of an attempt's opening. */
export function courseOf(attempt: Attempt, trust: Trust): Course {
  const { client, others } = attempt
  const server = others.find(({ point }) => point.role === 'server') ?? null
  const routers = others.filter(({ point }) => point.role === 'router')
  const answer = client.back.in.find(isAnswer)
  if (!answer) {
    const error = client.errors.find(({ way }) => way !== 'out')
    if (error) return { end: 'rejected', error, bornAt: birthplace(error, others) }
    return silent(attempt, server, routers, trust)
  }
  const own = server?.back.out.filter(isAnswer) ?? []
  const isKnown = server !== null && usable(server) && trust.server
  if (isKnown && !own.some((one) => isSame(one, answer))) return forged(answer, routers)
  if (isReset(answer))
    return server && own.some((one) => isSame(one, answer))
      ? { end: 'refused', answer }
      : { end: 'unclear' }
  if (!isTaken(attempt, answer)) return { end: 'lost', loss: { kind: 'untaken' } }
  return { end: 'answered' }
}

/** Where an ICMP error was sent from, of the places that were looked at; the one that sent it and did not receive it. */
function birthplace(error: Sighting, others: readonly Seen[]): string | null {
  const of = ({ errors }: Seen, way: 'in' | 'out'): boolean =>
    errors.some((one) => one.way === way && one.source === error.source)
  return others.find((seen) => of(seen, 'out') && !of(seen, 'in'))?.point.host ?? null
}
