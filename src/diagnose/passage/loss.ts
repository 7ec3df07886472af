/**
 * How many packets were lost at random, and on which way: what was sent again, and how often it came. That some of it came at last
 * tells loss from a place that swallows the same packets again and again.
 */
import { type Attempt, wholeAtServer } from './follow.ts'
import type { Way } from './place.ts'
import type { Sighting } from './sighting.ts'

export type Lossiness = {
  readonly way: Way
  /** Packets that were sent, each sending counted. */
  readonly sent: number
  readonly lost: number
  /** Of those that had to be sent again, how many came at last. */
  readonly recovered: number
}

const nameOf = ({ sequence, flags, payloadBytes }: Sighting): string =>
  `${sequence},${flags},${payloadBytes}`

const counted = (packets: readonly Sighting[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const one of packets) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
  return counts
}

/** Of one connection and one way. Acknowledgments without data look alike, so that only what takes a number counts. */
function lossiness(
  way: Way,
  sentAll: readonly Sighting[],
  cameAll: readonly Sighting[],
): Lossiness {
  const takesNumber = ({ payloadBytes, flags }: Sighting): boolean =>
    payloadBytes > 0 || (flags & 3) !== 0
  const sent = sentAll.filter(takesNumber)
  const came = counted(cameAll)
  const again = [...counted(sent)].filter(([, times]) => times > 1)
  const missing = again.map(([name, times]) => ({
    lost: Math.max(0, times - (came.get(name) ?? 0)),
    came: (came.get(name) ?? 0) > 0,
  }))
  return {
    way,
    sent: sent.length,
    lost: missing.reduce((sum, one) => sum + one.lost, 0),
    recovered: missing.filter((one) => one.came && one.lost > 0).length,
  }
}

/** Both ways, over all attempts that the server was watched for; empty where it was not. */
export function lossOf(attempts: readonly Attempt[]): Lossiness[] {
  const all = attempts.flatMap((attempt) => {
    const { client } = attempt
    const server = wholeAtServer(attempt)
    if (!server) return []
    return [
      lossiness('there', client.there.out, server.there.in),
      lossiness('back', server.back.out, client.back.in),
    ]
  })
  return (['there', 'back'] as const).flatMap((way) => {
    const own = all.filter((one) => one.way === way)
    if (own.length === 0) return []
    const sum = (of: (one: Lossiness) => number): number => own.reduce((a, one) => a + of(one), 0)
    return [
      {
        way,
        sent: sum(({ sent }) => sent),
        lost: sum(({ lost }) => lost),
        recovered: sum(({ recovered }) => recovered),
      },
    ]
  })
}

/** `on the way back 7 of 20 packets were lost`. */
export const describeLossiness = ({ way, sent, lost }: Lossiness): string =>
  `on the way ${way} ${lost === 0 ? 'none' : lost} of ${sent} packets ${lost === 1 ? 'was' : 'were'} lost`

/** Fewer may be chance, or a queue that was full for a moment. */
const LEAST_LOST = 3
const LEAST_RECOVERED = 2

/** Whether a way loses packets at random. */
export const isLossy = ({ lost, recovered }: Lossiness): boolean =>
  lost >= LEAST_LOST && recovered >= LEAST_RECOVERED
