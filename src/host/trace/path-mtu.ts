/**
 * How large packets may be on each link of a path: packets that may not be fragmented, to all hops at once, ever
 * smaller, until they come through. Routers that say nothing are found by those that do not answer any more.
 */
import type { Hop } from '../../diagnose/trace/hop.ts'
import { judgeSize, LEAST_MTU, type SizeResult, sizesBetween } from '../../diagnose/trace/mtu.ts'
import type { Reply } from '../../diagnose/trace/reply.ts'
import type { MtuStep, PathMtu } from '../../diagnose/trace/trace.ts'
import { pollUntil } from '../kernel/poll.ts'
import type { TraceSocket } from '../kernel/trace-socket.ts'

/** Far above the numbers of the trace itself. */
const FIRST_NUMBER = 40_000
/** Each size is sent so often before silence means anything. */
const TRIES = 2
/** More links that narrow than this are none. */
const MOST_STEPS = 8
/** Sizes that are tried at once. */
const SIZES_AT_ONCE = 16

type Asked = { readonly hop: number; readonly bytes: number }

class SizeProber {
  private readonly socket: TraceSocket
  private readonly waitMs: number
  private readonly signal: AbortSignal
  private number = FIRST_NUMBER

  constructor(socket: TraceSocket, waitMs: number, signal: AbortSignal) {
    this.socket = socket
    this.waitMs = waitMs
    this.signal = signal
  }

  /** The reply to each, or null; those without one are sent again. */
  async ask(asked: readonly Asked[]): Promise<(Reply | null)[]> {
    const replies = new Array<Reply | null>(asked.length).fill(null)
    const byNumber = new Map<number, number>()
    const take = (): boolean => {
      for (const { number, reply } of this.socket.receive()) {
        const index = byNumber.get(number)
        if (index !== undefined) replies[index] ??= reply
      }
      return this.signal.aborted || replies.every((reply) => reply !== null)
    }
    for (let tries = 0; tries < TRIES && !this.signal.aborted; tries++) {
      asked.forEach(({ hop, bytes }, index) => {
        if (replies[index] !== null) return
        const number = this.number++
        byNumber.set(number, index)
        this.socket.send(number, hop, bytes)
      })
      if (await pollUntil(take, this.waitMs)) break
    }
    return replies
  }
}

function toResult(hop: number, reply: Reply | null, hops: readonly Hop[]): SizeResult {
  const saidBy = reply?.kind === 'too-big' ? reply.from : null
  const said = hops.find(({ addresses }) => addresses.some(({ address }) => address === saidBy))
  return {
    hop,
    passed: reply === null ? null : saidBy === null,
    saidBy,
    saidAt: said?.hop ?? null,
    fits: reply?.mtuBytes ?? null,
  }
}

/** The largest size below `tooLarge` that still comes to the hop. */
async function search(
  prober: SizeProber,
  hop: number,
  family: 4 | 6,
  tooLarge: number,
): Promise<number> {
  let [low, high] = [LEAST_MTU[family], tooLarge]
  while (high - low > 1) {
    const sizes = sizesBetween(low, high, SIZES_AT_ONCE)
    if (sizes.length === 0) break
    const replies = await prober.ask(sizes.map((bytes) => ({ hop, bytes })))
    const passed = sizes.filter((_, index) => (replies[index]?.kind ?? 'too-big') !== 'too-big')
    const failed = sizes.filter((size) => !passed.includes(size))
    low = Math.max(low, ...passed)
    high = Math.min(high, ...failed.filter((size) => size > low))
  }
  return low
}

/** Asks the path of a trace; `hops` are those that it found. */
export async function askPathMtu(
  socket: TraceSocket,
  hops: readonly Hop[],
  waitMs: number,
  signal: AbortSignal,
): Promise<PathMtu> {
  const { family } = socket.flow.destination
  const firstBytes = socket.firstMtu()
  const steps: MtuStep[] = []
  const answering = hops.filter(({ received }) => received > 0).map(({ hop }) => hop)
  if (firstBytes === null || answering.length === 0) return { firstBytes, pathBytes: null, steps }
  const prober = new SizeProber(socket, waitMs, signal)
  let [bytes, after] = [firstBytes, 0]
  while (steps.length < MOST_STEPS && !signal.aborted) {
    const asked = answering.filter((hop) => hop > after)
    const replies = await prober.ask(asked.map((hop) => ({ hop, bytes })))
    if (signal.aborted) break
    const results = asked.map((hop, index) => toResult(hop, replies[index] ?? null, hops))
    const verdict = judgeSize(results, bytes, family)
    if (verdict.kind === 'passes') break
    if (verdict.kind === 'told') {
      steps.push(verdict.step)
      after = verdict.step.afterHop
    } else {
      const mtuBytes = await search(prober, verdict.hop, family, bytes)
      steps.push({ afterHop: verdict.afterHop, mtuBytes, saidBy: null })
      after = verdict.afterHop
    }
    const next = steps.at(-1)?.mtuBytes ?? bytes
    if (next >= bytes) break
    bytes = next
  }
  // What was not asked to the end is not known.
  return { firstBytes, pathBytes: signal.aborted ? null : bytes, steps }
}
