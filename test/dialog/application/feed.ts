import type { Decoder, Payload } from '../../../src/dialog/application/decoder.ts'
import type { Talk } from '../../../src/dialog/application/talk.ts'

/** One thing said: `>` by the client, `<` by the server, and the characters as bytes. */
export type Said = readonly ['>' | '<', string]

export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)

/** The payload of a line, as the second, third … frame with a millisecond between them; poison lies around it. */
export function payloadOf([side, text]: Said, frame: number, gapBytes = 0): Payload {
  const bytes = bytesOf(`\xff\xff${text}\xff\xff`)
  return {
    fromClient: side === '>',
    view: new DataView(bytes.buffer),
    at: 2,
    end: bytes.length - 2,
    timeNs: frame * 1e6,
    frame,
    gapBytes,
  }
}

/** Says all of it to the decoder, each line a frame; tells whether it wanted more after each. */
export const feed = (to: Pick<Decoder | Talk, 'take'>, lines: readonly Said[]): boolean[] =>
  lines.map((line, index) => to.take(payloadOf(line, index + 1)))

/** The same stream in pieces of `size` bytes. */
export const inPieces = (lines: readonly Said[], size: number): Said[] =>
  lines.flatMap(([side, text]) =>
    Array.from(
      { length: Math.ceil(text.length / size) },
      (_, index): Said => [side, text.slice(index * size, (index + 1) * size)],
    ),
  )

/** What was asked and answered. */
export const told = ({ log }: Decoder): [string, string | null][] =>
  log.kept.map(({ asked, answered }) => [asked, answered])
