/** Lines of text in a stream that comes in pieces: what the older protocols are made of. */
import { bytesBetween, latin1 } from '../../wire/bytes.ts'

/** Characters of a line that are kept; what follows up to its end is dropped. */
const MOST_CHARACTERS = 4096

const LINE_FEED = 10

/** Puts lines together, for one direction of a connection. */
export class LineReader {
  #rest = ''

  /** The lines that end in `view[at, end)`, without their ends; what is left waits for the next piece. */
  take(view: DataView, at: number, end: number): string[] {
    const lines: string[] = []
    let from = at
    for (let place = at; place < end; place++) {
      if (view.getUint8(place) !== LINE_FEED) continue
      lines.push((this.#rest + this.#text(view, from, place)).replace(/\r$/, ''))
      this.#rest = ''
      from = place + 1
    }
    if (from < end) this.#rest += this.#text(view, from, end)
    return lines
  }

  /** Forgets the begun line: bytes of it are missing. */
  drop(): void {
    this.#rest = ''
  }

  #text(view: DataView, at: number, end: number): string {
    const room = MOST_CHARACTERS - this.#rest.length
    return room <= 0 ? '' : latin1(bytesBetween(view, at, Math.min(end, at + room)))
  }
}
