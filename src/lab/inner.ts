/**
 * The subcommands that only our own processes call: one service, one trial in a private world, the
 * tour in a private world.
 */
import { tour } from './demo.ts'
import { serveMain } from './service/serve.ts'
import { LabError, type LabSurroundings } from './surroundings.ts'
import { tryFault } from './trial.ts'
import { INSIDE } from './world.ts'

/** The words that `innerMain` understands, kept out of help. */
export const INNER: readonly string[] = ['serve', 'trial', 'tour']

/** Runs a hidden subcommand; null where the process must stay. */
export async function innerMain(
  args: readonly string[],
  around: LabSurroundings,
): Promise<number | null> {
  const [word, ...rest] = args
  if (word === 'serve') {
    await serveMain(rest)
    return null
  }
  if (around.environment[INSIDE] === undefined)
    throw new LabError(`lab ${word} runs only in a private world`)
  if (word === 'trial') {
    const [name = '', flag] = rest
    const trial = await tryFault(around.program, name, flag === '--oracle')
    around.out.write(`${JSON.stringify(trial)}\n`)
    return 0
  }
  return tour(around)
}
