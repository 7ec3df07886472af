import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadFault } from '../../src/lab/fault.ts'
import { runTrial } from '../../src/lab/score.ts'
import { keeping } from './around.ts'
import { type Bundle, bundleLab } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

test('a fault without a server is checked from the client alone', async () => {
  const trial = await runTrial(keeping(bundle.program), loadFault('host-off'), false)
  expect(trial).toMatchObject({ fault: 'host-off', skipped: null, withServer: null, mended: null })
  expect(trial.clientOnly?.said?.state).not.toBe('reachable')
})

test('the network is up within seconds', async () => {
  const trial = await runTrial(keeping(bundle.program), loadFault('healthy'), false)
  expect(trial.upMs).toBeGreaterThan(0)
  expect(trial.upMs).toBeLessThan(10_000)
  expect(trial.withServer?.said?.state).toBe('reachable')
})
