/** A table that is drawn again and again on a screen of its own, which is left as it was found. */
import type { Sink } from './surroundings.ts'

/** xterm's alternate screen (DECSET 1049) without a cursor (DECTCEM), and back. */
const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
/** ECMA-48: home (CUP), erase to the line's end (EL), erase to the screen's end (ED). */
const HOME = '\u001b[H'
const ERASE_LINE = '\u001b[K'
const ERASE_BELOW = '\u001b[J'

export class LiveTable {
  private readonly out: Sink
  private isOn = false

  constructor(out: Sink) {
    this.out = out
  }

  /** Shows the text in the place of what was there. */
  draw(text: string): void {
    if (!this.isOn) this.out.write(ENTER)
    this.isOn = true
    this.out.write(HOME + text.replaceAll('\n', `${ERASE_LINE}\n`) + ERASE_BELOW)
  }

  /** Gives the screen back. */
  end(): void {
    if (this.isOn) this.out.write(LEAVE)
    this.isOn = false
  }
}
