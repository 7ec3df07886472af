/** Attempts for tests, from what each hop answers. */
import type { Attempt } from '../../../src/diagnose/trace/attempt.ts'
import type { Reply, ReplyKind } from '../../../src/diagnose/trace/reply.ts'

export const replyFrom = (
  from: string,
  kind: ReplyKind = 'expired',
  more: Partial<Reply> = {},
): Reply => ({
  kind,
  from,
  says: null,
  sign: null,
  mtuBytes: null,
  ttl: 64,
  rewritten: [],
  labels: [],
  ...more,
})

/** One attempt: a reply with its time, or null for none. */
export const attempt = (hops: number, reply: Reply | null, rttMs = 1, round = 1): Attempt => ({
  hops,
  round,
  reply,
  rttMs: reply === null ? null : rttMs,
  unsent: null,
  waiting: false,
})

/**
 * Rounds over hops: each hop is a list of addresses, one a round, null where nothing came; the last
 * hop is the target unless `open`.
 */
export const rounds = (hops: readonly (readonly (string | null)[])[], open = false): Attempt[] =>
  hops.flatMap((answers, index) =>
    answers.map((from, round) => {
      const kind = !open && index === hops.length - 1 ? 'arrived' : 'expired'
      return attempt(index + 1, from === null ? null : replyFrom(from, kind), index + 1, round + 1)
    }),
  )
