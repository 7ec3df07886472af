/** Bytes to a file, pipe or terminal, all of them, before anything else is done. */
import { writeSync } from 'node:fs'

/** How long a pipe that is full is left alone. */
const PAUSE_MS = 2

const never = new Int32Array(new SharedArrayBuffer(4))

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN'

/** Writes `bytes`; waits where a pipe does not take them yet. Throws what the system says (`ENOSPC`, `EPIPE` …). */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at)
    } catch (error) {
      if (!isFull(error)) throw error
      Atomics.wait(never, 0, 0, PAUSE_MS)
    }
  }
}
