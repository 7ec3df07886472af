/** Every command and every group as one list, for what is made from all of them: man pages, completions. */
import { type Command, type Flag, flagsOf, HELP_FLAG } from './command.ts'
import { type Group, isGroup, shownCommands } from './group.ts'

/** A command, or a group as the place where its commands are chosen. */
export type Branch = {
  /** The words after `rungs`; empty for the program itself. */
  readonly words: string
  /** One line: what it does. */
  readonly summary: string
  readonly of: Command | Group
  readonly flags: readonly Flag[]
  /** What may come next and is known: commands with what they do, or operands. */
  readonly next: readonly (readonly [word: string, summary: string | null])[]
}

const VERSION_FLAG: Flag = { name: 'version', short: 'V', help: 'print the version' }

/** The group itself first, then each of its commands with what is under it. */
export async function commandTree(group: Group, summary: string): Promise<Branch[]> {
  const entries = shownCommands(group)
  const own: Branch = {
    words: group.name,
    summary,
    of: group,
    flags: group.name === '' ? [HELP_FLAG, VERSION_FLAG] : [HELP_FLAG],
    next: entries.map(([name, entry]) => [name, entry.summary]),
  }
  const below = await Promise.all(
    entries.map(async ([, entry]): Promise<Branch[]> => {
      const of = await entry.load()
      if (isGroup(of)) return commandTree(of, entry.summary ?? '')
      const operands = of.operandChoices?.() ?? []
      return [
        {
          words: of.name,
          summary: entry.summary ?? '',
          of,
          flags: flagsOf(of),
          next: operands.map((word) => [word, null]),
        },
      ]
    }),
  )
  return [own, ...below.flat()]
}
