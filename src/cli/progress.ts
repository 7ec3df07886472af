/** One line that says what goes on: on a terminal only, beside the answer, and erased at the end. */
import { printable } from '../base/printable.ts'
import { cutToWidth } from '../report/width.ts'
import type { Sink } from './surroundings.ts'

export type Progress = {
  readonly show: (text: string) => void
  /** Erases the line; nothing is shown afterwards. */
  readonly end: () => void
}

/** To the line's beginning, and erase to its end (ECMA-48 EL). */
const ERASE = '\r\u001b[K'

/** Begins with `text` at once. */
export function startProgress(err: Sink, text: string): Progress {
  let live = err.isTerminal
  const show = (now: string): void => {
    if (live) err.write(ERASE + cutToWidth(printable(now), (err.columns ?? 80) - 1, '...'))
  }
  show(text)
  return {
    show,
    end: () => {
      if (live) err.write(ERASE)
      live = false
    },
  }
}
