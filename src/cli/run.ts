/** `rungs WORD …`: runs the command that the words call, and turns what it threw into an answer. */
import { printable } from '../base/printable.ts'
import { VERSION } from '../base/version.ts'
import { EXIT, formatHelp, Interrupted, parseInvocation, UsageError } from './command.ts'
import { find, formatGroup, isGroup } from './group.ts'
import { ROOT } from './root.ts'
import type { Surroundings } from './surroundings.ts'

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
