/** Runs `rungs read` without a process and gives what it wrote. */
import { run } from '../../../src/cli/run.ts'
import { type Kept, surroundings } from '../surroundings.ts'

export type Answer = { readonly code: number; readonly out: string; readonly err: string }

/** The words after `rungs read`. */
export async function reading(
  words: readonly string[],
  around: Kept = surroundings(),
): Promise<Answer> {
  const code = await run(['read', ...words], around)
  return { code, ...around.written }
}

/** The lines of an answer that has to have come without complaint. */
export async function linesOf(...words: string[]): Promise<string[]> {
  const { code, out, err } = await reading(words)
  if (code !== 0 || err !== '') throw new Error(`${code}: ${err}`)
  return out.trimEnd().split('\n')
}
