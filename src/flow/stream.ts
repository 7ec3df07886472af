/**
 * What one end has sent, in order: bytes that come in turn are handed on, bytes that come early wait
 * for those before them, and bytes that the other end acknowledges though they are not in the capture
 * are a gap (Zeek's content gap). Nothing is copied but what has to wait and is asked for.
 */

import type { Connection } from './connection.ts'
import type { End } from './end.ts'

/**
 * New payload of a connection in its order: the bytes `view[at, end)`, at `offset` from the first byte
 * that this end sent. `missing` bytes before them are not in the capture, or were cut off by it. A return of false says that
 * this end's payload is not asked for any more.
 */
export type OnPayload = (
  connection: Connection,
  fromClient: boolean,
  view: DataView,
  at: number,
  end: number,
  offset: number,
  missing: number,
) => boolean

/** A piece that waits. Without `bytes` only its place is remembered. */
type Piece = {
  readonly sequence: number
  readonly length: number
  readonly bytes: DataView | null
}

/** Pieces of one end that came before their turn, in order of their sequence numbers. */
export type HeldPayload = { readonly pieces: Piece[]; bytes: number }

/** Pieces that wait at one end; a hostile stream of single bytes would otherwise make them grow. */
const MOST_PIECES = 64
/** Bytes that wait at one end, and at all ends together. */
const MOST_HELD_BYTES = 65536
const MOST_HELD_IN_ALL = 16 * 1024 * 1024

/** How much later the first is than the second, in the 2^32 numbers of TCP. */
const distance = (sequence: number, from: number): number => (sequence - from) | 0

/** Hands on what both ends of connections send. One for all of them, as it bounds what waits in all. */
export class Streams {
  /** Bytes that wait for others. */
  heldBytes = 0
  readonly #onPayload: OnPayload | null

  constructor(onPayload: OnPayload | null) {
    this.#onPayload = onPayload
  }

  /** Where an end's payload begins, if nothing was known of it yet. */
  begin(end: End, sequence: number): void {
    if (end.streamKnown) return
    end.streamKnown = true
    end.streamSequence = sequence
  }

  /** Payload of `length` bytes from `sequence` on, of which `view[at, end)` was captured. */
  payload(
    connection: Connection,
    fromClient: boolean,
    sequence: number,
    length: number,
    view: DataView,
    at: number,
    end: number,
  ): void {
    const sender = fromClient ? connection.client : connection.server
    this.begin(sender, sequence)
    const early = distance(sequence, sender.streamSequence)
    if (early > 0) {
      this.#hold(connection, fromClient, sequence, length, view, at, end)
      return
    }
    const fresh = length + early
    if (fresh <= 0) return
    sender.streamSequence = (sequence + length) | 0
    if (this.#onPayload !== null && !sender.payloadUnwanted) {
      const from = Math.min(end, at - early)
      this.#give(connection, fromClient, view, from, Math.min(end, at + length), fresh, 0)
    }
    if (sender.held !== null) this.#release(connection, fromClient)
  }

  /** The other end acknowledged everything before `sequence`: what is not there will not come. True where a gap was found. */
  acknowledge(connection: Connection, fromClient: boolean, sequence: number): boolean {
    const sender = fromClient ? connection.client : connection.server
    if (!sender.streamKnown) {
      this.begin(sender, sequence)
      return false
    }
    // A FIN takes a number and is no payload.
    let upTo = sequence
    if (sender.finFrame >= 0 && upTo === ((sender.finSequence + 1) | 0)) upTo = sender.finSequence
    if (distance(upTo, sender.streamSequence) <= 0) return false
    return this.#skip(connection, fromClient, upTo)
  }

  /** Forgets what waits for an end, as nothing more will come. */
  forget(end: End): void {
    if (end.held === null) return
    this.heldBytes -= end.held.bytes
    end.held = null
  }

  /** Goes over gaps up to `upTo`, and hands on what lies between them. */
  #skip(connection: Connection, fromClient: boolean, upTo: number): boolean {
    const sender = fromClient ? connection.client : connection.server
    let missed = 0
    while (distance(upTo, sender.streamSequence) > 0) {
      const first = sender.held?.pieces[0]
      const isBeyond = first === undefined || distance(first.sequence, upTo) >= 0
      const next = isBeyond ? upTo : first.sequence
      const missing = distance(next, sender.streamSequence)
      missed += missing
      sender.streamSequence = next
      this.#release(connection, fromClient, missing)
    }
    sender.missedBytes += missed
    return missed > 0
  }

  #give(
    connection: Connection,
    fromClient: boolean,
    view: DataView,
    at: number,
    end: number,
    length: number,
    missing: number,
  ): void {
    const sender = fromClient ? connection.client : connection.server
    const first = (sender.initialSequence + 1) | 0
    const offset = ((sender.streamSequence - length - first) | 0) >>> 0
    const lost = missing + sender.uncapturedBytes
    sender.uncapturedBytes = length - (end - at)
    if (at === end) {
      sender.uncapturedBytes += lost
      return
    }
    const wanted = this.#onPayload?.(connection, fromClient, view, at, end, offset, lost)
    if (wanted !== true) sender.payloadUnwanted = true
  }

  #hold(
    connection: Connection,
    fromClient: boolean,
    sequence: number,
    length: number,
    view: DataView,
    at: number,
    end: number,
  ): void {
    const sender = fromClient ? connection.client : connection.server
    if (sender.held === null) sender.held = { pieces: [], bytes: 0 }
    const held = sender.held
    const wanted = this.#onPayload !== null && !sender.payloadUnwanted
    const captured = Math.min(length, end - at)
    const fits =
      held.bytes + captured <= MOST_HELD_BYTES && this.heldBytes + captured <= MOST_HELD_IN_ALL
    let bytes: DataView | null = null
    if (wanted && fits) {
      bytes = new DataView(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + captured))
      held.bytes += captured
      this.heldBytes += captured
    }
    insertPiece(held.pieces, { sequence, length, bytes })
    const first = held.pieces[0]
    if (held.pieces.length > MOST_PIECES && first !== undefined)
      this.#skip(connection, fromClient, first.sequence)
  }

  /** Hands on the pieces whose turn has come; `missing` bytes lie before the first. */
  #release(connection: Connection, fromClient: boolean, missing = 0): void {
    const sender = fromClient ? connection.client : connection.server
    const held = sender.held
    if (held === null) return
    let gap = missing
    for (;;) {
      const piece = held.pieces[0]
      if (piece === undefined) break
      const late = -distance(piece.sequence, sender.streamSequence)
      if (late < 0) break
      held.pieces.shift()
      const captured = piece.bytes?.byteLength ?? 0
      held.bytes -= captured
      this.heldBytes -= captured
      const fresh = piece.length - late
      if (fresh <= 0) continue
      sender.streamSequence = (piece.sequence + piece.length) | 0
      if (this.#onPayload === null || sender.payloadUnwanted) continue
      const view = piece.bytes ?? NO_BYTES
      this.#give(connection, fromClient, view, Math.min(late, captured), captured, fresh, gap)
      gap = 0
    }
    if (held.pieces.length === 0) sender.held = null
  }
}

const NO_BYTES = new DataView(new ArrayBuffer(0))

/** Puts a piece in its place; a repeated one changes nothing. */
function insertPiece(pieces: Piece[], piece: Piece): void {
  let index = pieces.length
  for (; index > 0; index--) {
    const before = pieces[index - 1]
    if (before === undefined || distance(piece.sequence, before.sequence) >= 0) break
  }
  pieces.splice(index, 0, piece)
}
