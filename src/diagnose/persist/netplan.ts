/**
 * netplan keeps what /etc/netplan says and writes the files of systemd-networkd or NetworkManager
 * from it: netplan-set(8), which adds to lists, and netplan-apply(8).
 */
import { shellWord } from '../../base/shell-word.ts'
import { type NetplanDevice, netplan as netplanDevices } from '../../facts/netplan.ts'
import type { IntentOf } from './intent.ts'
import { type Keeper, keeper } from './keeper.ts'

type Kind = 'route' | 'address' | 'dhcp' | 'mtu' | 'bridge-port'

const key = ({ section, id }: NetplanDevice, name: string): string =>
  `${section}.${id.replaceAll('.', '\\.')}.${name}`

const set = (device: NetplanDevice, name: string, value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `netplan set ${shellWord(`${key(device, name)}=${text}`)} && netplan apply`
}

function words(device: NetplanDevice, intent: IntentOf<Kind>): string {
  switch (intent.kind) {
    case 'route':
      return set(device, 'routes', [{ to: intent.destination, via: intent.gateway }])
    case 'address':
      return intent.instead === null
        ? set(device, 'addresses', [intent.address])
        : `in ${device.file}, ${key(device, 'addresses')}: ${intent.address} in the place of ${intent.instead}; then netplan apply`
    case 'dhcp':
      return set(device, 'dhcp4', true)
    case 'mtu':
      return set(device, 'mtu', intent.bytes)
    case 'bridge-port':
      return set(device, 'interfaces', [intent.port])
  }
}

export const netplan: Keeper = keeper(
  'netplan',
  ['route', 'address', 'dhcp', 'mtu', 'bridge-port'] as const,
  async (intent, host) => {
    const known = await host.ask(netplanDevices)
    const name = intent.kind === 'bridge-port' ? intent.bridge : intent.device
    const device = known.known
      ? known.value.devices.find((one) => (one.name ?? one.id) === name)
      : undefined
    return device ? words(device, intent) : null
  },
)
