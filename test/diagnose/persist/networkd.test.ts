import { expect, test } from 'vitest'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import { networkd } from '../../../src/diagnose/persist/networkd.ts'
import { asked, grepped } from './ask.ts'

const OWN = '/etc/systemd/network/10-eth0.network'
const outputs = {
  'grep -rHns  /etc/systemd/network /run/systemd/network': grepped({
    [OWN]:
      '[Match]\nName=eth0\n\n[Network]\nAddress=192.0.2.10/24\n\n[Route]\nDestination=203.0.113.0/24\nGateway=192.0.2.9',
  }),
  'networkctl status --no-pager -n 0 eth1':
    '  Network File: /run/systemd/network/10-eth1.network\n         State: routable (configured)\n',
  'networkctl status --no-pager -n 0 eth2':
    '  Network File: n/a\n         State: routable (unmanaged)\n',
}
const route = { kind: 'route', family: 4, destination: 'default', gateway: '192.0.2.3' } as const

test.for<[Intent, string | null]>([
  [
    { ...route, device: 'eth0' },
    `printf '%s\\n' '' '[Route]' 'Gateway=192.0.2.3' >> ${OWN} && networkctl reload`,
  ],
  [
    { ...route, device: 'eth1' },
    "mkdir -p /etc/systemd/network/10-eth1.network.d && printf '%s\\n' '[Route]' 'Gateway=192.0.2.3' > /etc/systemd/network/10-eth1.network.d/rungs.conf && networkctl reload",
  ],
  [{ ...route, device: 'eth2' }, null],
  [{ ...route, device: 'wlan0' }, null],
  [
    { kind: 'no-route', family: 4, route: '203.0.113.0/24 via 192.0.2.9 dev eth0' },
    `sed -i '7d;8d;9d' ${OWN} && networkctl reload`,
  ],
  [
    {
      kind: 'address',
      device: 'eth0',
      family: 4,
      address: '192.0.2.10/26',
      instead: '192.0.2.10/24',
    },
    `sed -i '5c\\Address=192.0.2.10/26' ${OWN} && networkctl reload`,
  ],
  [
    { kind: 'mtu', device: 'eth0', bytes: 1300 },
    `printf '%s\\n' '' '[Link]' 'MTUBytes=1300' >> ${OWN} && networkctl reload`,
  ],
])('%j', async ([intent, words]) => {
  expect(await asked(networkd, intent, outputs)).toBe(words)
})
