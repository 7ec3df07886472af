/** The one place where words become text for a shell: POSIX.1-2024, Shell Command Language §2.2.2. */

/** What every shell reads as itself, also at the start of a word. */
const PLAIN = /^[A-Za-z0-9_./:,@%+-]+$/

const quote = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** The command line that gives a POSIX shell exactly these words; a NUL has no place in one. */
export const quoteForShell = (argv: readonly string[]): string =>
  argv.map((word) => quote(word.replaceAll('\0', ''))).join(' ')
