/** What a server's log says of an attempt, in words. */
import { type LogReading, sameAddress } from './log-match.ts'

/** No difference is told below this: a line's time is in whole seconds. */
const NOTABLE_MS = 2500
/** Zones differ by quarters of an hour, clocks by chance. */
const QUARTER_MS = 15 * 60_000

const lasting = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`
}

/** How a log's time stands to the client's: `zoned` where its lines tell their zone. */
export function explainAhead(aheadMs: number, zoned: boolean): string {
  const size = Math.abs(aheadMs)
  if (size < NOTABLE_MS) return 'the clocks agree'
  const way = aheadMs > 0 ? 'ahead of' : 'behind'
  const rest = Math.abs(size - Math.round(size / QUARTER_MS) * QUARTER_MS)
  return !zoned && size > QUARTER_MS / 2 && rest < NOTABLE_MS
    ? `it is written in another time zone, ${lasting(size)} ${way} the server's`
    : `its clock is ${lasting(size)} ${way} the client's`
}

/** `192.0.2.10`, or by which address the server saw a client that calls itself otherwise. */
const explainPeer = (from: string, own: string | null): string =>
  own === null || sameAddress(from, own)
    ? from
    : `${from}, though the client sent from ${own}: the address was translated on the way`

/** What the log tells of the attempt of the client at `own`, in one sentence; null where nothing. */
export function explainMatch(
  { match, aheadMs }: LogReading,
  own: string | null,
  token: string,
): string | null {
  if (!match) return null
  const { source, by, line } = match
  const found = by === 'token' ? `by the token ${token}` : 'by address and port only'
  return [
    `${source} tells of it, found ${found}`,
    ...(line.peer ? [`from ${explainPeer(line.peer.address, own)}`] : []),
    ...(line.status === null ? [] : [`status ${line.status}`]),
    ...(aheadMs === null ? [] : [explainAhead(aheadMs, line.time?.zoneMs != null)]),
  ].join('; ')
}
