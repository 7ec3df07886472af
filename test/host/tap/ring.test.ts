import { expect, test } from 'vitest'
import { watchRing } from '../../../src/host/tap/ring.ts'

test('a network that cannot be entered is told with the reason', async () => {
  const outlook = watchRing('/run/netns/no-such-network', 'arp or icmp', 'tcpdump')
  await outlook.ready
  expect(outlook.failure()).toMatchObject({ because: 'its network cannot be entered (ENOENT)' })
  expect(outlook.sinceMs()).toBeNull()
  await outlook.settle()
  await outlook.close()
})
