/** Text that comes in many small pieces, written in few large ones. */
import type { Sink } from '../surroundings.ts'

/** A pipe of Linux takes as much at once (pipe(7)). */
const PIECE_CHARACTERS = 65_536

/** What is written so far; `first` is called before anything reaches the stream. */
export class Output {
  private readonly sink: Sink
  private readonly first: () => void
  private held = ''
  private begun = false

  constructor(sink: Sink, first: () => void) {
    this.sink = sink
    this.first = first
  }

  write(text: string): void {
    this.held += text
    if (this.held.length >= PIECE_CHARACTERS) this.flush()
  }

  /** Writes what is held. */
  flush(): void {
    if (this.held === '') return
    if (!this.begun) this.first()
    this.begun = true
    this.sink.write(this.held)
    this.held = ''
  }
}
