/** Prose with commands between backticks, in lines: a command is told apart, and broken only where it must. */
import { type Line, type Span, say } from './line.ts'
import { displayWidth, wrap } from './width.ts'

/** What stands between two spaces: a command with its spaces is one word, and so is the comma after it. */
type Word = Span[]

function wordsOf(text: string, columns: number): Word[] {
  const words: Word[] = []
  let glued = false
  text.split(/(`[^`]*`)/).forEach((part, index) => {
    const isCommand = index % 2 === 1
    const whole = isCommand && displayWidth(part) < columns
    const pieces = whole ? [part] : part.split(' ')
    pieces.forEach((piece, at) => {
      if (at > 0) glued = false
      if (piece === '') return
      const span = say(piece, isCommand ? 'command' : 'plain')
      const last = words.at(-1)
      if (glued && last) last.push(span)
      else words.push([span])
      glued = true
    })
  })
  return words
}

const widthOf = (word: Word): number =>
  word.reduce((columns, { text }) => columns + displayWidth(text), 0)

/** A word that is wider than the page, in pieces; it loses nothing but its unity. */
const broken = (word: Word, columns: number): Word[] =>
  widthOf(word) <= columns
    ? [word]
    : word.flatMap(({ text, style }) => wrap(text, columns).map((piece) => [say(piece, style)]))

/** The text in lines of at most `columns`. */
export function proseLines(text: string, columns: number): Line[] {
  const lines: Span[][] = []
  let taken = 0
  for (const word of wordsOf(text, columns).flatMap((one) => broken(one, columns))) {
    const line = lines.at(-1)
    const width = widthOf(word)
    if (line && taken + 1 + width <= columns) {
      line.push(say(' '), ...word)
      taken += 1 + width
    } else {
      lines.push(word)
      taken = width
    }
  }
  return lines
}
