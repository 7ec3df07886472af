/** The attempts of a trace: what was sent with which number of hops, and what came of it. */
import type { Reply } from './reply.ts'

/** One probe that was sent, or could not be. */
export type Attempt = {
  /** Its number of hops (TTL, hop limit). */
  readonly hops: number
  /** From 1 on. */
  readonly round: number
  readonly reply: Reply | null
  /** From sending to the reply's arrival at the kernel; null without one. */
  readonly rttMs: number | null
  /** Name of the error where it could not be sent, such as EPERM. */
  readonly unsent: string | null
  /** It is still waited for: it counts neither as answered nor as lost. */
  readonly waiting: boolean
}

/** Kinds of replies of somebody who does not pass the probe on. */
export const isRefusal = (kind: Reply['kind'] | null): boolean =>
  kind === 'refused' || kind === 'too-big'

const hopsWith = (attempts: readonly Attempt[], fits: (kind: Reply['kind']) => boolean): number[] =>
  attempts.filter(({ reply }) => reply !== null && fits(reply.kind)).map(({ hops }) => hops)

/**
 * The number of hops at which the path ends: the least that came to the target, else that of whoever refuses;
 * null where neither is known. Who refuses does so for all that come so far, but limits how often he says
 * so: it is the hop behind the last one that passed a probe on.
 */
export function endOf(attempts: readonly Attempt[]): number | null {
  const arrived = hopsWith(attempts, (kind) => kind === 'arrived')
  if (arrived.length > 0) return Math.min(...arrived)
  const refused = hopsWith(attempts, isRefusal)
  if (refused.length === 0) return null
  const first = Math.min(...refused)
  const passed = hopsWith(attempts, (kind) => kind === 'expired')
  return Math.max(0, ...passed.filter((hops) => hops < first)) + 1
}

/** The most hops of a probe that was answered at all; 0 where none was. */
export const farthestOf = (attempts: readonly Attempt[]): number =>
  attempts.reduce((far, { hops, reply }) => (reply === null ? far : Math.max(far, hops)), 0)
