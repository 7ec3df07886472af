import { afterAll, beforeAll, expect, test } from 'vitest'
import { FAULT_KINDS, loadFaults } from '../../src/lab/fault.ts'
import type { Graded } from '../../src/lab/grade.ts'
import { scoreAll } from '../../src/lab/score.ts'
import { keeping } from './around.ts'
import { type Bundle, bundleLab } from './bundle.ts'

let bundle: Bundle
let results: readonly Graded[]

/** They mostly wait for what never comes, so more of them than processors run side by side. */
const PARALLEL = 6

beforeAll(async () => {
  bundle = bundleLab()
  const options = { names: [], parallel: PARALLEL, oracle: true, json: false }
  results = await scoreAll(keeping(bundle.program), options, () => {})
}, 600_000)
afterAll(() => bundle.remove())

const names = FAULT_KINDS.flatMap((kind) => loadFaults(kind).map(({ name }) => name))

test.for(names)('%s is what it says, for somebody who knows nothing of rungs', (name, { skip }) => {
  const trial = results.find(({ fault }) => fault.name === name)?.trial
  if (trial?.skipped) skip(trial.skipped)
  expect(trial?.oracle?.lines).toBeDefined()
  expect(trial?.oracle?.expected, trial?.oracle?.lines.join('\n')).toBe(true)
})
