import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ifupdown } from '../../../src/diagnose/persist/ifupdown.ts'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import { asked } from './ask.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rungs-ifupdown-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What the kernel has after the real ifup has read the edited file, in a network of its own. */
async function afterStart(intent: Intent, show: string): Promise<string> {
  // ifup remembers in its folder what is up: each start has one of its own.
  const own = mkdtempSync(join(folder, 'start-'))
  const file = join(own, 'interfaces')
  writeFileSync(
    file,
    'auto eth0\niface eth0 inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.1\n',
  )
  const lines = execFileSync('grep', ['-rHns', '', file], { encoding: 'utf8' })
  const words = await asked(ifupdown, intent, {
    'grep -rHns  /etc/network/interfaces /etc/network/interfaces.d': lines,
  })
  const up = `ifup --interfaces ${file} --state-dir ${own} --ignore-errors eth0`
  const script = `${words} && ip link add eth0 type veth peer name far && ip link set far up && ${up} >/dev/null 2>&1; ${show}`
  return execFileSync('unshare', ['--net', 'sh', '-c', script], { encoding: 'utf8' })
}

const route = { kind: 'route', family: 4, device: 'eth0' } as const

test('the route comes back with the next start', async () => {
  const intent = { ...route, destination: '203.0.113.0/24', gateway: '192.0.2.9' } as const
  expect(await afterStart(intent, 'ip route')).toContain('203.0.113.0/24 via 192.0.2.9 dev eth0')
})

test('another gateway takes the place of the old one', async () => {
  const routes = await afterStart(
    { ...route, destination: 'default', gateway: '192.0.2.3' },
    'ip route',
  )
  expect(routes).toContain('default via 192.0.2.3')
  expect(routes).not.toContain('192.0.2.1 ')
})

test('the size of packets and the prefix are the new ones', async () => {
  const mtu = await afterStart({ kind: 'mtu', device: 'eth0', bytes: 1300 }, 'ip link show eth0')
  expect(mtu).toContain('mtu 1300')
  const address = { kind: 'address', device: 'eth0', family: 4, address: '192.0.2.10/26' } as const
  expect(await afterStart({ ...address, instead: '192.0.2.10/24' }, 'ip address')).toContain(
    '192.0.2.10/26',
  )
})
