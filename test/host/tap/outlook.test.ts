import { expect, test } from 'vitest'
import { pause } from '../../../src/host/tap/outlook.ts'

test('a pause ends after its time', async () => {
  const before = performance.now()
  await pause(20)
  expect(performance.now() - before).toBeGreaterThanOrEqual(19)
})
