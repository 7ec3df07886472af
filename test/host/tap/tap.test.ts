import { expect, test } from 'vitest'
import type { Host } from '../../../src/diagnose/host.ts'
import { localHost } from '../../../src/host/run/local.ts'
import { openTap } from '../../../src/host/tap/tap.ts'

const { vantage: _, ...recorded }: Host = localHost('server', 'server')

test('a host that cannot be watched is blind, with the reason, and nothing waits for it', async () => {
  const tap = openTap([
    recorded,
    { ...recorded, name: 'r1', vantage: async () => ({ because: 'the host is out of reach' }) },
  ])
  const watching = tap.watch([{ address: '127.0.0.1', family: 4, port: 9 }])
  await watching.near
  await watching.all
  expect(await tap.collect()).toMatchObject({
    points: [],
    blind: [
      { host: 'server', because: 'its packets cannot be seen from here' },
      { host: 'r1', because: 'the host is out of reach' },
    ],
  })
  await tap.close()
})
