/** A path that is no network: a socket of a trace that answers as it is told. */
import { arrival, type Reply } from '../../../src/diagnose/trace/reply.ts'
import { kernelNowMs } from '../../../src/host/kernel/socket.ts'
import type { TimedArrival, TraceSocket } from '../../../src/host/kernel/trace-socket.ts'
import { replyFrom } from '../../diagnose/trace/attempts.ts'
import { flowOf } from '../../diagnose/trace/flow.ts'

export type Sent = { readonly number: number; readonly hops: number; readonly bytes: number }

export type FakePath = {
  readonly socket: TraceSocket
  readonly sent: readonly Sent[]
}

/** What the hop answers to a probe with so many hops and bytes; null for nothing. */
type Answer = (hops: number, bytes: number, count: number) => Reply | null

/** A path of so many hops, the last of which is the target, `10.9.10.2`. */
export const pathOf =
  (length: number): Answer =>
  (hops) =>
    hops >= length ? arrival('10.9.10.2', 64) : replyFrom(`10.9.${hops}.2`)

export function fakePath(
  answer: Answer,
  more: {
    /** Replies come so much later. */
    readonly delayMs?: number
    /** The number that a reply tells, for routers that quote little: 0 for none. */
    readonly tell?: (number: number) => number
    readonly errno?: string
    readonly protocol?: 'udp' | 'icmp' | 'tcp'
    readonly oneAtATime?: boolean
    readonly firstMtu?: number | null
  } = {},
): FakePath {
  const sent: Sent[] = []
  let waiting: TimedArrival[] = []
  const socket: TraceSocket = {
    kind: 'raw',
    flow: flowOf(more.protocol ?? 'icmp', 4),
    oneAtATime: more.oneAtATime ?? false,
    send: (number, hops, bytes) => {
      if (more.errno !== undefined) return { errno: more.errno }
      const atMs = kernelNowMs()
      sent.push({ number, hops, bytes })
      const reply = answer(hops, bytes, sent.length)
      if (reply !== null)
        waiting.push({
          number: more.tell?.(number) ?? number,
          reply,
          atMs: atMs + (more.delayMs ?? 0),
        })
      return { atMs }
    },
    receive: () => {
      const now = kernelNowMs()
      const due = waiting.filter(({ atMs }) => atMs <= now)
      waiting = waiting.filter(({ atMs }) => atMs > now)
      return due
    },
    firstMtu: () => (more.firstMtu === undefined ? 1500 : more.firstMtu),
    close: () => {},
  }
  return { socket, sent }
}
