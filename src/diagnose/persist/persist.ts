/**
 * How a remedy is kept over a start, by what its host really runs. The keepers of an intent are
 * asked side by side, and only for the remedies that are printed; of those that own it the first
 * counts: netplan writes the files of the next two, and NetworkManager leaves alone what ifupdown has.
 */

import type { Remedy } from '../diagnosis.ts'
import { type Host, type Inquiry, NAMESPACE } from '../host.ts'
import type { Proposal } from '../remedy.ts'
import { firewall } from './firewall.ts'
import { ifcfg } from './ifcfg.ts'
import { ifupdown } from './ifupdown.ts'
import { modules, service } from './init.ts'
import type { Intent, IntentKind } from './intent.ts'
import type { Keeper } from './keeper.ts'
import { netplan } from './netplan.ts'
import { networkManager } from './network-manager.ts'
import { networkd } from './networkd.ts'
import { resolver } from './resolver.ts'
import { sysctl } from './sysctl.ts'

const KEEPERS: readonly Keeper[] = [
  netplan,
  networkManager,
  networkd,
  ifupdown,
  ifcfg,
  service,
  modules,
  sysctl,
  firewall,
  resolver,
]

/** The keepers are asked for no longer than this: the verdict stands already. */
const LIMIT_MS = 1500

/** What belongs to the machine around a namespace, and is kept there. */
const OF_MACHINE: readonly IntentKind[] = ['service', 'module']

/** Where somebody else makes the host anew at each start: who has to know. */
function maker({ outside, limits }: Host, kind: IntentKind): string | null {
  if (outside) return 'a container keeps nothing: put it into its image, or into what starts it'
  return limits === NAMESPACE && !OF_MACHINE.includes(kind)
    ? 'a network namespace keeps nothing: put it into what makes it'
    : null
}

/** How what is meant to stay is kept on that host; says so where nothing was found that keeps it. */
export async function howToKeep(intent: Intent, host: Inquiry): Promise<string> {
  const made = maker(host.host, intent.kind)
  if (made) return made
  const asked = KEEPERS.filter(({ kinds }) => kinds.includes(intent.kind))
  const words = await Promise.all(
    asked.map((keeper) => keeper.keep(intent, host).catch(() => null)),
  )
  return words.find((one) => one !== null) ?? nothingFound(asked)
}

const nothingFound = (asked: readonly Keeper[]): string =>
  `nothing that keeps it was found (looked for ${asked.map(({ looked }) => looked).join(', ')}): put it where this host is set up`

/** The proposals as they are printed: each with how it is kept on its host. Never throws. */
export async function keepRemedies(
  proposals: readonly Proposal[],
  hosts: readonly Inquiry[],
): Promise<readonly Remedy[]> {
  return Promise.all(
    proposals.map(async ({ keep, ...remedy }) => {
      const host = hosts.find((one) => one.host.name === remedy.host)
      if (!keep || !host) return remedy
      let alarm: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<string>((resolve) => {
        alarm = setTimeout(() => resolve('what keeps it could not be found out in time'), LIMIT_MS)
      })
      const persist = await Promise.race([howToKeep(keep, host), late])
      clearTimeout(alarm)
      return { ...remedy, persist }
    }),
  )
}
