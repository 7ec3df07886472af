import { expect, test } from 'vitest'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import { networkManager } from '../../../src/diagnose/persist/network-manager.ts'
import { asked } from './ask.ts'

const outputs = {
  'nmcli -t -f DEVICE,STATE,CONNECTION device status':
    'br7:connected:Wired\\: office 1\neth0:unmanaged:\n',
  'nmcli -g ipv4.routes,ipv6.routes connection show id Wired: office 1':
    '203.0.113.0/24 192.0.2.9, 198.51.100.0/24 192.0.2.9 50\n\n',
  'readlink /etc/resolv.conf': '/run/NetworkManager/resolv.conf\n',
}
const C = "nmcli connection modify 'Wired: office 1'"
const route = { kind: 'route', family: 4, device: 'br7' } as const

test.for<[Intent, string | null]>([
  [{ ...route, destination: 'default', gateway: '192.0.2.3' }, `${C} ipv4.gateway 192.0.2.3`],
  [
    { ...route, destination: '203.0.113.0/24', gateway: '192.0.2.9' },
    `${C} +ipv4.routes '203.0.113.0/24 192.0.2.9'`,
  ],
  [{ ...route, device: 'eth0', destination: 'default', gateway: '192.0.2.3' }, null],
  [
    { kind: 'no-route', family: 4, route: '198.51.100.0/24 via 192.0.2.9 dev br7' },
    `${C} -ipv4.routes '198.51.100.0/24 192.0.2.9 50'`,
  ],
  [{ kind: 'no-route', family: 4, route: '10.0.0.0/8' }, null],
  [
    {
      kind: 'address',
      device: 'br7',
      family: 4,
      address: '192.0.2.10/26',
      instead: '192.0.2.10/24',
    },
    `${C} -ipv4.addresses 192.0.2.10/24 +ipv4.addresses 192.0.2.10/26`,
  ],
  [{ kind: 'link-up', device: 'br7' }, `${C} connection.autoconnect yes`],
  [{ kind: 'dhcp', device: 'br7' }, `${C} ipv4.method auto`],
  [{ kind: 'mtu', device: 'br7', bytes: 1300 }, `${C} 802-3-ethernet.mtu 1300`],
  [
    { kind: 'bridge-port', bridge: 'br7', port: 'eth1' },
    'nmcli connection add type ethernet slave-type bridge ifname eth1 master br7',
  ],
  [
    { kind: 'no-nameserver', server: '192.0.2.53' },
    `${C} ipv4.ignore-auto-dns yes -ipv4.dns 192.0.2.53, and the name servers that stay with +ipv4.dns`,
  ],
])('%j', async ([intent, words]) => {
  expect(await asked(networkManager, intent, outputs)).toBe(words)
})

test('where it does not run it keeps nothing', async () => {
  expect(await asked(networkManager, { kind: 'dhcp', device: 'br7' }, {})).toBeNull()
})
