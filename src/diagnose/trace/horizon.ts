/** How far a trace asks ahead, and how long it waits: all hops at once, but no flood at the target. */
import type { TraceProtocol } from './probe.ts'

/**
 * Hops that are asked beyond the farthest that has answered. Probes beyond the end all come to the target,
 * and Linux answers six errors at once and then one a second (icmp_ratelimit, icmp(7)); echoes are not limited.
 */
export const AHEAD: Readonly<Record<TraceProtocol, number>> = { icmp: 16, udp: 4, tcp: 4 }

/** The number of hops up to which may be asked now; `quiet` says that nothing comes any more. */
export function horizon(
  state: {
    readonly farthest: number
    readonly asked: number
    readonly end: number | null
    readonly quiet: boolean
  },
  ahead: number,
  most: number,
): number {
  const { farthest, asked, end, quiet } = state
  if (end !== null) return Math.max(asked, end)
  return Math.min(most, Math.max(asked, farthest + ahead, quiet ? asked + ahead : 0))
}

/** Router's answers are slow at times: what is not there after this and some times the worst is lost. */
const LEAST_WAIT_MS = 300
const TIMES_WORST = 4

/** How long a probe is waited for, with the worst time up to now (null: nothing has answered). */
export const waitFor = (worstMs: number | null, mostMs: number): number =>
  worstMs === null ? mostMs : Math.min(mostMs, LEAST_WAIT_MS + TIMES_WORST * worstMs)
