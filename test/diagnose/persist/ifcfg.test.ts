import { expect, test } from 'vitest'
import { ifcfg } from '../../../src/diagnose/persist/ifcfg.ts'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import { asked } from './ask.ts'

const FOLDER = '/etc/sysconfig/network-scripts'
const outputs = { [`cat ${FOLDER}/ifcfg-eth0`]: 'DEVICE=eth0\nONBOOT=no\n' }
const route = { kind: 'route', family: 4, gateway: '192.0.2.3', device: 'eth0' } as const

test.for<[Intent, string | null]>([
  [{ kind: 'link-up', device: 'eth0' }, `printf '%s\\n' 'ONBOOT=yes' >> ${FOLDER}/ifcfg-eth0`],
  [
    { ...route, destination: 'default' },
    `printf '%s\\n' 'GATEWAY=192.0.2.3' >> ${FOLDER}/ifcfg-eth0`,
  ],
  [
    { ...route, destination: '203.0.113.0/24' },
    `printf '%s\\n' '203.0.113.0/24 via 192.0.2.3 dev eth0' >> ${FOLDER}/route-eth0`,
  ],
  [{ kind: 'link-up', device: 'eth1' }, null],
])('%j', async ([intent, words]) => {
  expect(await asked(ifcfg, intent, outputs)).toBe(words)
})
