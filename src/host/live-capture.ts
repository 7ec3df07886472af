/**
 * Packets as they pass a device of this machine, as batches, the way `capture-file.ts` gives those of files. They lie in a ring
 * that is shared with the kernel, and hold until the next ones are asked for.
 */
import {
  type CaptureReader,
  type CaptureStatistics,
  PacketBatch,
  type PacketComment,
} from '../capture/packet.ts'
import type { CaptureReading, CaptureSource, TakePackets } from './capture-file.ts'
import {
  isRingFailure,
  openPacketRing,
  type PacketRing,
  type RingCounts,
  type RingFailure,
  type RingOptions,
} from './kernel/packet-ring.ts'

/** How often whoever takes the packets is told that time has passed. */
const TICK_MS = 200

/**
 * How long the ring is left alone when it was empty once, twice and so on: a block is handed over within 20 ms, and the ring has
 * room for what comes meanwhile. To be woken by the kernel would take a thread, which costs more than these looks.
 */
const RESTS_MS = [1, 1, 2, 2, 5, 10, 20]
const LONGEST_REST_MS = 20

/** How long, once it is to stop, packets are taken that were captured before. */
const LAST_WORDS_MS = 1000

/** Batches between two moments in which the process looks at its signals and timers. */
const BATCHES_AT_A_TIME = 16

/** A capture that goes on until it is stopped. */
export type LiveCapture = CaptureSource & {
  readonly counts: () => RingCounts
  /**
   * Hands packets to `take` until it wants no more or `signal` is given. `tick` is called with the nanoseconds that the
   * packets' times count in, several times a second, whether or not there are packets.
   */
  readonly run: (
    take: TakePackets,
    tick: (nowNs: number) => void,
    signal: AbortSignal,
  ) => Promise<CaptureReading>
}

/** Opens a capture, from now on; or the sentence that says why it cannot be. */
export function openLiveCapture(
  options: RingOptions,
  snapBytes: number,
): LiveCapture | RingFailure {
  const ring = openPacketRing(options)
  return isRingFailure(ring) ? ring : new Live(ring, options.device, snapBytes)
}

class Live implements LiveCapture {
  readonly path: string
  readonly formatName = 'live'
  readonly packed = false
  readonly totalBytes = null
  readonly failure = null
  readonly reader: CaptureReader
  packets = 0
  readBytes = 0
  readonly #ring: PacketRing

  constructor(ring: PacketRing, device: string, snapBytes: number) {
    this.#ring = ring
    this.path = device
    const { linkType } = ring
    this.reader = new LiveReader({
      linkType,
      snapBytes,
      name: device,
      checkBytes: 0,
      bigEndian: false,
    })
  }

  counts(): RingCounts {
    return this.#ring.counts()
  }

  async run(
    take: TakePackets,
    tick: (nowNs: number) => void,
    signal: AbortSignal,
  ): Promise<CaptureReading> {
    const batch = new PacketBatch()
    const { epochSeconds } = this.reader
    let stopped = false
    let nextTickMs = 0
    let rests = 0
    try {
      while (!stopped && !signal.aborted) {
        const before = this.packets
        stopped = await this.#takeAll(batch, take)
        const nowMs = Date.now()
        if (nowMs >= nextTickMs) {
          nextTickMs = nowMs + TICK_MS
          tick((nowMs / 1000 - epochSeconds) * 1e9)
        }
        if (stopped || this.packets > before) rests = 0
        else await rest(RESTS_MS[rests++] ?? LONGEST_REST_MS, signal)
      }
      // What had passed by then is told too; but there may be no end of it.
      const deadlineMs = Date.now() + LAST_WORDS_MS
      while (!stopped && Date.now() < deadlineMs) {
        const before = this.packets
        stopped = await this.#takeAll(batch, take)
        if (this.packets === before) break
      }
      return { sources: [this], failures: [], stopped: true }
    } finally {
      // What is asked for later is what was counted until now.
      this.#ring.counts()
      this.#ring.close()
    }
  }

  /** Hands on what is there, for a moment at most; true where no more is wanted. */
  async #takeAll(batch: PacketBatch, take: TakePackets): Promise<boolean> {
    for (let batches = 0; batches < BATCHES_AT_A_TIME; batches++) {
      if (!this.#ring.read(batch, this.reader.epochSeconds)) return false
      this.packets += batch.count
      const taken = take(batch, 0, batch.count, this)
      if ((taken instanceof Promise ? await taken : taken) === false) return true
    }
    await new Promise((resolve) => setImmediate(resolve))
    return false
  }
}

/** Resolves after a while, or as soon as it is not needed any more. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

/** What is known of packets that no file holds. */
class LiveReader implements CaptureReader {
  readonly interfaces: CaptureReader['interfaces']
  /** When it was opened. */
  readonly epochSeconds: number = Math.floor(Date.now() / 1000)
  readonly damages: CaptureReader['damages'] = []
  readonly damageCount = 0
  readonly ended = false
  readonly neededBytes = 1
  readonly names: ReadonlyMap<string, string> = new Map()
  readonly comments: readonly PacketComment[] = []
  readonly statistics: readonly CaptureStatistics[] = []

  constructor(device: CaptureReader['interfaces'][number]) {
    this.interfaces = [device]
  }

  /** Packets come from the ring. */
  read(_: DataView, at: number): number {
    return at
  }
}
