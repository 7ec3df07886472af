/** systemd-networkd keeps what the network file of a link says: systemd.network(5). */
import { shellWord } from '../../base/shell-word.ts'
import { linkNetworkFile, type NetworkFile, networkFiles } from '../../facts/network-file.ts'
import type { Inquiry } from '../host.ts'
import { appendLines, deleteLines, replaceLine, writeLines } from './edit.ts'
import type { IntentOf } from './intent.ts'
import { type Keeper, keeper } from './keeper.ts'
import { namesDestination } from './route-words.ts'

type Kind = 'link-up' | 'route' | 'no-route' | 'address' | 'dhcp' | 'mtu' | 'bridge-port'

const FOLDER = '/etc/systemd/network'
const RELOAD = 'networkctl reload'

/** Whether a shell pattern of `[Match]` fits: only `*` and `?` are read, as in most files. */
const fits = (pattern: string, device: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(device)

type Owned = { readonly path: string; readonly file: NetworkFile | null }

/** The file that the link has: by its own word, else the first by name whose `Name=` fits. */
async function fileOf(device: string, host: Inquiry): Promise<Owned | null> {
  const [applied, files] = await Promise.all([
    host.ask(linkNetworkFile(device)),
    host.ask(networkFiles),
  ])
  const all = files.known ? files.value : []
  if (applied.known) {
    const path = applied.value.file
    return path === null ? null : { path, file: all.find(({ file }) => file === path) ?? null }
  }
  const file = all
    .toSorted((a, b) => (baseName(a.file) < baseName(b.file) ? -1 : 1))
    .find(({ names }) => names.some((pattern) => fits(pattern, device)))
  return file ? { path: file.file, file } : null
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** A section at the end of the administrator's file; beside a file of others, a drop-in. */
function addSection({ path }: Owned, lines: readonly string[]): string {
  if (path.startsWith(`${FOLDER}/`)) return `${appendLines(path, ['', ...lines])} && ${RELOAD}`
  const folder = `${FOLDER}/${baseName(path)}.d`
  return `mkdir -p ${shellWord(folder)} && ${writeLines(`${folder}/rungs.conf`, lines)} && ${RELOAD}`
}

/** The section that adds the route: the lines from its heading to the next. */
function dropRoute(files: readonly NetworkFile[], { route }: IntentOf<'no-route'>): string | null {
  // What is below /run was made by another program and is made again.
  for (const { file, settings } of files.filter(({ file }) => file.startsWith(FOLDER))) {
    const found = settings.find(
      ({ section, key, value }) =>
        section === 'Route' && key === 'Destination' && namesDestination(value, route),
    )
    if (!found) continue
    // Settings of the section stand side by side; a blank line or a heading parts them.
    const around = (step: 1 | -1): number[] => {
      const lines: number[] = []
      for (let line = found.line + step; ; line += step) {
        if (!settings.some((one) => one.line === line && one.section === 'Route')) return lines
        lines.push(line)
      }
    }
    const lines = [...around(-1), found.line, ...around(1)].sort((a, b) => a - b)
    return `${deleteLines(file, [(lines[0] ?? found.line) - 1, ...lines])} && ${RELOAD}`
  }
  return null
}

function keepAddress(owned: Owned, { address, instead }: IntentOf<'address'>): string {
  const old = owned.file?.settings.find(({ key, value }) => key === 'Address' && value === instead)
  return old
    ? `${replaceLine(owned.path, old.line, `Address=${address}`)} && ${RELOAD}`
    : addSection(owned, ['[Address]', `Address=${address}`])
}

function words(owned: Owned, intent: IntentOf<Exclude<Kind, 'no-route'>>): string {
  switch (intent.kind) {
    case 'link-up':
      return addSection(owned, ['[Link]', 'ActivationPolicy=up'])
    case 'route': {
      const to = intent.destination === 'default' ? [] : [`Destination=${intent.destination}`]
      return addSection(owned, ['[Route]', ...to, `Gateway=${intent.gateway}`])
    }
    case 'address':
      return keepAddress(owned, intent)
    case 'dhcp':
      return addSection(owned, ['[Network]', 'DHCP=yes'])
    case 'mtu':
      return addSection(owned, ['[Link]', `MTUBytes=${intent.bytes}`])
    case 'bridge-port':
      return addSection(owned, ['[Network]', `Bridge=${intent.bridge}`])
  }
}

export const networkd: Keeper = keeper(
  'systemd-networkd',
  ['link-up', 'route', 'no-route', 'address', 'dhcp', 'mtu', 'bridge-port'] as const,
  async (intent, host) => {
    if (intent.kind === 'no-route') {
      const files = await host.ask(networkFiles)
      return files.known ? dropRoute(files.value, intent) : null
    }
    const device = intent.kind === 'bridge-port' ? intent.port : intent.device
    const owned = device === null ? null : await fileOf(device, host)
    return owned && words(owned, intent)
  },
)
