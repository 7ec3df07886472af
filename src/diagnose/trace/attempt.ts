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

/**
 * The number of hops at which the path ends: the least that came to the target, else the least that was
 * refused; null where it is not known.
 */
export function endOf(attempts: readonly Attempt[]): number | null {
  const least = (kind: Reply['kind']): number | null => {
    const hops = attempts.filter(({ reply }) => reply?.kind === kind).map(({ hops }) => hops)
    return hops.length === 0 ? null : Math.min(...hops)
  }
  return least('arrived') ?? least('refused')
}

/** The most hops of a probe that was answered at all; 0 where none was. */
export const farthestOf = (attempts: readonly Attempt[]): number =>
  attempts.reduce((far, { hops, reply }) => (reply === null ? far : Math.max(far, hops)), 0)
