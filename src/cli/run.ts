/** `rungs WORD …`: runs the command that the words call, and turns what it threw into an answer. */
import { printable } from '../base/printable.ts'
import { VERSION } from '../base/version.ts'
import { EXIT, formatHelp, Interrupted, parseInvocation, UsageError } from './command.ts'
import { find, formatGroup, type Group, isGroup } from './group.ts'
import { lab } from './lab-group.ts'
import type { Surroundings } from './surroundings.ts'

const ROOT: Group = {
  name: '',
  help: [
    "Why can't this client talk to that server? rungs climbs the OSI layers on both ends, names one",
    'cause with its proof, and prints the command that mends it. It changes nothing by itself.',
  ].join('\n'),
  examples: [
    'rungs check https://www.example.org',
    'rungs check db.example.org:5432 --server ssh://root@db.example.org',
    'rungs check',
    'rungs explain tcp.no-listener',
    'rungs demo',
  ],
  commands: {
    check: {
      summary: 'say why this machine cannot talk to that server',
      load: async () => (await import('./check.ts')).check,
    },
    explain: {
      summary: 'what a cause is, how it is proved and how it is mended',
      load: async () => (await import('./explain.ts')).explain,
    },
    lab: { summary: 'break a network of namespaces on purpose, and score', load: () => lab },
    demo: {
      summary: 'a tour in the lab: a healthy network, three faults, three remedies',
      load: async () => (await import('./demo.ts')).demo,
    },
  },
  notes: [
    'rungs COMMAND --help tells more, rungs --version which version this is. Exit codes: 0 all held,',
    '1 a fault was found, 2 could not work, 3 undecided, 130 interrupted.',
  ],
}

async function dispatch(args: readonly string[], around: Surroundings): Promise<number> {
  if (args[0] === '--version' || args[0] === '-V') {
    around.out.write(`${VERSION}\n`)
    return EXIT.held
  }
  const asksHelp = args[0] === 'help'
  const { found, rest } = await find(ROOT, asksHelp ? args.slice(1) : args)
  if (isGroup(found)) {
    if (rest[0] !== undefined && rest[0] !== '--help' && rest[0] !== '-h')
      throw new UsageError(`${rest[0]} comes too early: a command first, then its flags`)
    around.out.write(formatGroup(found))
    return EXIT.held
  }
  const invocation = parseInvocation(found, asksHelp ? ['--help'] : rest)
  if (invocation.flags.help !== true) return found.run(invocation, around)
  around.out.write(formatHelp(found))
  return EXIT.held
}

/** What is said of an error, and the exit code that goes with it. */
function explain(error: unknown, { environment, signal }: Surroundings): [string, number] {
  if (error instanceof Interrupted) return [error.message, EXIT.interrupted]
  if (signal.aborted) return ['interrupted; what had been set up was undone', EXIT.interrupted]
  if (error instanceof UsageError) return [error.message, EXIT.couldNotWork]
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const told = environment.RUNGS_DEBUG
    ? (stack ?? message)
    : `${message} (RUNGS_DEBUG=1 shows where)`
  return [`this went wrong inside rungs: ${told}`, EXIT.couldNotWork]
}

/** What is written of an error, whatever it is, and the exit code that goes with it. */
export function failure(error: unknown, around: Surroundings): { text: string; code: number } {
  const [text, code] = explain(error, around)
  const lines = around.environment.RUNGS_DEBUG ? text.split('\n') : [text]
  return { text: `rungs: ${lines.map(printable).join('\n')}\n`, code }
}

/** Runs the words of a command line to the exit code. Never throws; shows no stack unasked. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    return await dispatch(args, around)
  } catch (error) {
    const { text, code } = failure(error, around)
    around.err.write(text)
    return code
  }
}
