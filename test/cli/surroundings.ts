/** Surroundings for a test: what was written is kept, and nothing is a process. */
import type { Surroundings } from '../../src/cli/surroundings.ts'

export type Kept = Surroundings & {
  readonly written: { out: string; err: string }
  readonly controller: AbortController
}

export function surroundings(given: Partial<Surroundings> & { terminal?: boolean } = {}): Kept {
  const { terminal = false, ...rest } = given
  const written = { out: '', err: '' }
  const controller = new AbortController()
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text
    },
    isTerminal: terminal,
    columns: terminal ? 80 : null,
  })
  return {
    out: sink('out'),
    err: sink('err'),
    environment: { LANG: 'C.UTF-8' },
    signal: controller.signal,
    isRoot: true,
    program: ['node', 'rungs.js'],
    written,
    controller,
    ...rest,
  }
}
