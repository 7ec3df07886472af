/**
 * ifupdown keeps what the stanza of an interface says: /etc/network/interfaces, interfaces(5). What
 * has no option of its own is said with `up`, which any method takes.
 */
import { shellWord } from '../../base/shell-word.ts'
import {
  type InterfaceOption,
  type NetworkInterfaces,
  networkInterfaces,
  type Stanza,
} from '../../facts/network-interfaces.ts'
import { appendLines, deleteLines, insertLine, replaceLine } from './edit.ts'
import type { IntentOf } from './intent.ts'
import { type Keeper, keeper } from './keeper.ts'
import { namesDestination } from './route-words.ts'

type Kind = 'link-up' | 'route' | 'no-route' | 'address' | 'dhcp' | 'mtu' | 'bridge-port'

const INDENT = '    '

/** `no-scripts`, underscores and dashes are one (interfaces(5), `bridge_ports` of bridge-utils). */
const option = ({ options }: Stanza, name: string): InterfaceOption | undefined =>
  options.find((one) => one.name.replaceAll('-', '_') === name)

const stanzasOf = ({ stanzas }: NetworkInterfaces, device: string | null): Stanza[] =>
  stanzas.filter((one) => one.device === device)

const ofFamily = (stanzas: readonly Stanza[], family: 4 | 6): Stanza | undefined =>
  stanzas.find((one) => one.family === (family === 6 ? 'inet6' : 'inet'))

/** Puts an option in the place of the one of its name, else at the end of the stanza. */
const setOption = (stanza: Stanza, name: string, value: string): string => {
  const old = option(stanza, name)
  const text = `${INDENT}${name} ${value}`
  return old ? replaceLine(stanza.file, old.line, text) : insertLine(stanza.file, stanza.end, text)
}

const flag = (family: 4 | 6): string => (family === 6 ? '-6 ' : '')

function keepRoute(known: NetworkInterfaces, intent: IntentOf<'route'>): string | null {
  const { family, destination, gateway, device } = intent
  const own = stanzasOf(known, device)
  const stanza = ofFamily(own, family) ?? own[0]
  if (!stanza) return null
  const said = ofFamily(own, family)
  if (destination === 'default' && said && (said.method === 'static' || option(said, 'gateway')))
    return setOption(said, 'gateway', gateway)
  const route = `ip ${flag(family)}route replace ${destination} via ${gateway} dev ${shellWord(stanza.device)}`
  return insertLine(stanza.file, stanza.end, `${INDENT}up ${route}`)
}

/** The option that adds the route, whatever stanza it stands in. */
function dropRoute({ stanzas }: NetworkInterfaces, intent: IntentOf<'no-route'>): string | null {
  for (const { options, file } of stanzas)
    for (const { name, value, line } of options)
      if (
        /up$|^gateway$/.test(name) &&
        /\b(?:route|add)\b/.test(value) &&
        namesDestination(value, intent.route)
      )
        return deleteLines(file, [line])
  return null
}

function keepAddress(known: NetworkInterfaces, intent: IntentOf<'address'>): string | null {
  const { device, family, address, instead } = intent
  const own = stanzasOf(known, device)
  const stanza = ofFamily(own, family) ?? own[0]
  if (!stanza) return null
  const old = option(stanza, 'address')
  const [bare = ''] = (instead ?? '').split('/')
  if (instead === null || old?.value.split('/')[0] !== bare)
    return insertLine(
      stanza.file,
      stanza.end,
      `${INDENT}up ip ${flag(family)}address add ${address} dev ${shellWord(device)}`,
    )
  const mask = option(stanza, 'netmask')
  const written = replaceLine(stanza.file, old.line, `${INDENT}address ${address}`)
  // A line further down is taken out after the other was replaced: no number changes.
  return mask ? `${written} && ${deleteLines(stanza.file, [mask.line])}` : written
}

function keepDhcp(known: NetworkInterfaces, device: string): string {
  const stanza = ofFamily(stanzasOf(known, device), 4)
  if (!stanza) return appendLines(known.file, [`auto ${device}`, `iface ${device} inet dhcp`])
  if (stanza.method === 'dhcp')
    return `${stanza.file} has \`iface ${device} inet dhcp\` already: ifup ${shellWord(device)} asks again`
  const fixed = stanza.options.filter(({ name }) =>
    /^(?:address|netmask|gateway|broadcast|network)$/.test(name),
  )
  const written = replaceLine(stanza.file, stanza.line, `iface ${device} inet dhcp`)
  return fixed.length === 0
    ? written
    : `${written} && ${deleteLines(
        stanza.file,
        fixed.map(({ line }) => line),
      )}`
}

function keepLink(known: NetworkInterfaces, device: string): string | null {
  const [stanza] = stanzasOf(known, device)
  if (!stanza) return null
  return known.automatic.includes(device)
    ? `${stanza.file} brings ${device} up at the start already (\`auto\`)`
    : appendLines(stanza.file, [`auto ${device}`])
}

function keepPort(
  known: NetworkInterfaces,
  { bridge, port }: IntentOf<'bridge-port'>,
): string | null {
  const [stanza] = stanzasOf(known, bridge)
  if (!stanza) return null
  const ports = option(stanza, 'bridge_ports')?.value.split(/\s+/) ?? []
  if (ports.includes(port)) return `${stanza.file} has ${port} among the ports of ${bridge} already`
  return setOption(
    stanza,
    'bridge_ports',
    [...ports.filter((one) => one !== 'none'), port].join(' '),
  )
}

function words(known: NetworkInterfaces, intent: IntentOf<Kind>): string | null {
  switch (intent.kind) {
    case 'link-up':
      return keepLink(known, intent.device)
    case 'route':
      return keepRoute(known, intent)
    case 'no-route':
      return dropRoute(known, intent)
    case 'address':
      return keepAddress(known, intent)
    case 'dhcp':
      return keepDhcp(known, intent.device)
    case 'mtu': {
      const [stanza] = stanzasOf(known, intent.device)
      const text = `up ip link set dev ${shellWord(intent.device)} mtu ${intent.bytes}`
      if (!stanza) return null
      return option(stanza, 'mtu')
        ? setOption(stanza, 'mtu', String(intent.bytes))
        : insertLine(stanza.file, stanza.end, `${INDENT}${text}`)
    }
    case 'bridge-port':
      return keepPort(known, intent)
  }
}

export const ifupdown: Keeper = keeper(
  '/etc/network/interfaces',
  ['link-up', 'route', 'no-route', 'address', 'dhcp', 'mtu', 'bridge-port'] as const,
  async (intent, host) => {
    const known = await host.ask(networkInterfaces)
    return known.known ? words(known.value, intent) : null
  },
)
