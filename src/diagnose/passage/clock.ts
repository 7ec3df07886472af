/**
 * By how much the clocks of two places differ, from the packets that both saw: none arrives before it was sent. What goes
 * there bounds the difference from above, what comes back from below.
 */
import type { Seen } from './follow.ts'
import type { Sighting } from './sighting.ts'

/** How far the other clock is ahead of the client's, in milliseconds; null where nothing bounds it on that side. */
export type ClockOffset = { readonly atLeastMs: number | null; readonly atMostMs: number | null }

const nameOf = ({ sequence, flags, payloadBytes, digest }: Sighting): string =>
  `${sequence},${flags},${payloadBytes},${digest}`

/**
 * For each packet that was sent and seen again, how much later by the two clocks. Of a packet that was sent several times the
 * n-th that came is taken for the n-th that was sent: where one was lost it was a later one, and the delay only seems longer.
 */
function delays(sent: readonly Sighting[], came: readonly Sighting[]): number[] {
  const waiting = new Map<string, Sighting[]>()
  for (const one of sent) waiting.set(nameOf(one), [...(waiting.get(nameOf(one)) ?? []), one])
  return came.flatMap((one) => {
    const first = waiting.get(nameOf(one))?.shift()
    return first ? [one.timeMs - first.timeMs] : []
  })
}

const least = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b))

/** Bounds the difference between the client's clock and that of another place, over all attempts. */
export function clockOffset(
  pairs: readonly { readonly client: Seen; readonly other: Seen }[],
): ClockOffset {
  const there = pairs.flatMap(({ client, other }) => delays(client.there.out, other.there.in))
  const back = pairs.flatMap(({ client, other }) => delays(other.back.out, client.back.in))
  const [most, under] = [least(there), least(back)]
  return { atLeastMs: under === null ? null : -under, atMostMs: most }
}
