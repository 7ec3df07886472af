/** Surroundings of a lab command in a test: what it writes is kept. */
import type { LabSurroundings } from '../../src/lab/surroundings.ts'

export type Kept = LabSurroundings & { readonly text: () => string }

export function keeping(
  program: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
): Kept {
  let text = ''
  const writer = {
    write: (more: string): void => {
      text += more
    },
    isTerminal: false,
  }
  return {
    out: writer,
    err: writer,
    environment: { ...process.env, ...environment },
    signal,
    isRoot: process.geteuid?.() === 0,
    program,
    text: () => text,
  }
}
