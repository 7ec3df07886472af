/** A short fuzzing of everything, in each run of the tests from another seed; `npm run fuzz` does it for longer. */
import { expect, test } from 'vitest'
import { dataDirectory } from '../capture/walk.ts'
import { runCampaign } from './campaign.ts'
import { loadCorpus } from './corpus.ts'
import { anyBytes, Chance, mutate } from './mutate.ts'
import { TARGETS } from './target.ts'

// Two minutes in CI, a glance elsewhere.
const SECONDS_A_TARGET = process.env.CI ? 12 : 2

const corpus = loadCorpus(dataDirectory)

test('the same seed makes the same input', () => {
  const made = (): Uint8Array => mutate(anyBytes(new Chance(7), 500), new Chance(8))
  expect(made()).toEqual(made())
  expect(mutate(made(), new Chance(9))).not.toEqual(made())
})

test.for(TARGETS)(
  '$name: any bytes are decoded, in time, by themselves alone',
  {
    timeout: 4000 * SECONDS_A_TARGET,
  },
  (target) => {
    const { executions, failures } = runCampaign([target], corpus, {
      seconds: SECONDS_A_TARGET,
      seed: Date.now() % 1_000_000_000,
      mostFailures: 3,
    })
    expect(failures).toEqual([])
    expect(executions.get(target.name)).toBeGreaterThan(100)
  },
)
