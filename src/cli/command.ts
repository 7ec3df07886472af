/**
 * A command is a table of its flags. Parsing, help and the answer to a mistyped word are read from
 * that table, so they cannot disagree.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearest } from '../base/nearest.ts'
import { wrap } from '../report/width.ts'
import type { Surroundings } from './surroundings.ts'

export type Flag = {
  /** The long name, without dashes. */
  readonly name: string
  readonly short?: string
  /** What the value is called in help, such as `SECONDS`; absent for a switch. */
  readonly value?: string
  /** True where the flag may be given more than once; its values come as a list. */
  readonly repeated?: boolean
  /** The values allowed, where there are few. */
  readonly choices?: readonly string[]
  readonly help: string
}

export type Invocation = {
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly operands: readonly string[]
}

export type Command = {
  /** The words that call it: `check`, `lab up`. */
  readonly name: string
  /** Positional arguments, as help shows them. */
  readonly operands: string
  /** How many positional arguments it takes at most. */
  readonly mostOperands: number
  /** The positional arguments that are known, for completion. */
  readonly operandChoices?: () => readonly string[]
  /** One sentence: what it does. */
  readonly help: string
  readonly examples: readonly string[]
  readonly flags: readonly Flag[]
  /** Lines under the flags, such as the exit codes. */
  readonly notes: readonly string[]
  /** True where all words are operands, flags included: a command that our own processes call. */
  readonly verbatim?: boolean
  /** Does the work; resolves to the exit code. */
  readonly run: (invocation: Invocation, around: Surroundings) => Promise<number>
}

/** The user's mistake, told so that it can be mended; the process exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Thrown by a command that stopped because it was told to, after it undid what it had set up. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** The exit codes; every command keeps to them. */
export const EXIT: {
  readonly held: 0
  readonly fault: 1
  readonly couldNotWork: 2
  readonly undecided: 3
  readonly interrupted: 130
} = { held: 0, fault: 1, couldNotWork: 2, undecided: 3, interrupted: 130 }

/** Flags that more than one command has. */
export const JSON_FLAG: Flag = { name: 'json', short: 'j', help: 'print one JSON value' }
export const NO_COLOUR_FLAG: Flag = {
  name: 'no-color',
  help: 'no colours (NO_COLOR and FORCE_COLOR are obeyed as well)',
}

export const HELP_FLAG: Flag = { name: 'help', short: 'h', help: 'print this' }

/** The flags of a command, `--help` included. */
export const flagsOf = (command: Command): readonly Flag[] => [...command.flags, HELP_FLAG]

function optionsOf(command: Command): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    flagsOf(command).map(({ name, short, value, repeated = false }) => [
      name,
      { type: value ? 'string' : 'boolean', multiple: repeated, ...(short && { short }) } as const,
    ]),
  )
}

/** What is said of a flag that the command does not have. */
function unknownFlag(command: Command, given: string): UsageError {
  const word = given.replace(/^-+/, '').replace(/=.*$/s, '')
  const meant = nearest(
    word,
    flagsOf(command).map(({ name }) => name),
  )
  const hint = meant ? `did you mean --${meant}?` : `see rungs ${command.name} --help`
  return new UsageError(`rungs ${command.name} has no flag ${given.replace(/=.*$/s, '')}; ${hint}`)
}

type Token = {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

/** An unknown flag, a switch with a value, and a value that is missing or no choice, are refused. */
function checkFlag(command: Command, { name, rawName, value, inlineValue }: Token): void {
  const flag = flagsOf(command).find((known) => known.name === name)
  if (!flag) throw unknownFlag(command, rawName)
  if (!flag.value && value !== undefined)
    throw new UsageError(`--${name} is a switch and takes no value; it was given ${value}`)
  if (!flag.value) return
  if (value === undefined || value === '' || (!inlineValue && /^-./.test(value)))
    throw new UsageError(`--${name} needs a value: --${name} ${flag.value}`)
  if (flag.choices && !flag.choices.includes(value))
    throw new UsageError(`--${name} takes ${flag.choices.join(', ')}; not ${value}`)
}

/** Reads the words after the command's name; throws a UsageError that says what to do instead. */
export function parseInvocation(command: Command, args: readonly string[]): Invocation {
  if (command.verbatim) return { flags: {}, operands: args }
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: optionsOf(command),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') checkFlag(command, token)
  if (positionals.length > command.mostOperands && values.help !== true)
    throw new UsageError(
      `rungs ${command.name} takes ${command.operands || 'no operand'}; ${positionals[command.mostOperands]} is one too many`,
    )
  return { flags: values as Invocation['flags'], operands: positionals }
}

const spell = ({ name, short, value }: Flag): string =>
  `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`

/** Help is read in terminals of this width, and wider lines are no easier to read. */
export const HELP_COLUMNS: number = 80

/** A word of the help and what it means, further lines under the first. */
export const entryLines = (word: string, width: number, told: string): string[] =>
  wrap(told, HELP_COLUMNS - width - 4).map(
    (line, index) => `  ${(index === 0 ? word : '').padEnd(width)}  ${line}`,
  )

/** The `--help` text; examples first, since they are what people read. */
export function formatHelp(command: Command): string {
  const flags = flagsOf(command)
  const width = Math.max(...flags.map((flag) => spell(flag).length))
  const operands = command.operands ? ` ${command.operands}` : ''
  return [
    ...wrap(command.help.replaceAll('\n', ' '), HELP_COLUMNS),
    '',
    'examples:',
    ...command.examples.map((example) => `  $ ${example}`),
    '',
    `usage: rungs ${command.name}${operands} [flags]`,
    '',
    ...flags.flatMap((flag) => entryLines(spell(flag), width, flag.help)),
    ...(command.notes.length > 0 ? ['', ...wrap(command.notes.join(' '), HELP_COLUMNS)] : []),
    '',
  ].join('\n')
}
