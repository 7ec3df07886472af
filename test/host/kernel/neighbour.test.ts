import { expect, test } from 'vitest'
import { kernelNeighbour } from '../../../src/host/kernel/neighbour.ts'

test.each([
  ['192.0.2.1', 'no-such-device'],
  ['127.0.0.1', 'lo'],
  ['::1', 'lo'],
  ['www', 'eth0'],
])('%s on %s is unknown, with the reason', async (address, device) => {
  const began = performance.now()
  const answer = await kernelNeighbour(address, device, 1000)
  expect(answer).toMatchObject({ address, device, outcome: 'unknown', macs: [] })
  expect(answer.because).not.toBeNull()
  expect(performance.now() - began).toBeLessThan(500)
})
