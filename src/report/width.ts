/** How many columns of a terminal a text takes, as wcwidth(3) counts them. */

/** Combining marks, format characters and variation selectors take no column. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** Two columns: East Asian wide and fullwidth (UAX #11), and what is drawn as an emoji. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u

const ASCII = /^[ -~]*$/

const columnsOf = (character: string): number =>
  ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1

/** The columns that `text` takes; it must hold no control characters. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

/** The longest beginning of `text` that fits into `columns`. */
function beginning(text: string, columns: number): string {
  let taken = 0
  let kept = ''
  for (const character of text) {
    taken += columnsOf(character)
    if (taken > columns) break
    kept += character
  }
  return kept
}

/** `text` in at most `columns` columns; what was cut off shows as `mark` at the end. */
export function cutToWidth(text: string, columns: number, mark = '…'): string {
  if (displayWidth(text) <= columns) return text
  const room = columns - displayWidth(mark)
  return room < 0 ? beginning(mark, columns) : beginning(text, room).trimEnd() + mark
}

/** Spaces up to `columns` after `text`. */
export const padToWidth = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)))

/** A word in pieces of at most `columns`. */
function breakWord(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word]
  const pieces: string[] = []
  let piece = ''
  let taken = 0
  for (const character of word) {
    const more = columnsOf(character)
    if (taken + more > columns) {
      pieces.push(piece)
      piece = ''
      taken = 0
    }
    piece += character
    taken += more
  }
  return [...pieces, piece]
}

/** Words of ASCII with one space between them: every character takes one column. */
const PLAIN_WORDS = /^[!-~]+(?: [!-~]+)*$/

/** `wrap` for plain words, as most texts are; null where one of them is longer than a line. */
function wrapPlain(text: string, columns: number): string[] | null {
  const lines: string[] = []
  let at = 0
  while (text.length - at > columns) {
    const space = text.lastIndexOf(' ', at + columns)
    if (space < at) return null
    lines.push(text.slice(at, space))
    at = space + 1
  }
  lines.push(text.slice(at))
  return lines
}

/** `text` in lines of at most `columns`, broken at spaces; a longer word is broken where it must. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(columns, 2)
  const plain = PLAIN_WORDS.test(text) ? wrapPlain(text, width) : null
  if (plain !== null) return plain
  const lines: string[] = []
  let line = ''
  let taken = 0
  const words = text.split(' ').filter((word) => word !== '')
  for (const word of words.flatMap((long) => breakWord(long, width))) {
    const wordWidth = displayWidth(word)
    const fits = taken + 1 + wordWidth <= width
    if (line !== '' && !fits) lines.push(line)
    line = line !== '' && fits ? `${line} ${word}` : word
    taken = line === word ? wordWidth : taken + 1 + wordWidth
  }
  return [...lines, line]
}
