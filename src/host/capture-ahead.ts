/**
 * A large file, read by other threads ahead of who looks at it: copying it out of the page cache takes longer than counting its
 * packets does.
 */
import { close, read } from 'node:fs'

/** From here on it is worth it. */
export const LARGE_BYTES: number = 8 << 20

/** Bytes that are read at a time, and room before them for what was left of the piece before. */
const PIECE_BYTES = 2 << 20
const LEFT_BYTES = 256 << 10

/** Pieces: one is looked at, the others are on their way. */
const PIECES = 3

/** Bytes from `at` to `end`; those that were left come first. None that are new says that the file is at its end. */
export type Piece = {
  readonly bytes: Uint8Array
  readonly at: number
  readonly end: number
  readonly newBytes: number
}

type Coming = {
  readonly bytes: Uint8Array
  readonly position: number
  readonly got: Promise<number>
}

export class AheadReader {
  readonly #file: number
  readonly #free: Uint8Array[] = []
  readonly #coming: Coming[] = []
  #shown: Uint8Array | null = null
  /** Where what was handed on ends, and where the next read begins. */
  #end: number
  #position: number

  /** Reads `file`, an open descriptor, from `position` on. */
  constructor(file: number, position: number) {
    this.#file = file
    this.#end = position
    this.#position = position
    for (let count = 0; count < PIECES; count++)
      this.#free.push(new Uint8Array(LEFT_BYTES + PIECE_BYTES))
  }

  /** The piece after the last one, which does not hold any more but for `left`, a part of it. */
  async next(left: Uint8Array): Promise<Piece> {
    this.#ask()
    const coming = this.#coming.shift()
    if (coming === undefined) throw new Error('nothing is on its way')
    const got = await coming.got
    const { bytes } = coming
    // Fewer than were asked for: what was asked for after them begins at a wrong place.
    if (got < PIECE_BYTES) await this.#askAgain(this.#end + got)
    this.#end += got
    const piece = joined(left, bytes, got)
    if (this.#shown !== null) this.#free.push(this.#shown)
    this.#shown = bytes
    this.#ask()
    return piece
  }

  /** Closes the file once nothing is read from it any more. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#coming.map(({ got }) => got))
    close(this.#file, () => {})
  }

  #ask(): void {
    for (let bytes = this.#free.pop(); bytes !== undefined; bytes = this.#free.pop()) {
      const position = this.#position
      const got = this.#read(bytes, position)
      // Whoever comes to it hears of the error.
      got.catch(() => {})
      this.#coming.push({ bytes, position, got })
      this.#position += PIECE_BYTES
    }
  }

  async #askAgain(position: number): Promise<void> {
    await Promise.allSettled(this.#coming.map(({ got }) => got))
    for (const { bytes } of this.#coming.splice(0)) this.#free.push(bytes)
    this.#position = position
  }

  #read(bytes: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#file, bytes, LEFT_BYTES, PIECE_BYTES, position, (error, got) =>
        error === null ? resolve(got) : reject(error),
      )
    })
  }
}

/** What was left, right before what is new. */
function joined(left: Uint8Array, bytes: Uint8Array, newBytes: number): Piece {
  if (left.length <= LEFT_BYTES) {
    const at = LEFT_BYTES - left.length
    bytes.set(left, at)
    return { bytes, at, end: LEFT_BYTES + newBytes, newBytes }
  }
  const larger = new Uint8Array(left.length + newBytes)
  larger.set(left)
  larger.set(bytes.subarray(LEFT_BYTES, LEFT_BYTES + newBytes), left.length)
  return { bytes: larger, at: 0, end: larger.length, newBytes }
}
