/** Words of a command that a person pastes into a shell (POSIX.1-2024, Shell Command Language §2.2). */

/** What every shell reads as itself, anywhere in a command. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/

/** The word as a shell takes it: as it is where that is safe, else in single quotes. */
export const shellWord = (word: string): string =>
  PLAIN.test(word) ? word : `'${word.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`
