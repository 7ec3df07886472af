/**
 * Packets written as fast as they come, as pcap or pcapng, into one file or into a row of them: a new one when it has grown so
 * large or so old, the oldest ones removed. Records are put together in one buffer; nothing is made for a packet.
 */
import { closeSync, openSync, rmSync } from 'node:fs'
import { join, parse } from 'node:path'
import { TOOL } from '../base/version.ts'
import type { CaptureInterface, PacketBatch } from '../capture/packet.ts'
import { BLOCK } from '../capture/pcapng-block.ts'
import { writePcapHeader } from '../capture/write-pcap.ts'
import { writeInterface, writeSection } from '../capture/write-pcapng.ts'
import { writeAll } from './write-all.ts'

/** Bytes that are written at a time. */
const BUFFER_BYTES = 1 << 20

const STDOUT = 1

const WORD = 2 ** 32

const PCAP_RECORD_BYTES = 16
/** Of an enhanced packet block before its packet; behind it stand three bytes of padding at most and its length again. */
const PCAPNG_RECORD_BYTES = 28
const MOST_RECORD_BYTES = PCAPNG_RECORD_BYTES + 7

/** Up to here words that are copied one by one are quicker than a call that copies them. */
const MOST_WORDWISE = 128

/** When another file is begun, and how many are kept; null for never and all. */
export type Rotation = {
  readonly bytes: number | null
  readonly seconds: number | null
  readonly keep: number | null
}

/** Something that was tried with a file and did not work. */
export class PacketFileError extends Error {
  constructor(path: string, tried: string, error: unknown) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    super(`${path} ${tried} (${code})`)
    this.name = 'PacketFileError'
  }
}

/** `dir/name.pcap` as the file of that number: `dir/name_00012.pcap`. */
export function numberedPath(path: string, number: number): string {
  const { dir, name, ext } = parse(path)
  return join(dir, `${name}_${String(number).padStart(5, '0')}${ext}`)
}

/** A file, or a row of them, of packets of one interface; throws a `PacketFileError` where the disk refuses. */
export class PacketFile {
  /** The files that were written and are kept, the oldest first. */
  readonly paths: string[] = []
  readonly #path: string
  readonly #from: CaptureInterface
  readonly #epochSeconds: number
  /** In nanoseconds, the upper and the lower 32 bits. */
  readonly #epochHigh: number
  readonly #epochLow: number
  readonly #rotation: Rotation
  readonly #isPcap: boolean
  readonly #bytes: Uint8Array = new Uint8Array(BUFFER_BYTES)
  readonly #view: DataView = new DataView(this.#bytes.buffer)
  #end = 0
  #file = -1
  #written = 0
  #begunNs = 0
  #number = 0

  /** `path` is `-` for the standard output; a name in `.pcap` is a pcap with microseconds, any other a pcapng. */
  constructor(path: string, from: CaptureInterface, epochSeconds: number, rotation: Rotation) {
    this.#path = path
    this.#from = from
    this.#epochSeconds = epochSeconds
    const epochNs = BigInt(epochSeconds) * 1_000_000_000n
    this.#epochHigh = Number(epochNs / BigInt(WORD))
    this.#epochLow = Number(epochNs % BigInt(WORD))
    this.#rotation = rotation
    this.#isPcap = /\.(?:pcap|cap|dump)$/i.test(path)
    this.#begin()
  }

  /** Writes packets of a batch. */
  write(batch: PacketBatch, from: number, to: number): void {
    const { view } = batch
    const rotates = this.#rotates
    for (let index = from; index < to; index++) {
      const timeNs = batch.timeNs[index] as number
      const captured = batch.capturedBytes[index] as number
      if (rotates && this.#isOver(timeNs, captured)) this.#rotate(timeNs)
      if (this.#end + captured + MOST_RECORD_BYTES > BUFFER_BYTES) this.flush()
      const at = batch.at[index] as number
      const original = batch.originalBytes[index] as number
      if (this.#isPcap) this.#pcapRecord(view, at, captured, timeNs, original)
      else this.#pcapngRecord(view, at, captured, timeNs, original)
    }
  }

  /** Copies a packet into the buffer. */
  #copy(view: DataView, at: number, captured: number, to: number): void {
    if (captured > MOST_WORDWISE) {
      this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset + at, captured), to)
      return
    }
    const into = this.#view
    let done = 0
    for (; done + 4 <= captured; done += 4) into.setInt32(to + done, view.getInt32(at + done))
    for (; done < captured; done++) into.setUint8(to + done, view.getUint8(at + done))
  }

  /** Writes what is held. */
  flush(): void {
    try {
      writeAll(this.#file, this.#bytes.subarray(0, this.#end))
    } catch (error) {
      throw new PacketFileError(this.paths.at(-1) ?? this.#path, 'could not be written on', error)
    }
    this.#written += this.#end
    this.#end = 0
  }

  close(): void {
    if (this.#file < 0) return
    this.flush()
    if (this.#file !== STDOUT) closeSync(this.#file)
    this.#file = -1
  }

  get #rotates(): boolean {
    return this.#rotation.bytes !== null || this.#rotation.seconds !== null
  }

  #isOver(timeNs: number, more: number): boolean {
    const { bytes, seconds } = this.#rotation
    if (this.#begunNs === 0) this.#begunNs = timeNs
    if (seconds !== null && timeNs - this.#begunNs >= seconds * 1e9) return true
    return bytes !== null && this.#written + this.#end + more > bytes
  }

  #begin(): void {
    const path = this.#rotates ? numberedPath(this.#path, ++this.#number) : this.#path
    try {
      this.#file = path === '-' ? STDOUT : openSync(path, 'w')
    } catch (error) {
      throw new PacketFileError(path, 'cannot be written', error)
    }
    this.paths.push(path)
    this.#written = 0
    const heads = this.#isPcap
      ? [writePcapHeader(this.#from, 'microseconds')]
      : [writeSection(TOOL), writeInterface(this.#from)]
    for (const head of heads) {
      this.#bytes.set(head, this.#end)
      this.#end += head.length
    }
  }

  #rotate(timeNs: number): void {
    this.close()
    this.#begin()
    this.#begunNs = timeNs
    const { keep } = this.#rotation
    if (keep === null || this.paths.length <= keep) return
    const oldest = this.paths.shift()
    if (oldest !== undefined) rmSync(oldest, { force: true })
  }

  /** `pcap.ts` has the figure. */
  #pcapRecord(
    view: DataView,
    from: number,
    captured: number,
    timeNs: number,
    original: number,
  ): void {
    const into = this.#view
    const at = this.#end
    const whole = Math.floor(timeNs / 1e9)
    into.setUint32(at, this.#epochSeconds + whole, true)
    into.setUint32(at + 4, Math.floor((timeNs - whole * 1e9) / 1000), true)
    into.setUint32(at + 8, captured, true)
    into.setUint32(at + 12, original, true)
    this.#copy(view, from, captured, at + PCAP_RECORD_BYTES)
    this.#end = at + PCAP_RECORD_BYTES + captured
  }

  /** An enhanced packet block without options; `pcapng-block.ts` has the figure. */
  #pcapngRecord(
    view: DataView,
    from: number,
    captured: number,
    timeNs: number,
    original: number,
  ): void {
    const into = this.#view
    const at = this.#end
    const padded = (captured + 3) & ~3
    const length = PCAPNG_RECORD_BYTES + padded + 4
    // A nanosecond of our time takes more than the 53 bits of a number: both halves are summed apart.
    const low = this.#epochLow + (timeNs % WORD)
    const high = this.#epochHigh + Math.floor(timeNs / WORD) + Math.floor(low / WORD)
    into.setUint32(at, BLOCK.enhancedPacket, true)
    into.setUint32(at + 4, length, true)
    into.setUint32(at + 8, 0, true)
    into.setUint32(at + 12, high, true)
    into.setUint32(at + 16, low % WORD, true)
    into.setUint32(at + 20, captured, true)
    into.setUint32(at + 24, original, true)
    const end = at + PCAPNG_RECORD_BYTES + padded
    // What pads the packet is 0, whatever lay there before.
    into.setUint32(end - 4, 0)
    this.#copy(view, from, captured, at + PCAPNG_RECORD_BYTES)
    into.setUint32(end, length, true)
    this.#end = end + 4
  }
}
