/**
 * What the captures tell of the attempts to reach one endpoint, all together: where they were lost, who answered in whose
 * name, what is missing of what was said, by how much the clocks differ.
 */
import type { Endpoint } from '../probes.ts'
import type { Tapped } from '../tap.ts'
import { type ClockOffset, clockOffset } from './clock.ts'
import { type Attempt, attemptsTo, isReset } from './follow.ts'
import { type Missing, missingOf } from './payload.ts'
import { type Course, courseOf, type Trust } from './place.ts'
import type { Point } from './point.ts'
import { describeRewrite, rewritesOf } from './rewrite.ts'
import type { Sighting } from './sighting.ts'

export type Told = { readonly attempt: Attempt; readonly course: Course }

export type Account = {
  readonly client: Point
  readonly others: readonly Point[]
  readonly told: readonly Told[]
  /** The one that stands for all; null where they went differently, or none left. */
  readonly common: Told | null
  readonly rewrites: readonly string[]
  readonly clocks: readonly { readonly host: string; readonly offset: ClockOffset }[]
}

/** An answer that is younger than this may be on its way. */
const YOUNG_MS = 400

/** Whether it is as old as it must be for its silence to say something; what was answered always is. */
const isRipe = ({ opening, client }: Attempt, untilMs: number): boolean =>
  client.back.in.length > 0 || client.errors.length > 0 || opening.timeMs < untilMs - YOUNG_MS

/** The kernel's own attempts begin alike; soundings beside them have another TTL, with which they die on the way, or another TOS. */
const isLike = ({ opening }: Attempt, { opening: first }: Attempt): boolean =>
  opening.hopLimit === first.hopLimit && opening.trafficClass === first.trafficClass

/** `lost there inside r1`: what two courses have to share. */
function kindOf(course: Course): string {
  if (course.end === 'rejected') return `rejected ${course.error.source}`
  if (course.end !== 'lost') return course.end
  return JSON.stringify(course.loss)
}

/** Takes account of all attempts; null where the client could not be watched. */
export function takeAccount(
  tapped: Tapped,
  endpoint: Endpoint,
  protocol: 'tcp' | 'udp',
  trust: Trust,
): Account | null {
  const client = tapped.points.find(({ role }) => role === 'client')
  if (!client) return null
  const others = tapped.points.filter((one) => one !== client)
  const since = Math.max(...tapped.points.map(({ sinceMs }) => sinceMs))
  const all = attemptsTo(endpoint, protocol, client, others)
  const attempts = all.filter(
    (one) =>
      isLike(one, all[0] ?? one) && isRipe(one, tapped.untilMs) && one.opening.timeMs >= since,
  )
  const told = attempts.map((attempt) => ({ attempt, course: courseOf(attempt, trust) }))
  const kinds = new Set(told.map(({ course }) => kindOf(course)))
  return {
    client,
    others,
    told,
    common: kinds.size === 1 ? (told[0] ?? null) : null,
    rewrites: [...new Set(attempts.slice(0, 1).flatMap(rewritesOf).map(describeRewrite))],
    clocks: others.map(({ host }) => ({
      host,
      offset: clockOffset(
        attempts.flatMap((attempt) =>
          attempt.others
            .filter(({ point }) => point.host === host)
            .map((other) => ({ client: attempt.client, other })),
        ),
      ),
    })),
  }
}

/** The first reset that ended a connection after its handshake, and whether the end that it names has sent it. */
export type Ending = {
  readonly attempt: Attempt
  readonly reset: Sighting
  readonly isOwn: boolean
}

/** Finds a reset that came to the client in the server's name; null where the server was not watched. */
export function resetOf({ told }: Account): Ending | null {
  for (const { attempt, course } of told) {
    const server = attempt.others.find(({ point }) => point.role === 'server')
    const reset = attempt.client.back.in.find(isReset)
    if (course.end !== 'answered' || !reset || !server || server.point.lost > 0) continue
    const isOwn = server.back.out.some((one) => isReset(one) && one.sequence === reset.sequence)
    return { attempt, reset, isOwn }
  }
  return null
}

/** What is missing of one connection, with the connection; those that lack the most first. */
export function gaps({ told }: Account): { attempt: Attempt; missing: Missing }[] {
  return told
    .filter(({ course }) => course.end === 'answered')
    .flatMap(({ attempt }) => missingOf(attempt).map((missing) => ({ attempt, missing })))
    .toSorted((a, b) => b.missing.lost.length - a.missing.lost.length)
}
