/** NetworkManager keeps what the connection of a device says: nmcli(1), nm-settings-nmcli(5). */
import { shellWord } from '../../base/shell-word.ts'
import { connectionRoutes, managedDevices } from '../../facts/nmcli.ts'
import { resolvConfOwner } from '../../facts/resolv-conf-owner.ts'
import type { Inquiry } from '../host.ts'
import type { IntentOf } from './intent.ts'
import { type Keeper, keeper } from './keeper.ts'
import { destinationOf, namesDestination } from './route-words.ts'

type Kind =
  | 'link-up'
  | 'route'
  | 'no-route'
  | 'address'
  | 'dhcp'
  | 'mtu'
  | 'bridge-port'
  | 'no-nameserver'

const modify = (connection: string, ...settings: readonly string[]): string =>
  ['nmcli', 'connection', 'modify', connection, ...settings].map(shellWord).join(' ')

/** The devices that NetworkManager has a connection for. */
async function owned(host: Inquiry): Promise<{ device: string; connection: string }[]> {
  const devices = await host.ask(managedDevices)
  return (devices.known ? devices.value : []).flatMap(({ device, state, connection }) =>
    connection !== null && !/^unmanaged|externally/.test(state) ? [{ device, connection }] : [],
  )
}

/** The connection whose settings name the route. */
async function dropRoute(
  connections: readonly string[],
  { route, family }: IntentOf<'no-route'>,
  host: Inquiry,
): Promise<string | null> {
  for (const connection of connections) {
    const routes = await host.ask(connectionRoutes(connection))
    const entry = routes.known
      ? routes.value.split(/[,|\n]/).find((one) => namesDestination(one, route))
      : undefined
    if (entry)
      return modify(connection, `-ipv${family}.routes`, entry.trim().replaceAll('\\:', ':'))
  }
  return null
}

function words(connection: string, intent: IntentOf<Exclude<Kind, 'no-route' | 'no-nameserver'>>) {
  switch (intent.kind) {
    case 'link-up':
      return modify(connection, 'connection.autoconnect', 'yes')
    case 'route': {
      const { family, destination, gateway } = intent
      return destination === 'default'
        ? modify(connection, `ipv${family}.gateway`, gateway)
        : modify(connection, `+ipv${family}.routes`, `${destinationOf(destination)} ${gateway}`)
    }
    case 'address': {
      const setting = `ipv${intent.family}.addresses`
      return modify(
        connection,
        ...(intent.instead === null ? [] : [`-${setting}`, intent.instead]),
        `+${setting}`,
        intent.address,
      )
    }
    case 'dhcp':
      return modify(connection, 'ipv4.method', 'auto')
    case 'mtu':
      return modify(connection, '802-3-ethernet.mtu', String(intent.bytes))
    case 'bridge-port':
      return `nmcli connection add type ethernet slave-type bridge ifname ${shellWord(intent.port)} master ${shellWord(intent.bridge)}`
  }
}

/** The name servers come from the connection: the dead one must not come again. */
async function dropNameServer(
  connections: readonly string[],
  server: string,
  host: Inquiry,
): Promise<string | null> {
  const owner = await host.ask(resolvConfOwner)
  const [connection] = connections
  if (!owner.known || owner.value !== 'NetworkManager' || connection === undefined) return null
  const family = server.includes(':') ? 6 : 4
  return `${modify(connection, `ipv${family}.ignore-auto-dns`, 'yes', `-ipv${family}.dns`, server)}, and the name servers that stay with +ipv${family}.dns`
}

export const networkManager: Keeper = keeper(
  'NetworkManager',
  [
    'link-up',
    'route',
    'no-route',
    'address',
    'dhcp',
    'mtu',
    'bridge-port',
    'no-nameserver',
  ] as const,
  async (intent, host) => {
    const devices = await owned(host)
    const connections = devices.map(({ connection }) => connection)
    if (intent.kind === 'no-route') return dropRoute(connections, intent, host)
    if (intent.kind === 'no-nameserver') return dropNameServer(connections, intent.server, host)
    const device = intent.kind === 'bridge-port' ? intent.bridge : intent.device
    const connection = devices.find((one) => one.device === device)?.connection
    return connection === undefined ? null : words(connection, intent)
  },
)
