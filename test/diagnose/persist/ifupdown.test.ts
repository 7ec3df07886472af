import { expect, test } from 'vitest'
import { ifupdown } from '../../../src/diagnose/persist/ifupdown.ts'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import { transcript } from '../../facts/data.ts'
import { asked } from './ask.ts'

const MAIN = '/etc/network/interfaces'
const MORE = '/etc/network/interfaces.d/more'
const outputs = {
  [`grep -rHns  ${MAIN} /etc/network/interfaces.d`]: transcript('network-interfaces.txt'),
}
const route = { kind: 'route', family: 4, device: 'eth0' } as const

test.for<[Intent, string | null]>([
  [
    { ...route, destination: '203.0.113.0/24', gateway: '192.0.2.9' },
    `sed -i '11a\\    up ip route replace 203.0.113.0/24 via 192.0.2.9 dev eth0' ${MAIN}`,
  ],
  [
    { ...route, destination: 'default', gateway: '192.0.2.3' },
    `sed -i '9c\\    gateway 192.0.2.3' ${MAIN}`,
  ],
  [
    { ...route, device: 'eth1', destination: 'default', gateway: '192.0.2.3' },
    `sed -i '2a\\    up ip route replace default via 192.0.2.3 dev eth1' ${MORE}`,
  ],
  [{ ...route, device: 'eth9', destination: 'default', gateway: '192.0.2.3' }, null],
  [{ kind: 'no-route', family: 4, route: 'blackhole 203.0.113.0/24' }, `sed -i 10d ${MAIN}`],
  [{ kind: 'no-route', family: 4, route: 'blackhole 203.0.113.0/25' }, null],
  [
    {
      kind: 'address',
      device: 'eth0',
      family: 4,
      address: '192.0.2.10/26',
      instead: '192.0.2.10/24',
    },
    `sed -i '8c\\    address 192.0.2.10/26' ${MAIN}`,
  ],
  [
    { kind: 'address', device: 'eth0', family: 4, address: '192.0.2.11/32', instead: null },
    `sed -i '11a\\    up ip address add 192.0.2.11/32 dev eth0' ${MAIN}`,
  ],
  [
    { kind: 'mtu', device: 'eth1', bytes: 1300 },
    `sed -i '2a\\    up ip link set dev eth1 mtu 1300' ${MORE}`,
  ],
  [
    { kind: 'bridge-port', bridge: 'br0', port: 'eth3' },
    `sed -i '6c\\    bridge_ports eth2 eth3' ${MORE}`,
  ],
  [{ kind: 'link-up', device: 'eth0' }, `${MAIN} brings eth0 up at the start already (\`auto\`)`],
  [
    { kind: 'dhcp', device: 'eth5' },
    `printf '%s\\n' 'auto eth5' 'iface eth5 inet dhcp' >> ${MAIN}`,
  ],
])('%j', async ([intent, words]) => {
  expect(await asked(ifupdown, intent, outputs)).toBe(words)
})

test('without its file it keeps nothing', async () => {
  expect(await asked(ifupdown, { kind: 'link-up', device: 'eth0' }, {})).toBeNull()
})
