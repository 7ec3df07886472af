/** A connection as a conversation needs it: what comes is kept until it is asked for, in TLS or not. */
import type { Socket } from 'node:net'
import type { Ending } from '../../diagnose/probes.ts'

/** More than this is not read of one conversation. */
export const MOST_BYTES: number = 64 << 10
/** For how long the far end is given to take leave as well. */
const LEAVE_MS = 1000

/** How waiting for bytes ended. */
export type Hearing =
  | { readonly bytes: Uint8Array }
  | { readonly bytes: null; readonly silent: boolean }

export class Line {
  #stream: Socket
  #pieces: Buffer[] = []
  #waiting: (() => void) | null = null
  #attached = false
  /** All that came so far, at most `MOST_BYTES`. */
  heardBytes = 0
  /** How the far end ended it; null while it has not. */
  how: Ending['how'] | null = null
  error: Error | null = null

  constructor(stream: Socket) {
    this.#stream = stream
  }

  /** Only once something is to be heard: what comes before belongs to whoever begins TLS. */
  #attach(): void {
    if (this.#attached) return
    this.#attached = true
    this.#stream
      .on('data', (piece: Buffer) => {
        const kept = piece.subarray(0, MOST_BYTES - this.heardBytes)
        this.heardBytes += kept.length
        if (kept.length > 0) this.#pieces.push(kept)
        // What nobody will ask for any more is not fetched either.
        if (this.heardBytes >= MOST_BYTES) this.#stream.pause()
        this.#waiting?.()
      })
      .on('end', () => this.#end('fin', null))
      .on('error', (error: NodeJS.ErrnoException) =>
        this.#end(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'fin', error),
      )
  }

  #end(how: Ending['how'], error: Error | null): void {
    this.how ??= how
    this.error ??= error
    this.#waiting?.()
  }

  /** Goes on inside TLS; what came in clear and was not asked for counts no more (RFC 3207 §4.2). */
  continueOn(stream: Socket): void {
    this.#stream = stream
    this.#pieces = []
  }

  /** Leaves the stream to somebody else, who begins TLS on it. */
  release(): Socket {
    this.#stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error')
    if (this.#attached) this.#stream.pause()
    this.#attached = false
    return this.#stream
  }

  say(bytes: Uint8Array): void {
    this.#attach()
    if (bytes.length > 0 && this.how === null) this.#stream.write(bytes)
  }

  /** The bytes that came since it was asked last, or the next that come within `patienceMs`. */
  async hear(patienceMs: number): Promise<Hearing> {
    this.#attach()
    const ready = (): boolean =>
      this.#pieces.length > 0 || this.how !== null || this.heardBytes >= MOST_BYTES
    if (!ready()) await this.#nothingFor(patienceMs)
    if (this.#pieces.length === 0) return { bytes: null, silent: !ready() }
    const bytes = Uint8Array.from(Buffer.concat(this.#pieces))
    this.#pieces = []
    return { bytes }
  }

  /** Says nothing for so long; false as soon as the far end has ended it. */
  async rest(ms: number): Promise<boolean> {
    this.#attach()
    const end = performance.now() + ms
    while (this.how === null && performance.now() < end)
      await this.#nothingFor(end - performance.now())
    return this.how === null
  }

  /** Until something comes, or so long. */
  async #nothingFor(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#waiting = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#waiting = null
  }

  /** Says a last word and closes in order, without waiting for it. */
  leave(bytes: Uint8Array): void {
    const stream = this.release()
    stream.on('error', () => {})
    stream.end(bytes)
    // Unread bytes would turn the orderly end into a reset.
    stream.resume().unref()
    const timer = setTimeout(() => stream.destroy(), LEAVE_MS).unref()
    stream.on('close', () => clearTimeout(timer))
  }
}
