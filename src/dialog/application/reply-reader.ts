/** The replies of FTP and SMTP in a stream that comes in pieces: see `../reply.ts` for their form. */
import { LineReader } from './line.ts'

/** A whole reply: its code, and all of its lines as one text that begins with the code. */
export type SpokenReply = { readonly code: number; readonly text: string }

/** Lines of a reply that are kept. */
const MOST_LINES = 100

/** Puts replies together, for the server's direction of a connection. */
export class ReplyReader {
  readonly #reader = new LineReader()
  #lines: string[] = []
  #code = ''

  /** The replies that end in `view[at, end)`. */
  take(view: DataView, at: number, end: number): SpokenReply[] {
    const replies: SpokenReply[] = []
    for (const line of this.#reader.take(view, at, end)) {
      const [, code = '', mark = ''] = /^(\d{3})(?:([ -])|$)/.exec(line) ?? []
      if (this.#code === '' && code === '') continue
      if (this.#code === '') this.#code = code
      const own = code === this.#code
      if (this.#lines.length < MOST_LINES)
        this.#lines.push(own && this.#lines.length > 0 ? line.slice(4) : line)
      if (!own || mark === '-') continue
      replies.push({ code: Number(code), text: this.#lines.join(' ') })
      this.#begin()
    }
    return replies
  }

  /** Forgets the begun reply: bytes of it are missing. */
  drop(): void {
    this.#reader.drop()
    this.#begin()
  }

  #begin(): void {
    this.#lines = []
    this.#code = ''
  }
}
