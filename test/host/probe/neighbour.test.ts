import { expect, test } from 'vitest'
import { probeNeighbour } from '../../../src/host/probe/neighbour.ts'

test('what cannot be asked is unknown, and says why', async () => {
  const reply = await probeNeighbour('192.0.2.1', 'no\u001bdevice', 100)
  expect(reply).toMatchObject({ outcome: 'unknown', macs: [] })
  expect(reply.lines[0]).toMatch(/^not asked: /)
  expect(reply.command).toBe('arping -c 1 -I no\\x1bdevice 192.0.2.1')
})
