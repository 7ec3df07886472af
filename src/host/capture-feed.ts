/**
 * The bytes of a capture, wherever they come from: a regular file (read in place, without waiting), a pipe or terminal, and
 * gzip (RFC 1952, several members in a row as well) of either. Nothing throws: what went wrong is a `FeedFailure`.
 */
import { close, closeSync, fstatSync, openSync, read, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** Bytes in pieces. */
export type ByteFeed = {
  /** Writes at most `bytes.length - at` bytes to `bytes` from `at` on, and tells how many; 0 says that there are no more. */
  readonly read: (bytes: Uint8Array, at: number) => number | Promise<number>
  readonly close: () => void
  /** Of the file as it lies on the disk; null for what has no length. */
  readonly totalBytes: number | null
  /** Read so far of those. */
  readonly readBytes: number
  /** Why it ended before its end; null where it did not. */
  readonly failure: string | null
}

/** Why there is nothing to read. */
export type FeedFailure = { readonly failed: true; readonly reason: string }

/** True for what says why there is nothing to read. */
export const isFeedFailure = (value: ByteFeed | FeedFailure): value is FeedFailure =>
  'failed' in value

const STDIN = 0

/** What the system's error numbers mean for somebody who named a file. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it; run it as its owner, or “sudo chmod a+r” it',
  EPERM: 'no permission to read it',
  ENOTDIR: 'a part of its path is no directory',
  ELOOP: 'its symbolic links go round in a circle',
  ENXIO: 'it is a socket or a device that cannot be read',
  EISDIR: 'it is a directory; name the files in it',
  EIO: 'the disk could not read it',
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'

const explain = (error: unknown): string => REASONS[codeOf(error)] ?? codeOf(error)

class FileFeed implements ByteFeed {
  readBytes = 0
  failure: string | null = null
  readonly totalBytes: number
  readonly #file: number

  constructor(file: number, totalBytes: number) {
    this.#file = file
    this.totalBytes = totalBytes
  }

  read(bytes: Uint8Array, at: number): number {
    try {
      const got = readSync(this.#file, bytes, at, bytes.length - at, null)
      this.readBytes += got
      return got
    } catch (error) {
      this.failure = explain(error)
      return 0
    }
  }

  close(): void {
    if (this.#file !== STDIN) closeSync(this.#file)
  }
}

class PipeFeed implements ByteFeed {
  readBytes = 0
  failure: string | null = null
  readonly totalBytes = null
  readonly #file: number

  constructor(file: number) {
    this.#file = file
  }

  read(bytes: Uint8Array, at: number): Promise<number> {
    return new Promise((resolve) => {
      const attempt = (): void => {
        read(this.#file, bytes, at, bytes.length - at, null, (error, got) => {
          // A terminal or pipe that another process has made non-blocking.
          if (error !== null && codeOf(error) === 'EAGAIN') {
            setTimeout(attempt, 5)
            return
          }
          if (error !== null) this.failure = explain(error)
          const count = error === null ? got : 0
          this.readBytes += count
          resolve(count)
        })
      }
      attempt()
    })
  }

  close(): void {
    // Closing waits for a read that is on its way; the process may end before.
    if (this.#file !== STDIN) close(this.#file, () => {})
  }
}

/** Opens `path`; `-` is the standard input. */
export function openFeed(path: string): ByteFeed | FeedFailure {
  let file = STDIN
  try {
    if (path !== '-') file = openSync(path, 'r')
    const stat = fstatSync(file)
    if (stat.isDirectory()) {
      if (file !== STDIN) closeSync(file)
      return { failed: true, reason: REASONS.EISDIR ?? '' }
    }
    return stat.isFile() ? new FileFeed(file, stat.size) : new PipeFeed(file)
  } catch (error) {
    return { failed: true, reason: explain(error) }
  }
}

/** Bytes that are unpacked at a time. */
const PACKED_BYTES = 256 * 1024

class GunzipFeed implements ByteFeed {
  failure: string | null = null
  readonly #packed: ByteFeed
  readonly #pieces: AsyncIterator<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)
  #at = 0

  constructor(packed: ByteFeed, first: Uint8Array) {
    this.#packed = packed
    const gunzip = createGunzip({ chunkSize: PACKED_BYTES })
    this.#pieces = gunzip[Symbol.asyncIterator]()
    const pump = async (): Promise<void> => {
      let piece = first
      while (piece.length > 0 && !gunzip.destroyed) {
        if (!gunzip.write(piece)) {
          await new Promise<void>((resolve) => {
            gunzip.once('drain', resolve)
            gunzip.once('close', resolve)
          })
        }
        // Not one buffer again and again: the last piece may still be waiting.
        const next = new Uint8Array(PACKED_BYTES)
        piece = next.subarray(0, await packed.read(next, 0))
      }
      gunzip.end()
    }
    void pump()
  }

  get totalBytes(): number | null {
    return this.#packed.totalBytes
  }
  get readBytes(): number {
    return this.#packed.readBytes
  }

  async read(bytes: Uint8Array, at: number): Promise<number> {
    while (this.#at === this.#piece.length) {
      try {
        const next = await this.#pieces.next()
        if (next.done === true) return 0
        this.#piece = next.value
        this.#at = 0
      } catch (error) {
        this.failure = `what gzip packed cannot be unpacked (${codeOf(error)})`
        return 0
      }
    }
    const count = Math.min(bytes.length - at, this.#piece.length - this.#at)
    bytes.set(this.#piece.subarray(this.#at, this.#at + count), at)
    this.#at += count
    return count
  }

  close(): void {
    void this.#pieces.return?.()
    this.#packed.close()
  }
}

/** Whether the bytes begin as gzip does, RFC 1952 §2.3.1. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** What `packed` holds, unpacked; `first` is what was read of it already. */
export const unpackFeed = (packed: ByteFeed, first: Uint8Array): ByteFeed =>
  new GunzipFeed(packed, first)
