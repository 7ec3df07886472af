/** The end of a log's file, tail(1). */
import { type Question, succeeded } from './source.ts'

/** So much of a file's end is read: some hundred lines. */
export const TAIL_BYTES: number = 64 << 10

/** The lines of a text, without the last line's end. */
export const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n')

/** The last lines of the file `path`; the first of them may be cut. */
export const logTail = (path: string): Question<readonly string[]> => ({
  name: `the end of ${path}`,
  sources: [
    {
      argv: ['tail', '-c', String(TAIL_BYTES), path],
      package: 'coreutils',
      parse: (output) => (succeeded(output) ? linesOf(output.stdout) : null),
    },
  ],
})
