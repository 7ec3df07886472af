/**
 * Events that came in the rhythm in which packets were sent: the pauses between them are as long, whatever either clock shows. That
 * tells our own packets from others where nothing else does.
 */

/** When each of some packets is sent, in milliseconds after the first; no two pauses are alike. */
export const RHYTHM_MS: readonly number[] = [0, 35, 95]

/** How far an event may lie beside its beat: a busy host is late. */
const TOLERANCE_MS = 12

export type InRhythm<T> = {
  /** One for each packet, in order. */
  readonly found: readonly T[]
  /** The others. */
  readonly others: readonly T[]
}

/** Whether they were sent so far from each other that each is known; a process that was held up sends at once what was due. */
const isRhythm = (sentMs: readonly number[]): boolean =>
  sentMs.every(
    (sent, index) => index === 0 || sent - (sentMs[index - 1] ?? sent) > 2 * TOLERANCE_MS,
  )

/**
 * Finds the first events that came as the packets were sent; null where none did, or where these were sent without a rhythm. Both are
 * in order.
 */
export function findRhythm<T extends { readonly atMs: number }>(
  events: readonly T[],
  sentMs: readonly number[],
): InRhythm<T> | null {
  const [first] = sentMs
  if (first === undefined || !isRhythm(sentMs)) return null
  for (const start of events) {
    const found: T[] = []
    for (const sent of sentMs) {
      const due = start.atMs + sent - first
      const next = events.find(
        (one) => !found.includes(one) && Math.abs(one.atMs - due) <= TOLERANCE_MS,
      )
      if (next) found.push(next)
    }
    if (found.length === sentMs.length)
      return { found, others: events.filter((one) => !found.includes(one)) }
  }
  return null
}
