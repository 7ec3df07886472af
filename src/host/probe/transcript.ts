/** A conversation as it is shown: `> ` before what was sent, `< ` before what came. */
import { printable, printableLines } from '../../base/printable.ts'

/** More lines of one turn are not shown. */
const MOST_TURN_LINES = 40
/** Readable words in bytes that are no text, as strings(1) finds them. */
const WORDS = /[\x20-\x7e]{4,}/g

/** Bytes that are no text are told by their number and the words in them. */
function describe(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes)
  if (!/[\x00\ufffd]/.test(text)) return printableLines(text, MOST_TURN_LINES)
  const words = (Buffer.from(bytes).toString('latin1').match(WORDS) ?? []).join(' ')
  return [printable(`(${bytes.length} bytes) ${words.slice(0, 300)}`).trimEnd()]
}

/** What a proxy is told of the user is for nobody else to read. */
const withoutSecret = (line: string): string =>
  line.replace(/^((?:Proxy-)?Authorization: \S+) .*/i, '$1 …')

/** What was said and heard, turn by turn. */
export class Transcript {
  readonly #turns: { readonly mark: '>' | '<'; lines: readonly string[]; pieces: Uint8Array[] }[] =
    []

  /** Notes what was said; `shown` stands for bytes that are no text. */
  said({ bytes, shown }: { readonly bytes: Uint8Array; readonly shown: string | null }): void {
    if (bytes.length === 0 && shown === null) return
    const lines = shown === null ? describe(bytes).map(withoutSecret) : [shown]
    this.#turns.push({ mark: '>', lines, pieces: [] })
  }

  /** Notes what came; pieces without a word of ours between them are one turn. */
  heard(bytes: Uint8Array): void {
    const last = this.#turns.at(-1)
    const turn = last?.mark === '<' ? last : { mark: '<' as const, lines: [], pieces: [] }
    if (turn !== last) this.#turns.push(turn)
    turn.pieces.push(bytes)
    turn.lines = describe(Buffer.concat(turn.pieces))
  }

  get lines(): readonly string[] {
    return this.#turns.flatMap(({ mark, lines }) => lines.map((line) => `${mark} ${line}`))
  }
}
