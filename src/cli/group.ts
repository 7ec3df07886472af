/** Commands under a common word, and the way from the words typed to one of them. */

import { nearest } from '../base/nearest.ts'
import { wrap } from '../report/width.ts'
import { type Command, entryLines, HELP_COLUMNS, UsageError } from './command.ts'

export type Entry = {
  /** What it does, in the overview; null for one that only our own processes call. */
  readonly summary: string | null
  /** Loads that one and nothing else. */
  readonly load: () => Promise<Command> | Group
}

export type Group = {
  /** The words that call it: empty for the program itself, `lab`. */
  readonly name: string
  /** What it is for, some lines. */
  readonly help: string
  readonly examples: readonly string[]
  readonly commands: Readonly<Record<string, Entry>>
  /** Lines at the end. */
  readonly notes: readonly string[]
}

export const isGroup = (value: Command | Group): value is Group => 'commands' in value

/** `rungs lab`: the program and the words of the group. */
const spell = ({ name }: Group): string => `rungs ${name}`.trim()

/** Those that are not only called by our own processes. */
export const shownCommands = ({ commands }: Group): [string, Entry][] =>
  Object.entries(commands).filter(([, { summary }]) => summary !== null)

/** The `--help` text of a group: examples first, then its commands. */
export function formatGroup(group: Group): string {
  const width = Math.max(...shownCommands(group).map(([name]) => name.length))
  return [
    ...wrap(group.help.replaceAll('\n', ' '), HELP_COLUMNS),
    '',
    'examples:',
    ...group.examples.map((example) => `  $ ${example}`),
    '',
    `usage: ${spell(group)} COMMAND [flags]`,
    '',
    ...shownCommands(group).flatMap(([name, { summary }]) =>
      entryLines(name, width, summary ?? ''),
    ),
    '',
    ...wrap(group.notes.join(' '), HELP_COLUMNS),
    '',
  ].join('\n')
}

/** What is said of a word that is no command of the group. */
function unknownWord(group: Group, word: string): UsageError {
  const known = shownCommands(group).map(([name]) => name)
  const told = `${word} is not a command of ${spell(group)}`
  if (group.name === '' && (/[.:]/.test(word) || word === 'localhost'))
    return new UsageError(`${told}; did you mean: rungs check ${word}?`)
  const meant = nearest(word, known)
  return new UsageError(
    meant
      ? `${told}; did you mean: ${spell(group)} ${meant}?`
      : `${told}; it has ${known.join(', ')}`,
  )
}

export type Found = { readonly found: Command | Group; readonly rest: readonly string[] }

/** Follows the words down to a command, or to a group where a flag or nothing comes next. */
export async function find(group: Group, words: readonly string[]): Promise<Found> {
  const [word, ...rest] = words
  if (word === undefined || word.startsWith('-')) return { found: group, rest: words }
  const entry = Object.hasOwn(group.commands, word) ? group.commands[word] : undefined
  if (!entry) throw unknownWord(group, word)
  const found = await entry.load()
  if (isGroup(found)) return find(found, rest)
  return { found, rest: found.verbatim ? words : rest }
}
