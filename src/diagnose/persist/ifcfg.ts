/** Red Hat's network scripts keep what ifcfg-IF and route-IF say, where NetworkManager does not. */
import { shellWord } from '../../base/shell-word.ts'
import { IFCFG_FOLDER, ifcfg as ifcfgFile } from '../../facts/ifcfg.ts'
import { appendLines } from './edit.ts'
import type { IntentOf } from './intent.ts'
import { type Keeper, keeper } from './keeper.ts'

type Kind = 'link-up' | 'route' | 'address' | 'dhcp' | 'mtu'

/** The variables that say it, of which the last of a name counts: the file is read by a shell. */
function variables(intent: IntentOf<Kind>): string[] {
  switch (intent.kind) {
    case 'link-up':
      return ['ONBOOT=yes']
    case 'dhcp':
      return ['BOOTPROTO=dhcp']
    case 'mtu':
      return [`MTU=${intent.bytes}`]
    case 'route':
      return [`${intent.family === 6 ? 'IPV6_DEFAULTGW' : 'GATEWAY'}=${intent.gateway}`]
    case 'address': {
      const [address = '', length = ''] = intent.address.split('/')
      if (intent.family === 6)
        return [`IPV6ADDR${intent.instead ? '' : '_SECONDARIES'}=${intent.address}`]
      return intent.instead
        ? [`IPADDR=${address}`, `PREFIX=${length}`]
        : [`IPADDR1=${address}`, `PREFIX1=${length}`]
    }
  }
}

export const ifcfg: Keeper = keeper(
  IFCFG_FOLDER,
  ['link-up', 'route', 'address', 'dhcp', 'mtu'] as const,
  async (intent, host) => {
    const { device } = intent
    const known = device === null ? null : await host.ask(ifcfgFile(device))
    if (!known?.known) return null
    if (intent.kind !== 'route' || intent.destination === 'default')
      return appendLines(`${IFCFG_FOLDER}/ifcfg-${device}`, variables(intent))
    const file = `${IFCFG_FOLDER}/route${intent.family === 6 ? '6' : ''}-${device}`
    const { destination, gateway } = intent
    return appendLines(file, [`${destination} via ${gateway} dev ${shellWord(device ?? '')}`])
  },
)
