/**
 * What starts services and loads modules with the machine: systemd (systemctl(1), sd_booted(3)),
 * OpenRC (rc-update(8)), and System V's scripts (update-rc.d(8) of Debian, chkconfig(8) of Red Hat).
 */
import { shellWord } from '../../base/shell-word.ts'
import { present } from '../../facts/present.ts'
import { unit } from '../../facts/systemctl.ts'
import type { Inquiry } from '../host.ts'
import { appendLines, writeLines } from './edit.ts'
import { type Keeper, keeper } from './keeper.ts'

type Init = 'systemd' | 'openrc' | 'debian' | 'redhat'

/** What only that one has while it runs, the surest first. */
const SIGNS: readonly (readonly [path: string, init: Init])[] = [
  ['/run/systemd/system', 'systemd'],
  ['/run/openrc', 'openrc'],
  ['/usr/sbin/update-rc.d', 'debian'],
  ['/sbin/chkconfig', 'redhat'],
]

const signs = present(SIGNS.map(([path]) => path))

/** What started the host; null where no sign of it is there. */
export async function initOf(host: Inquiry): Promise<Init | null> {
  const found = await host.ask(signs)
  return found.known ? (SIGNS.find(([path]) => found.value.has(path))?.[1] ?? null) : null
}

const ENABLE: Readonly<Record<Init, (name: string) => string>> = {
  systemd: (name) => `systemctl enable ${name}`,
  openrc: (name) => `rc-update add ${name} default`,
  debian: (name) => `update-rc.d ${name} defaults && update-rc.d ${name} enable`,
  redhat: (name) => `chkconfig ${name} on`,
}

/** The command that starts a service with the machine; what is so already is said. */
export async function enable(name: string, host: Inquiry): Promise<string | null> {
  const init = await initOf(host)
  if (init === null) return null
  const state = init === 'systemd' ? await host.ask(unit(name)) : null
  const enabled = state?.known ? state.value.enabled : null
  if (enabled === 'enabled') return `${name} is enabled already: it starts with the machine`
  return enabled === 'masked'
    ? `systemctl unmask ${shellWord(name)} && systemctl enable ${shellWord(name)}`
    : ENABLE[init](shellWord(name))
}

export const service: Keeper = keeper(
  'systemd, OpenRC, update-rc.d and chkconfig',
  ['service'],
  ({ name }, host) => enable(name, host),
)

export const modules: Keeper = keeper(
  '/etc/modules-load.d and /etc/modules',
  ['module'],
  async ({ module }, host) => {
    const init = await initOf(host)
    if (init === null) return null
    return init === 'systemd'
      ? writeLines(`/etc/modules-load.d/${module}.conf`, [module])
      : appendLines('/etc/modules', [module])
  },
)
