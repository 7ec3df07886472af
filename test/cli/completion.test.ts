import { expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { surroundings } from './surroundings.ts'

test.for(['bash', 'zsh', 'fish'])('the completions for %s are printed', async (shell) => {
  const around = surroundings()
  expect(await run(['completion', shell], around)).toBe(0)
  expect(around.written.out).toContain(`# ${shell} completion for rungs\n`)
})

test.for([
  [[], 'rungs: for which shell? rungs completion takes bash, zsh, fish\n'],
  [['ksh'], 'rungs: there are no completions for ksh; rungs completion takes bash, zsh, fish\n'],
] as const)('%j is refused with what to do', async ([words, err]) => {
  const around = surroundings()
  expect(await run(['completion', ...words], around)).toBe(2)
  expect(around.written.err).toBe(err)
})
