/**
 * Captures from files and pipes, as batches of packets: one after the other for one file, in the order of their times
 * for several. A file is read into one buffer that is used again and again, so that a batch holds until the next one.
 */
import { explainNoCapture, findFormat } from '../capture/open.ts'
import { type CaptureReader, Epoch, PacketBatch, type Tally } from '../capture/packet.ts'
import { viewOf } from '../wire/bytes.ts'
import { type ByteFeed, isFeedFailure, isGzip, openFeed, unpackFeed } from './capture-feed.ts'

/** Bytes that are read at a time: what a processor keeps close to it. To read ahead by another thread was no faster, as it keeps them close to another one. */
const BUFFER_BYTES = 256 * 1024

/** A capture that is being read, and what is known of it so far. */
export type CaptureSource = {
  readonly path: string
  /** The kind of file: the `name` of a `CaptureFormat`. */
  readonly formatName: string
  readonly packed: boolean
  readonly reader: CaptureReader
  /** Bytes as they lie on the disk: all of them (null for a pipe), and those that were read. */
  readonly totalBytes: number | null
  readonly readBytes: number
  /** Packets that were handed on. */
  readonly packets: number
  /** Why the bytes ended early (the disk, gzip); null where they did not. Damage within them is the reader's. */
  readonly failure: string | null
}

/** A file that gave nothing at all, and the sentence that says why and what to do. */
export type CaptureFailure = { readonly path: string; readonly reason: string }

/** What was read of all files. */
export type CaptureReading = {
  readonly sources: readonly CaptureSource[]
  readonly failures: readonly CaptureFailure[]
  /** True where whoever took the packets wanted no more, or the signal was given. */
  readonly stopped: boolean
}

/**
 * Takes the packets `from` … `to - 1` of `batch`, which hold until it returns. `false` says that no more
 * are wanted; a promise of it, that the next ones have to wait.
 */
export type TakePackets = (
  batch: PacketBatch,
  from: number,
  to: number,
  source: CaptureSource,
  // biome-ignore lint/suspicious/noConfusingVoidType: most takers return nothing
) => void | boolean | Promise<boolean>

/** One capture with the batch that was read last. */
class Cursor implements CaptureSource {
  readonly path: string
  readonly formatName: string
  readonly packed: boolean
  readonly reader: CaptureReader
  readonly batch: PacketBatch = new PacketBatch()
  packets = 0
  /** Of `batch`, the first one that was not handed on. */
  next = 0
  readonly #feed: ByteFeed
  #bytes: Uint8Array
  #view: DataView
  #at = 0
  #end: number
  #last = false
  /** Whether the reader has had all that lies between `#at` and `#end`. */
  #hungry = false

  constructor(
    path: string,
    formatName: string,
    packed: boolean,
    reader: CaptureReader,
    feed: ByteFeed,
    bytes: Uint8Array,
    end: number,
  ) {
    this.path = path
    this.formatName = formatName
    this.packed = packed
    this.reader = reader
    this.#feed = feed
    this.#bytes = bytes
    this.#view = viewOf(bytes)
    this.#end = end
  }

  get totalBytes(): number | null {
    return this.#feed.totalBytes
  }
  get readBytes(): number {
    return this.#feed.readBytes
  }
  get failure(): string | null {
    return this.#feed.failure
  }

  /** Reads on until there are packets in `batch` (true) or the capture is at its end (false). */
  advance(): boolean | Promise<boolean> {
    this.next = 0
    for (;;) {
      if (this.#hungry && !this.#last) {
        const got = this.#fill()
        if (typeof got !== 'number') return got.then((count) => this.#resume(count))
        this.#filled(got)
      }
      const at = this.#at
      const { tally } = this.batch
      const before = tally?.packets ?? 0
      this.#at = this.reader.read(this.#view, at, this.#end, this.#last, this.batch)
      this.#hungry = this.batch.count < this.batch.capacity
      const tallied = (tally?.packets ?? 0) - before
      this.packets += tallied
      if (this.batch.count > 0 || tallied > 0) return true
      if (this.reader.ended || (this.#last && this.#at === at)) return false
    }
  }

  close(): void {
    this.#feed.close()
  }

  /** What is left goes to the front, and behind it as much as there is room for. */
  #fill(): number | Promise<number> {
    const left = this.#end - this.#at
    const needed = Math.max(BUFFER_BYTES, this.reader.neededBytes)
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(needed)
      larger.set(this.#bytes.subarray(this.#at, this.#end))
      this.#bytes = larger
      this.#view = viewOf(larger)
    } else if (this.#at > 0) {
      this.#bytes.copyWithin(0, this.#at, this.#end)
    }
    this.#at = 0
    this.#end = left
    return this.#feed.read(this.#bytes, left)
  }

  #filled(count: number): void {
    this.#end += count
    this.#last = count === 0
  }

  #resume(count: number): boolean | Promise<boolean> {
    this.#filled(count)
    this.#hungry = false
    return this.advance()
  }
}

/** Bytes that tell the kind of a file: a pipe may not have more for a while. */
const SNIFFED_BYTES = 16

async function readFirst(feed: ByteFeed, bytes: Uint8Array): Promise<number> {
  let end = 0
  while (end < SNIFFED_BYTES) {
    const got = await feed.read(bytes, end)
    if (got === 0) break
    end += got
  }
  return end
}

async function openCursor(path: string, epoch: Epoch): Promise<Cursor | CaptureFailure> {
  let feed = openFeed(path)
  if (isFeedFailure(feed)) return { path, reason: feed.reason }
  const bytes = new Uint8Array(BUFFER_BYTES)
  let end = await readFirst(feed, bytes)
  const packed = isGzip(bytes.subarray(0, end))
  if (packed) {
    feed = unpackFeed(feed, bytes.slice(0, end))
    end = await readFirst(feed, bytes)
  }
  const view = viewOf(bytes)
  const format = findFormat(view, 0, end)
  if (format !== null && end > 0) {
    return new Cursor(path, format.name, packed, format.open(epoch), feed, bytes, end)
  }
  const nothing = packed ? 'gzip has packed nothing in it' : 'it is empty'
  const reason = feed.failure ?? (end === 0 ? nothing : explainNoCapture(view, 0, end))
  feed.close()
  return { path, reason }
}

/** The one with the earliest packet. */
function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let first: Cursor | undefined
  let firstNs = Number.POSITIVE_INFINITY
  for (const cursor of cursors) {
    const ns = cursor.batch.timeNs[cursor.next] ?? 0
    if (ns < firstNs) [first, firstNs] = [cursor, ns]
  }
  return first
}

/** Up to where the packets of `cursor` come before those of the others. */
function runEnd(cursor: Cursor, cursors: readonly Cursor[]): number {
  let limitNs = Number.POSITIVE_INFINITY
  for (const other of cursors) {
    if (other !== cursor) limitNs = Math.min(limitNs, other.batch.timeNs[other.next] ?? 0)
  }
  const { timeNs, count } = cursor.batch
  let to = cursor.next + 1
  while (to < count && (timeNs[to] ?? 0) <= limitNs) to++
  return to
}

/** Batches between two moments in which the process looks at its signals and timers. */
const BATCHES_AT_A_TIME = 16

/** A pipe may have nothing for hours: whoever aborts does not wait for it. */
function unlessAborted(more: Promise<boolean>, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal === undefined) return more
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(false)
    signal.addEventListener('abort', abort, { once: true })
    more.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Hands on what all of them hold; true where no more was wanted. */
async function merge(
  all: readonly Cursor[],
  take: TakePackets,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let cursors: Cursor[] = []
  for (const cursor of all) {
    const more = cursor.advance()
    if (typeof more === 'boolean' ? more : await unlessAborted(more, signal)) cursors.push(cursor)
  }
  for (let batches = 1; ; ) {
    if (signal?.aborted === true) return true
    const cursor = earliest(cursors)
    if (cursor === undefined) return false
    const from = cursor.next
    const to = cursors.length === 1 ? cursor.batch.count : runEnd(cursor, cursors)
    cursor.next = to
    cursor.packets += to - from
    const taken = take(cursor.batch, from, to, cursor)
    if ((taken instanceof Promise ? await taken : taken) === false) return true
    if (to < cursor.batch.count) continue
    if (batches++ % BATCHES_AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve))
    const more = cursor.advance()
    if (!(typeof more === 'boolean' ? more : await unlessAborted(more, signal))) {
      cursors = cursors.filter((other) => other !== cursor)
    }
  }
}

/** What gave no packet because its first bytes are damaged, or because no line of it was one, could not be read. */
function sort(
  opened: readonly Cursor[],
  failed: readonly CaptureFailure[],
  stopped: boolean,
): Pick<CaptureReading, 'sources' | 'failures'> {
  const sources: CaptureSource[] = []
  const failures = [...failed]
  for (const source of opened) {
    const reason = source.failure ?? source.reader.damages[0]?.reason
    if (source.packets > 0 || stopped || reason === undefined) sources.push(source)
    else failures.push({ path: source.path, reason })
  }
  return { sources, failures }
}

/**
 * Reads the captures at `paths` (`-` is the standard input) and hands their packets to `take`. Times count from one
 * `epochSeconds` for all of them. What could not be read is told; nothing
 * throws but what `take` throws. `signal` ends the reading between two pieces, and while a pipe is waited for. Of a single
 * capture whose packets can be counted where they lie, `tally` counts them, and `take` is only told that there were some.
 */
export async function readCaptures(
  paths: readonly string[],
  take: TakePackets,
  signal?: AbortSignal,
  tally: Tally | null = null,
): Promise<CaptureReading> {
  const epoch = new Epoch()
  const sources: Cursor[] = []
  const failures: CaptureFailure[] = []
  for (const path of paths) {
    const opened = await openCursor(path, epoch)
    if (opened instanceof Cursor) {
      sources.push(opened)
      if (paths.length === 1) opened.batch.tally = tally
    } else failures.push(opened)
  }
  try {
    const stopped = await merge(sources, take, signal)
    return { ...sort(sources, failures, stopped), stopped }
  } finally {
    for (const source of sources) source.close()
  }
}
