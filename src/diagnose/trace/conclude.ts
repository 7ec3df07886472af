/** From what was sent and came back to the trace as a record. */
import { TOOL } from '../../base/version.ts'
import type { Attempt } from './attempt.ts'
import { type Hop, hopsOf } from './hop.ts'
import { mtuAt } from './mtu.ts'
import { judgePath, markHops } from './path.ts'
import type { PathMtu, Trace, TraceSource, TraceTarget } from './trace.ts'

/** What a trace was made with. */
export type TraceFrame = {
  readonly target: TraceTarget
  readonly source: TraceSource
  readonly startedAt: string
  readonly mostHops: number
  readonly packetBytes: number
  readonly unknowns: Trace['unknowns']
}

/** Why probes could not be sent, where some could not: the words for the error's name. */
const unsentOf = (
  attempts: readonly Attempt[],
  explain: (errno: string) => string,
): string | null => {
  const found = attempts.find(({ unsent }) => unsent !== null)?.unsent ?? null
  return found === null ? null : explain(found)
}

/** Concludes; `fill` adds what is known of the addresses, `explain` has the words for an error's name. */
export function concludeTrace(
  frame: TraceFrame,
  attempts: readonly Attempt[],
  told: {
    readonly durationMs: number
    readonly mtu: PathMtu | null
    readonly fill: (hops: readonly Hop[]) => Hop[]
    readonly explain: (errno: string) => string
  },
): Trace {
  const { mtu } = told
  const sized = (hop: Hop): Hop =>
    mtu === null || hop.received === 0 ? hop : { ...hop, mtuBytes: mtuAt(mtu, hop.hop) }
  const hops = markHops(told.fill(hopsOf(attempts)).map(sized), mtu)
  const ends = { source: frame.source.address, target: frame.target.address }
  const { target, source, startedAt, mostHops, packetBytes, unknowns } = frame
  return {
    schema: 'rungs.trace/1',
    tool: TOOL,
    target,
    source,
    startedAt,
    durationMs: told.durationMs,
    rounds: attempts.reduce((most, { round }) => Math.max(most, round), 0),
    mostHops,
    packetBytes,
    hops,
    mtu,
    verdict: judgePath(hops, mtu, ends, unsentOf(attempts, told.explain)),
    unknowns,
  }
}
