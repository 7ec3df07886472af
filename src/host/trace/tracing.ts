/**
 * A trace as it runs: all hops are asked at once, in rounds; what comes back is put to what was sent. What a
 * socket is, and what a reply means, is known elsewhere.
 */
import { type Attempt, endOf, farthestOf } from '../../diagnose/trace/attempt.ts'
import { AHEAD, horizon, waitFor } from '../../diagnose/trace/horizon.ts'
import { pollUntil } from '../kernel/poll.ts'
import type { TimedArrival, TraceSocket } from '../kernel/trace-socket.ts'

export type TracePlan = {
  /** Probes for each hop; infinite until it is stopped. */
  readonly rounds: number
  /** From the beginning of one round to that of the next. */
  readonly intervalMs: number
  readonly mostHops: number
  /** The longest that a probe is waited for. */
  readonly mostWaitMs: number
  readonly packetBytes: number
  /** Ends the trace early, with what there is. */
  readonly signal: AbortSignal
  /** Called when something has come. */
  readonly onNews: (attempts: readonly Attempt[]) => void
}

/** Nothing has come for so long: more hops are asked. */
const LEAST_QUIET_MS = 100
/** In a row, one at a time; then it is given up. */
const MOST_SILENT = 6
/** Rounds after the first ask so many hops beyond the last that answered, where the end is not known. */
const BEYOND = 2
/** Rounds that are kept: ten minutes of a trace without an end. */
const MOST_ROUNDS = 600
/** Numbers begin with 1 and have 16 bits. */
const MOST_NUMBERS = 0xffff

type Sent = { -readonly [Field in keyof Attempt]: Attempt[Field] } & {
  readonly number: number
  /** By the clock of the kernel, and by that of this process. */
  readonly atMs: number
  readonly sentMs: number
}

export class Tracing {
  private readonly socket: TraceSocket
  private readonly plan: TracePlan
  private readonly sent: Sent[] = []
  private readonly byNumber = new Map<number, Sent>()
  private readonly began = performance.now()
  private lastSentMs = 0
  private oneAtATime: boolean
  private round = 0
  private asked = 0

  constructor(socket: TraceSocket, plan: TracePlan) {
    this.socket = socket
    this.plan = plan
    this.oneAtATime = socket.oneAtATime
  }

  /** All that was sent, in order. */
  get attempts(): readonly Attempt[] {
    return this.sent
  }

  /** True once hops had to be asked one after the other. */
  get wasSlow(): boolean {
    return this.oneAtATime
  }

  /** Runs to the end; the attempts in the order in which they were sent. */
  async run(): Promise<readonly Attempt[]> {
    for (this.round = 1; this.round <= this.plan.rounds && !this.stopped; this.round++) {
      const due = this.began + (this.round - 1) * this.plan.intervalMs
      if (this.round > 1) await this.poll(() => false, due - performance.now())
      if (this.stopped) break
      this.dropOld()
      if (this.round > 1) this.tell()
      if (this.round === 1) await this.discover()
      else await this.repeat()
    }
    await this.poll(() => this.isComplete, this.waitMs - (performance.now() - this.lastSentMs))
    // What was just sent when the trace was stopped is not lost.
    this.giveUp(this.stopped ? this.waitMs : 0)
    return this.sent
  }

  /** Probes that were sent longer ago are lost; what comes for them later counts all the same. */
  private giveUp(afterMs: number): void {
    const now = performance.now()
    for (const one of this.sent) if (now - one.sentMs >= afterMs) one.waiting = false
  }

  private tell(): void {
    this.giveUp(this.waitMs)
    this.plan.onNews(this.sent)
  }

  private get stopped(): boolean {
    return this.plan.signal.aborted
  }

  private get isComplete(): boolean {
    const end = endOf(this.sent)
    return this.sent.every(
      ({ reply, unsent, hops }) =>
        reply !== null || unsent !== null || (end !== null && hops > end),
    )
  }

  private get waitMs(): number {
    const rtts = this.sent.flatMap(({ rttMs }) => (rttMs === null ? [] : [rttMs]))
    return waitFor(rtts.length === 0 ? null : Math.max(...rtts), this.plan.mostWaitMs)
  }

  /** Looks for what has come until `enough` says true or the time is over. */
  private async poll(enough: () => boolean, ms: number): Promise<boolean> {
    const look = (): boolean => {
      this.take()
      return this.stopped || enough()
    }
    return ms > 0 ? pollUntil(look, ms) : look()
  }

  /** The first round: how far the path goes is found. */
  private async discover(): Promise<void> {
    const { mostHops } = this.plan
    if (this.oneAtATime) return this.oneByOne(1, mostHops)
    const ahead = AHEAD[this.socket.flow.protocol]
    for (let quiet = false; !this.stopped; ) {
      const farthest = farthestOf(this.sent)
      const end = endOf(this.sent)
      const upTo = horizon({ farthest, asked: this.asked, end, quiet }, ahead, mostHops)
      const isNew = upTo > this.asked
      while (this.asked < upTo) this.send(++this.asked)
      if (end !== null && this.asked >= end) return
      if (!isNew && quiet) return
      const before = this.answered
      const wait = Math.min(this.waitMs, Math.max(LEAST_QUIET_MS, this.waitMs / 2))
      quiet = !(await this.poll(() => this.answered > before || this.oneAtATime, wait))
      if (this.oneAtATime) {
        await this.forgetUnanswered()
        return this.oneByOne(1, mostHops)
      }
    }
  }

  /** A later round: the same hops once more; it lasts until the end has answered. */
  private async repeat(): Promise<void> {
    const end = endOf(this.sent)
    const last = end ?? Math.min(this.plan.mostHops, farthestOf(this.sent) + BEYOND)
    if (this.oneAtATime) return this.oneByOne(1, last)
    const from = this.sent.length
    for (let hops = 1; hops <= last; hops++) this.send(hops)
    const far = end ?? farthestOf(this.sent)
    const ofEnd = this.sent.slice(from).find(({ hops }) => hops === far)
    await this.poll(() => ofEnd === undefined || ofEnd.reply !== null, this.waitMs)
  }

  /** Each hop when the one before has answered, or was waited for. */
  private async oneByOne(first: number, last: number): Promise<void> {
    let silent = 0
    for (let hops = first; hops <= last && silent < MOST_SILENT && !this.stopped; hops++) {
      const isKnown = this.sent.some(
        (one) => one.hops === hops && one.round === this.round && one.reply !== null,
      )
      if (isKnown) continue
      const one = this.send(hops)
      await this.poll(() => one.reply !== null || one.unsent !== null, this.waitMs)
      silent = one.reply === null ? silent + 1 : 0
      const end = endOf(this.sent)
      if (end !== null && hops >= end) return
    }
  }

  /** What did not tell itself apart is asked anew and counts once; its replies shall not be put to others. */
  private async forgetUnanswered(): Promise<void> {
    for (const one of this.sent.filter(({ reply }) => reply === null)) {
      this.byNumber.delete(one.number)
      this.sent.splice(this.sent.indexOf(one), 1)
    }
    await this.poll(() => false, this.waitMs)
  }

  /** A trace without an end counts over the last rounds. */
  private dropOld(): void {
    const oldest = this.round - MOST_ROUNDS
    const kept = this.sent.findIndex(({ round }) => round > oldest)
    for (const one of this.sent.splice(0, Math.max(0, kept)))
      if (this.byNumber.get(one.number) === one) this.byNumber.delete(one.number)
  }

  private get answered(): number {
    return this.sent.reduce((count, { reply }) => count + (reply === null ? 0 : 1), 0)
  }

  private counted = 0

  private send(hops: number): Sent {
    const number = (this.counted++ % MOST_NUMBERS) + 1
    const said = this.socket.send(number, hops, this.plan.packetBytes)
    const unsent = 'errno' in said ? said.errno : null
    const atMs = 'atMs' in said ? said.atMs : 0
    this.lastSentMs = performance.now()
    const one: Sent = {
      ...{ number, hops, round: this.round, atMs, sentMs: this.lastSentMs, unsent },
      ...{ reply: null, rttMs: null, waiting: unsent === null },
    }
    this.sent.push(one)
    this.byNumber.set(number, one)
    return one
  }

  private take(): void {
    const arrivals = this.socket.receive()
    for (const arrival of arrivals) this.put(arrival)
    if (arrivals.length > 0) this.tell()
  }

  private put({ number, reply, atMs }: TimedArrival): void {
    const one = number === 0 ? this.onlyOne() : this.byNumber.get(number)
    if (one === undefined || one.reply !== null) return
    one.reply = reply
    one.rttMs = Math.max(0, atMs - one.atMs)
    one.waiting = false
  }

  /** Of a reply that does not tell its probe: the only one that is out; else one at a time has to be asked. */
  private onlyOne(): Sent | undefined {
    // One that was given up is not out any more.
    this.giveUp(this.waitMs)
    const out = this.sent.filter((one) => one.waiting)
    if (out.length > 1) this.oneAtATime = true
    return out.length === 1 ? out[0] : undefined
  }
}
