/** A host that is watched by its own tcpdump(8), which tells over the way that commands take. */
import { printable } from '../../base/printable.ts'
import { Epoch, PacketBatch } from '../../capture/packet.ts'
import { PCAP, PCAP_HEADER_BYTES } from '../../capture/pcap.ts'
import type { Ears, Running } from '../../diagnose/host.ts'
import { Collector } from '../../diagnose/passage/collector.ts'
import { SNAP_BYTES } from './filter.ts'
import { type Outlook, pause } from './outlook.ts'

/** The command of a capture with that filter. */
export const tcpdumpArgv = (expression: string): readonly string[] => [
  ...['tcpdump', '-i', 'any', '-n', '-p', '-U', '--immediate-mode', '-s', String(SNAP_BYTES)],
  ...['-w', '-', expression],
]

/** tcpdump says so on its standard error once its socket is open. */
const READY = /listening on/
/** What it says at its end. */
const DROPPED = /(\d+) packets? dropped by kernel/

/** How long it is waited for; a far host may take its time. */
const READY_MS = 2000
/** What a far host has seen is on its way for so long at most. */
const SETTLE_MS = 250
const STILL_MS = 60

/** More than this is not what was asked for. */
const MOST_BYTES = 32 << 20

/** Bytes of a pcap stream become sightings as they come. */
class Stream {
  readonly collector = new Collector()
  readonly #reader = PCAP.open(new Epoch())
  readonly #batch = new PacketBatch(1024)
  #rest = new Uint8Array(0)
  #bytes = 0
  #begun = false
  #broken = false
  lastMs = 0

  take(bytes: Uint8Array): void {
    this.lastMs = performance.now()
    this.#bytes += bytes.length
    if (this.#bytes > MOST_BYTES || this.#reader.ended || this.#broken) {
      this.collector.refused++
      return
    }
    const all = new Uint8Array(this.#rest.length + bytes.length)
    all.set(this.#rest)
    all.set(bytes, this.#rest.length)
    const view = new DataView(all.buffer)
    if (!this.#begun && all.length >= PCAP_HEADER_BYTES) {
      this.#begun = true
      this.#broken = !PCAP.sniff(view, 0, all.length)
    }
    let at = 0
    while (this.#begun && !this.#broken) {
      const next = this.#reader.read(view, at, all.length, false, this.#batch)
      this.collector.take(this.#batch, 0, this.#batch.count, this.#reader)
      if (next === at) break
      at = next
    }
    this.#rest = all.subarray(at)
  }
}

/** Why it watches nothing, from what it said. */
function explain(words: string): { readonly because: string; readonly needs: string | null } {
  if (/not found/.test(words)) return { because: 'tcpdump is not installed', needs: 'tcpdump' }
  if (/permission|Operation not permitted/i.test(words))
    return { because: 'tcpdump may not capture there', needs: 'root on that host' }
  const last = words.trim().split('\n').at(-1) ?? ''
  return { because: `tcpdump failed: ${printable(last).slice(0, 200)}`, needs: null }
}

/** Watches by the program that `start` starts. */
export function watchProgram(
  start: (ears: Ears) => Promise<Running | { readonly because: string }>,
  command: string,
): Outlook {
  const stream = new Stream()
  let words = ''
  let since: number | null = null
  let failure: ReturnType<Outlook['failure']> = null
  let isClosed = false
  let tell = (): void => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  const started = start({
    onBytes: (bytes) => stream.take(bytes),
    onWords: (text) => {
      words = (words + text).slice(-4000)
      if (since !== null || !READY.test(words)) return
      since = Date.now()
      tell()
    },
    onEnd: () => {
      if (!isClosed) failure = explain(words)
      tell()
    },
  }).then((running) => {
    if ('because' in running) {
      failure = { because: running.because, needs: null }
      tell()
    }
    return running
  })
  return {
    collector: stream.collector,
    command,
    ready: Promise.race([told, pause(READY_MS)]),
    failure: () =>
      failure ??
      (since === null ? { because: 'tcpdump did not start in time', needs: null } : null),
    lost: () => Number(DROPPED.exec(words)?.[1] ?? 0) + stream.collector.refused,
    sinceMs: () => since,
    settle: async () => {
      const until = performance.now() + SETTLE_MS
      await pause(STILL_MS)
      while (performance.now() < until && performance.now() - stream.lastMs < STILL_MS)
        await pause(STILL_MS / 3)
    },
    close: async () => {
      isClosed = true
      const running = await started
      if ('stop' in running) await running.stop()
    },
  }
}
