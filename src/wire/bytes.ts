/**
 * Bytes as the readers and writers of this room hand them on: a reader gets a `DataView` with the
 * offsets `at` and `end`, a writer gives a `Uint8Array`. Network order throughout (RFC 1700).
 */
import type { Stopped } from '../base/stopped.ts'

/** A view over exactly these bytes, without a copy. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The bytes from `at` to `end`, without a copy; both must lie within the view. */
export const bytesBetween = (view: DataView, at: number, end: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, end - at)

/** Several pieces as one. */
export function joinBytes(...pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** Lower-case digits, two a byte, without separators. */
export const formatHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Bytes from pairs of hexadecimal digits without separators; null for any other text. */
export function parseHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
}

const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Shorter text is made faster without a decoder. */
const DECODER_PAYS_BYTES = 64

/** One character a byte (ISO 8859-1), as the line-oriented protocols are read: never fails. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length > DECODER_PAYS_BYTES) {
    // As many characters as bytes and none that stands for a wrong one: all of it is ASCII.
    const text = UTF_8.decode(bytes)
    if (text.length === bytes.length && !text.includes('\ufffd')) return text
  }
  let text = ''
  // An argument list has a limit in every engine; 4096 is far below it. Spreading takes six times as long.
  for (let at = 0; at < bytes.length; at += 4096) {
    const piece: unknown = bytes.subarray(at, at + 4096)
    text += String.fromCharCode.apply(null, piece as number[])
  }
  return text
}

/** Why the header `layer` at `at` could not be read: it needs `need` bytes, `end` leaves fewer. */
export const stoppedAt = (layer: string, at: number, need: number, end: number): Stopped => ({
  stopped: true,
  layer,
  at,
  need,
  have: Math.max(0, end - at),
})
