/**
 * What became of the data of a connection: which bytes were sent on one side and never seen on the other. Devices join and
 * split segments (offload), so that bytes are compared and not segments.
 */
import { type Attempt, wholeAtServer } from './follow.ts'
import type { Way } from './place.ts'
import type { Sighting } from './sighting.ts'

export type Missing = {
  readonly way: Way
  /** What was sent and did not arrive, in the order of its sending. */
  readonly lost: readonly Sighting[]
  /** Bytes of the largest packet that arrived, and of the smallest that did not, by their headers; 0 where there is none. */
  readonly largestCame: number
  readonly smallestLost: number
  /** Segments with data that were sent, each sending counted, and those of them that were seen at the other end. */
  readonly sent: number
  readonly came: number
}

/** Bytes of a range that begins at a sequence number, counted from `base`; RFC 9293 §3.4: the numbers wrap. */
const from = (base: number, { sequence }: Sighting): number => (sequence - base) | 0

const withData = (packets: readonly Sighting[]): Sighting[] =>
  packets.filter(({ payloadBytes }) => payloadBytes > 0)

/** Whether all bytes of `one` are among those of `came`. */
function isCovered(one: Sighting, came: readonly Sighting[], base: number): boolean {
  let at = from(base, one)
  const end = at + one.payloadBytes
  const ranges = came
    .map((other) => [from(base, other), from(base, other) + other.payloadBytes] as const)
    .toSorted(([a], [b]) => a - b)
  for (const [begin, stop] of ranges) if (begin <= at && stop > at) at = stop
  return at >= end
}

const sizeOf = ({ payloadBytes }: Sighting): number => payloadBytes

/** What is missing of one way; null where no data went that way. */
function missing(
  way: Way,
  sentAll: readonly Sighting[],
  cameAll: readonly Sighting[],
): Missing | null {
  const [sent, came] = [withData(sentAll), withData(cameAll)]
  const [first] = sent
  if (!first) return null
  const lost = sent.filter((one) => !isCovered(one, came, first.sequence))
  return {
    way,
    lost,
    largestCame: Math.max(0, ...came.map(sizeOf)),
    smallestLost: lost.length === 0 ? 0 : Math.min(...lost.map(sizeOf)),
    sent: sent.length,
    came: came.length,
  }
}

/** The data that both ends of an attempt sent, compared with what the other one saw. */
export function missingOf(attempt: Attempt): Missing[] {
  const { client } = attempt
  const server = wholeAtServer(attempt)
  if (!server) return []
  return [
    missing('there', client.there.out, server.there.in),
    missing('back', server.back.out, client.back.in),
  ].filter((one) => one !== null)
}
