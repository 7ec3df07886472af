/** Edits of a file by a line that can be run: sed(1) by the line's number, printf(1) at the end. */
import { shellWord } from '../../base/shell-word.ts'

/** sed takes a backslash as an escape in the text that it puts in. */
const sedText = (text: string): string => text.replaceAll('\\', '\\\\')

const sed = (script: string, file: string): string =>
  `sed -i ${shellWord(script)} ${shellWord(file)}`

/** Puts a line in after line number `after`. */
export const insertLine = (file: string, after: number, text: string): string =>
  sed(`${after}a\\${sedText(text)}`, file)

/** Puts `text` in the place of a line. */
export const replaceLine = (file: string, line: number, text: string): string =>
  sed(`${line}c\\${sedText(text)}`, file)

/** Takes lines out. */
export const deleteLines = (file: string, lines: readonly number[]): string =>
  sed(lines.map((line) => `${line}d`).join(';'), file)

/** Takes every line out that is `text` and nothing else, wherever it stands. */
export const deleteWhole = (file: string, text: string): string =>
  sed(`/^${text.replace(/[\\/.*[\]^$]/g, '\\$&')}$/d`, file)

/** Puts lines at the end. */
export const appendLines = (file: string, lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map(shellWord).join(' ')} >> ${shellWord(file)}`

/** Makes a file of these lines. */
export const writeLines = (file: string, lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map(shellWord).join(' ')} > ${shellWord(file)}`
