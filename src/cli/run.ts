/** `rungs WORD …`: finds the command, loads only that one, and turns what it threw into an answer. */
import { printable } from '../base/printable.ts'
import { VERSION } from '../base/version.ts'
import {
  type Command,
  EXIT,
  formatHelp,
  Interrupted,
  parseInvocation,
  UsageError,
} from './command.ts'
import { nearest } from './nearest.ts'
import type { Surroundings } from './surroundings.ts'

type Entry = {
  /** What it does, in the overview; null for one that only our own processes call. */
  readonly summary: string | null
  readonly load: () => Promise<Command>
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  check: {
    summary: 'say why this machine cannot talk to that server',
    load: async () => (await import('./check.ts')).check,
  },
}

const OVERVIEW_EXAMPLES = [
  'rungs check https://www.example.org',
  'rungs check db.example.org:5432 --server ssh://root@db.example.org',
  'rungs check',
  'rungs demo',
]

/** The text of `rungs --help`. */
export function formatOverview(): string {
  const shown = Object.entries(COMMANDS).filter(([, { summary }]) => summary !== null)
  const width = Math.max(...shown.map(([name]) => name.length))
  return [
    "Why can't this client talk to that server? rungs climbs the OSI layers on both ends, names one",
    'cause with its proof, and prints the command that mends it. It changes nothing by itself.',
    '',
    'examples:',
    ...OVERVIEW_EXAMPLES.map((example) => `  $ ${example}`),
    '',
    'usage: rungs COMMAND [flags]',
    '',
    ...shown.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'rungs COMMAND --help tells more. Exit codes: 0 all held, 1 a fault was found, 2 could not work,',
    '3 undecided, 130 interrupted.',
    '',
  ].join('\n')
}

/** What is said of a first word that is no command. */
function unknownCommand(word: string): UsageError {
  const known = Object.keys(COMMANDS).filter((name) => COMMANDS[name]?.summary !== null)
  if (/[.:]/.test(word) || word === 'localhost')
    return new UsageError(`${word} is not a command; did you mean: rungs check ${word}?`)
  const meant = nearest(word, [...known, 'help'])
  const hint = meant ? `did you mean: rungs ${meant}?` : `there are ${known.join(', ')} and help`
  return new UsageError(`${word} is not a command; ${hint}`)
}

async function load(word: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (!entry) throw unknownCommand(word)
  return entry.load()
}

async function dispatch(args: readonly string[], around: Surroundings): Promise<number> {
  const [word, ...rest] = args
  if (word === undefined || word === '--help' || word === '-h' || (word === 'help' && !rest[0])) {
    around.out.write(formatOverview())
    return EXIT.held
  }
  if (word === '--version' || word === '-V') {
    around.out.write(`${VERSION}\n`)
    return EXIT.held
  }
  if (word.startsWith('-'))
    throw new UsageError(`a command comes first, then its flags: rungs check ${args.join(' ')}`)
  const command = await load(word === 'help' ? (rest[0] ?? '') : word)
  const invocation = parseInvocation(command, word === 'help' ? ['--help'] : rest)
  if (invocation.flags.help === true) {
    around.out.write(formatHelp(command))
    return EXIT.held
  }
  return command.run(invocation, around)
}

/** What is said of an error, and the exit code that goes with it. */
function explain(error: unknown, debug: boolean): { text: string; code: number } {
  if (error instanceof Interrupted) return { text: error.message, code: EXIT.interrupted }
  if (error instanceof UsageError) return { text: error.message, code: EXIT.couldNotWork }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const shown = debug ? (stack ?? message) : `${message} (RUNGS_DEBUG=1 shows where)`
  return { text: `this went wrong inside rungs: ${shown}`, code: EXIT.couldNotWork }
}

/** Runs the words of a command line to the exit code. Never throws; shows no stack unasked. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    return await dispatch(args, around)
  } catch (error) {
    const debug = Boolean(around.environment.RUNGS_DEBUG)
    const { text, code } = explain(error, debug)
    const lines = debug ? text.split('\n') : [text]
    around.err.write(`rungs: ${lines.map(printable).join('\n')}\n`)
    return code
  }
}
