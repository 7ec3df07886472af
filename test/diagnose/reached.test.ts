import { expect, test } from 'vitest'
import { unlessReached, untilCounted } from '../../src/diagnose/reached.ts'
import { inFakeTime, witnessOf } from './scene.ts'

const later = (ms: number): Promise<string> =>
  new Promise((resolve) => {
    setTimeout(() => resolve('answered'), ms)
  })

const ask = (connect: 'timeout' | null, ms: number) =>
  inFakeTime(() =>
    unlessReached(
      witnessOf({
        target: 'http://10.77.2.2',
        probes: connect ? { connect: { '10.77.2.2': connect } } : {},
      }),
      later(ms),
    ),
  )

test('a probe that answers in time is heard, whether the service is reached or not', async () => {
  expect(await ask(null, 1)).toBe('answered')
  expect(await ask('timeout', 1)).toBe('answered')
})

test('a late probe is not waited for once the service is reached', async () => {
  expect(await ask(null, 1000)).toBeNull()
})

test('a late probe is waited for where the service fails', async () => {
  expect(await ask('timeout', 5000)).toBe('answered')
})

test('nothing is sent to a far host while a trial counts there', async () => {
  const waited = (probes: object) =>
    inFakeTime(async () => {
      const witness = witnessOf({ target: 'http://10.77.2.2', probes })
      const startedAt = Date.now()
      await untilCounted(witness)
      return Date.now() - startedAt
    })
  expect(await waited({})).toBeLessThan(100)
  // The suspicion comes after half a second, the trial takes almost another one.
  expect(await waited({ connect: { '10.77.2.2': 'timeout' } })).toBeGreaterThan(1000)
})
