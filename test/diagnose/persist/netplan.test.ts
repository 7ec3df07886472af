import { expect, test } from 'vitest'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import { netplan } from '../../../src/diagnose/persist/netplan.ts'
import { asked, grepped } from './ask.ts'

const outputs = {
  'grep -rHns  /etc/netplan': grepped({
    '/etc/netplan/01.yaml':
      'network:\n  ethernets:\n    eth0:\n      dhcp4: true\n    eth0.5: {}\n  bridges:\n    br0: {}',
  }),
}
const route = { kind: 'route', family: 4, destination: 'default', gateway: '192.0.2.3' } as const

test.for<[Intent, string | null]>([
  [
    { ...route, device: 'eth0' },
    `netplan set 'ethernets.eth0.routes=[{"to":"default","via":"192.0.2.3"}]' && netplan apply`,
  ],
  [{ ...route, device: 'eth9' }, null],
  [
    { kind: 'mtu', device: 'eth0.5', bytes: 1300 },
    "netplan set 'ethernets.eth0\\.5.mtu=1300' && netplan apply",
  ],
  [
    { kind: 'bridge-port', bridge: 'br0', port: 'eth1' },
    `netplan set 'bridges.br0.interfaces=["eth1"]' && netplan apply`,
  ],
  [{ kind: 'dhcp', device: 'eth0' }, "netplan set 'ethernets.eth0.dhcp4=true' && netplan apply"],
])('%j', async ([intent, words]) => {
  expect(await asked(netplan, intent, outputs)).toBe(words)
})
