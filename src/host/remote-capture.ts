/**
 * Packets as they pass a device of another host, told by its own tcpdump, as batches the way `live-capture.ts` gives those of this
 * machine. Its words on stderr say why it cannot capture, and at the end how many packets were lost.
 */
import { type CaptureReader, Epoch, PacketBatch } from '../capture/packet.ts'
import { PCAP, PCAP_HEADER_BYTES } from '../capture/pcap.ts'
import type { Host, Running } from '../diagnose/host.ts'
import { viewOf } from '../wire/bytes.ts'
import type { CaptureReading, TakePackets } from './capture-file.ts'
import type { RingCounts, RingFailure } from './kernel/packet-ring.ts'
import type { LiveCapture } from './live-capture.ts'
import { openHostStream } from './run/stream.ts'

/** What is asked of the far tcpdump. */
export type RemoteOptions = {
  readonly device: string
  readonly expression: string
  readonly snapBytes: number
  readonly bufferBytes: number
  readonly promiscuous: boolean
}

/** How long the far side may take until it listens: names are looked up there, and a connection is made. */
const LISTEN_MS = 15_000
const TICK_MS = 200

/** What may wait here for whoever takes the packets. */
const MOST_BYTES = 64 << 20
const FIRST_BYTES = 1 << 20

/** The command there: packets as they come, and nothing looked up. */
export const tcpdumpArgv = (options: RemoteOptions): readonly string[] => [
  'tcpdump',
  ...['-n', '--immediate-mode', '-U', '-w', '-'],
  ...['-i', options.device],
  ...['-s', String(options.snapBytes)],
  ...['-B', String(options.bufferBytes >> 10)],
  ...(options.promiscuous ? [] : ['-p']),
  '--',
  // Something has to stand there, so that what tells us can be taken out of it.
  options.expression === '' ? 'greater 0' : options.expression,
]

/** Opens a capture there; or the sentence that says why it cannot be. */
export async function openRemoteCapture(
  host: Host,
  options: RemoteOptions,
): Promise<LiveCapture | RingFailure> {
  const remote = new Remote(`${host.access} ${options.device}`)
  const argv = tcpdumpArgv(options)
  const running = await openHostStream(host, argv, remote.ears, { sparesItself: true })
  if ('because' in running) return { failed: true, reason: running.because }
  const reason = await remote.listening(running)
  if (reason === null) return remote
  await running.stop()
  return { failed: true, reason }
}

class Remote implements LiveCapture {
  readonly path: string
  readonly formatName = 'live'
  readonly packed = false
  readonly totalBytes = null
  readonly reader: CaptureReader
  failure: string | null = null
  packets = 0
  readBytes = 0
  #running: Running | null = null
  #bytes = new Uint8Array(FIRST_BYTES)
  #view = viewOf(this.#bytes)
  #at = 0
  #end = 0
  #words = ''
  #over = false
  #wake: () => void = () => {}

  readonly ears = {
    onBytes: (bytes: Uint8Array): void => this.#hear(bytes),
    onWords: (text: string): void => {
      this.#words = (this.#words + text).slice(-4096)
    },
    onEnd: (): void => {
      this.#over = true
      this.#wake()
    },
  }

  constructor(path: string) {
    this.path = path
    this.reader = PCAP.open(new Epoch())
  }

  /** Resolves once it listens there; else with the reason why it does not. */
  async listening(running: Running): Promise<string | null> {
    this.#running = running
    const deadline = performance.now() + LISTEN_MS
    while (this.#end < PCAP_HEADER_BYTES && !this.#over && performance.now() < deadline)
      await this.#rest(TICK_MS)
    if (this.#end < PCAP_HEADER_BYTES) return this.#because()
    this.#at = this.reader.read(this.#view, 0, PCAP_HEADER_BYTES, false, new PacketBatch(1))
    return null
  }

  /** What tcpdump counted, known once it has ended: “12 packets dropped by kernel”. */
  counts(): RingCounts {
    const said = (what: RegExp): number => Number(what.exec(this.#words)?.[1] ?? 0)
    return {
      received: said(/(\d+) packets? received by filter/) || this.packets,
      dropped: said(/(\d+) packets? dropped by kernel/),
    }
  }

  async run(
    take: TakePackets,
    tick: (nowNs: number) => void,
    signal: AbortSignal,
  ): Promise<CaptureReading> {
    const wake = (): void => this.#wake()
    signal.addEventListener('abort', wake)
    const batch = new PacketBatch()
    let stopped = false
    try {
      while (!stopped && !signal.aborted) {
        stopped = await this.#takeAll(batch, take)
        const { epochSeconds } = this.reader
        if (epochSeconds > 0) tick((Date.now() / 1000 - epochSeconds) * 1e9)
        if (this.#over) break
        if (!stopped && !signal.aborted) await this.#rest(TICK_MS)
      }
    } finally {
      signal.removeEventListener('abort', wake)
      await this.#running?.stop()
    }
    if (!stopped && !signal.aborted) this.failure = this.#because()
    // What was on its way when it was stopped has been captured too.
    if (!stopped) await this.#takeAll(batch, take)
    return { sources: [this], failures: [], stopped: true }
  }

  async #takeAll(batch: PacketBatch, take: TakePackets): Promise<boolean> {
    for (;;) {
      this.#at = this.reader.read(this.#view, this.#at, this.#end, false, batch)
      if (batch.count === 0) return this.reader.ended
      this.packets += batch.count
      const taken = take(batch, 0, batch.count, this)
      if ((taken instanceof Promise ? await taken : taken) === false) return true
    }
  }

  /** Keeps what came; a batch that is being taken lies in the old bytes. */
  #hear(bytes: Uint8Array): void {
    const waiting = this.#end - this.#at
    if (waiting + bytes.length > MOST_BYTES) {
      this.failure = 'more packets came than could be taken; a narrower filter helps'
      this.#over = true
    } else if (this.#end + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 * (waiting + bytes.length)))
      larger.set(this.#bytes.subarray(this.#at, this.#end))
      this.#bytes = larger
      this.#view = viewOf(larger)
      this.#at = 0
      this.#end = waiting
    }
    if (this.#over) return
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
    this.readBytes += bytes.length
    this.#wake()
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** The last thing that was said there, without what tcpdump says of itself. */
  #because(): string {
    if (this.failure !== null) return this.failure
    const lines = this.#words.split('\n').map((line) => line.trim())
    const said = lines.filter(
      (line) =>
        line !== '' && !/^tcpdump: (?:listening|verbose)|data link type|^\d+ packets/.test(line),
    )
    const word = said.at(-1)
    if (word === undefined) return `${this.path}: nothing was heard of tcpdump there`
    return /not found/.test(word)
      ? `${this.path}: there is no tcpdump (package tcpdump)`
      : `${this.path}: ${word}`
  }
}
