/**
 * Text from outside, made fit for a terminal: a control character (C0, DEL, C1), a bidirectional
 * override or an unpaired surrogate becomes a visible escape, so that nothing that a network or
 * a host sent can move the cursor, set a title or reverse what is read.
 */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

const escapeCharacter = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/** What most texts are: nothing of it has to be changed. */
const PLAIN = /^[ -~]*$/

/** One line: tabs become spaces, everything unprintable is escaped. */
export const printable = (text: string): string =>
  PLAIN.test(text) ? text : text.replaceAll('\t', ' ').replace(UNPRINTABLE, escapeCharacter)

/** The lines of `text`, each printable, without empty ones at the end, at most `most` of them. */
export function printableLines(text: string, most: number = Number.POSITIVE_INFINITY): string[] {
  const lines = text.trimEnd().split(/\r?\n/)
  const shown = lines.slice(0, most).map((line) => printable(line).trimEnd())
  return lines.length > most ? [...shown, `… ${lines.length - most} more lines`] : shown
}
