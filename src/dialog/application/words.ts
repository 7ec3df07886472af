/** Text out of bytes, where the same words come again and again: those that came lately are not made anew. */
import { bytesBetween, latin1 } from '../../wire/bytes.ts'

/** Places for words; what hashes to the same place takes turns. */
const PLACES = 512

/** Words longer than this seldom come again. */
const LONGEST = 128

const recent: string[] = new Array<string>(PLACES).fill('')

/** The bytes `view[at, end)` as text, one character a byte. */
export function wordsIn(view: DataView, at: number, end: number): string {
  const length = end - at
  if (length <= 0) return ''
  if (length > LONGEST) return latin1(bytesBetween(view, at, end))
  const place =
    (length * 31 +
      view.getUint8(at) * 7 +
      view.getUint8(end - 1) * 17 +
      view.getUint8(at + (length >> 1))) %
    PLACES
  const known = recent[place] ?? ''
  if (isSame(view, at, length, known)) return known
  const words = latin1(bytesBetween(view, at, end))
  recent[place] = words
  return words
}

function isSame(view: DataView, at: number, length: number, words: string): boolean {
  if (words.length !== length) return false
  for (let place = 0; place < length; place++)
    if (words.charCodeAt(place) !== view.getUint8(at + place)) return false
  return true
}
