/** Drives a conversation over a connection, within bounds of time, bytes and steps. */
import type { Socket } from 'node:net'
import { printableLines } from '../../base/printable.ts'
import type {
  Ending,
  Endpoint,
  Exchange,
  ExchangePlan,
  Standing,
  TlsSession,
} from '../../diagnose/probes.ts'
import type { Act, Given, Place } from '../../dialog/conversation.ts'
import { familyOf } from '../../wire/address.ts'
import { openConnection } from './connect.ts'
import { Line } from './line.ts'
import { readStanding } from './standing.ts'
import { refusedLater, startTls } from './tls.ts'
import { Transcript } from './transcript.ts'

/** More of a reply is not shown. */
const MOST_LINES = 12
/** No conversation takes more acts; one that would is broken off. */
const MOST_STEPS = 64

const DONE = new Uint8Array()

/** A conversation under way. */
class Dialog {
  readonly #to: Endpoint
  readonly #plan: ExchangePlan
  readonly #raw: Socket
  readonly #line: Line
  readonly #localPort: number | null
  #until: number
  readonly transcript = new Transcript()
  readonly pieces: Uint8Array[] = []
  session: TlsSession | null = null
  ending: Ending['how'] | null = null
  began = performance.now()
  firstByteMs: number | null = null
  silent = false
  standing: Standing | null = null
  left = false

  constructor(to: Endpoint, plan: ExchangePlan, raw: Socket) {
    this.#to = to
    this.#plan = plan
    this.#raw = raw
    this.#localPort = raw.localPort ?? null
    this.#line = new Line(raw)
    // A server that says a byte now and then has its patience renewed, but not for ever.
    this.#until = this.began + Math.max(plan.timeoutMs, plan.patienceMs)
  }

  async perform(act: Act): Promise<Given> {
    switch (act.do) {
      case 'say':
        this.transcript.said(act)
        this.#line.say(act.bytes)
        return DONE
      case 'hear':
        return this.#hear()
      case 'secure':
        return this.#secure(act)
      case 'reach':
        return this.#reach(act.place)
      case 'rest':
        return this.#rest(act.ms)
      case 'leave':
        this.transcript.said(act)
        this.left = true
        this.#line.leave(act.bytes)
        return DONE
    }
  }

  async #hear(): Promise<Given> {
    const patienceMs = Math.min(this.#plan.patienceMs, this.#until - performance.now())
    const heard = await this.#line.hear(Math.max(0, patienceMs))
    if (heard.bytes === null) {
      this.silent = heard.silent
      if (heard.silent) this.#lookUp()
      this.ending = this.#line.how
      if (this.session && this.#line.error)
        this.session = refusedLater(this.session, this.#line.error)
      return null
    }
    this.firstByteMs ??= performance.now() - this.began
    this.pieces.push(heard.bytes)
    this.transcript.heard(heard.bytes)
    return heard.bytes
  }

  async #secure({ alpn, starttls }: Act & { do: 'secure' }): Promise<Given> {
    const { serverName, timeoutMs } = this.#plan
    const handshake = { serverName, timeoutMs, alpn, starttls }
    const { session, socket, ending } = await startTls(this.#line.release(), this.#to, handshake)
    this.session = session
    this.ending = ending
    if (session.outcome === 'timeout') this.#lookUp()
    if (!socket) return null
    this.#line.continueOn(socket)
    // The first byte is the service's, not that of the handshake before it.
    if (this.firstByteMs === null) this.began = performance.now()
    return DONE
  }

  #lookUp(): void {
    this.standing = this.#localPort === null ? null : readStanding(this.#to, this.#localPort)
  }

  async #reach({ address, port }: Place): Promise<Given> {
    const there = address ?? this.#to.address
    const family = familyOf(there)
    if (!family || !this.#plan.reach) return null
    const began = performance.now()
    const reached = await this.#plan.reach({ address: there, family, port })
    // It has bounds of its own; the server is not to be hurried for it.
    this.#until += performance.now() - began
    return reached ? DONE : null
  }

  /** Says nothing for so long, or until the far end closes. */
  async #rest(ms: number): Promise<Given> {
    const began = performance.now()
    const stands = await this.#line.rest(ms)
    if (!stands) this.ending = this.#line.how
    this.#until += performance.now() - began
    return stands ? DONE : null
  }

  /** Closes what was not left in order. */
  close(): void {
    if (!this.left) this.#raw.destroy()
  }
}

const NOTHING = {
  tls: null,
  reply: null,
  told: null,
  transcript: [],
  silent: false,
  standing: null,
  waitedMs: 0,
} as const

/** Holds the conversation that `plan` describes with `to`, then closes. Never throws. */
export async function probeExchange(to: Endpoint, plan: ExchangePlan): Promise<Exchange> {
  const talk = plan.talk()
  let step = talk.next(null)
  // Loaded while the connection is being made.
  if (!step.done && step.value.do === 'secure') void import('node:tls')
  const { connect, socket: raw } = await openConnection(to, plan.timeoutMs, plan.maxSegmentBytes)
  const stood = performance.now()
  const ending = (how: Ending['how'] | null): Ending | null =>
    how && { how, afterMs: performance.now() - stood, bytes: raw?.bytesRead ?? 0 }
  if (!raw) {
    const how = connect.outcome === 'connected' ? 'reset' : null
    return { ...NOTHING, connect, ending: ending(how) }
  }
  raw.on('error', () => {})
  plan.onConnected?.()
  const dialog = new Dialog(to, plan, raw)
  try {
    for (let steps = 0; !step.done && steps < MOST_STEPS; steps++)
      step = talk.next(await dialog.perform(step.value))
    const bytes = Uint8Array.from(Buffer.concat(dialog.pieces))
    const { firstByteMs, session, silent, standing, transcript } = dialog
    return {
      connect,
      tls: session,
      reply:
        firstByteMs === null
          ? null
          : {
              command: plan.command,
              lines: printableLines(new TextDecoder().decode(bytes), MOST_LINES),
              firstByteMs,
              bytes,
            },
      told: step.done ? step.value : null,
      transcript: transcript.lines,
      ending: ending(dialog.ending),
      silent,
      standing,
      waitedMs: performance.now() - dialog.began,
    }
  } finally {
    dialog.close()
  }
}
