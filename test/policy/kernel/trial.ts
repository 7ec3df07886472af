/** A rule set made by chance, on one host or two, and the packets that are to meet it. */
import { type Chance, chance, times, type Uses } from './chance.ts'
import { iptablesRules } from './iptables-rules.ts'
import type { HostName } from './network.ts'
import { nftRules } from './nft-rules.ts'
import type { Shot } from './shot.ts'
import { makeShot } from './shots.ts'

/** What rules are loaded with. */
export type Tool = 'nft' | 'iptables' | 'iptables-legacy'

/** The rules of one host, by the tool that loads them. */
export type Load = {
  readonly host: HostName
  readonly tool: Tool
  readonly family: 4 | 6
  readonly text: string
}

export type Trial = {
  readonly seed: number
  readonly loads: readonly Load[]
  readonly shots: readonly Shot[]
}

const MIXES: readonly { readonly weight: number; readonly tools: readonly Tool[] }[] = [
  { weight: 50, tools: ['nft'] },
  { weight: 27, tools: ['iptables'] },
  { weight: 13, tools: ['nft', 'iptables'] },
  { weight: 7, tools: ['iptables-legacy'] },
  { weight: 3, tools: ['nft', 'iptables-legacy'] },
]
const PLACES: readonly { readonly weight: number; readonly hosts: readonly HostName[] }[] = [
  { weight: 35, hosts: ['router'] },
  { weight: 25, hosts: ['server'] },
  { weight: 25, hosts: ['client'] },
  { weight: 5, hosts: ['client', 'router'] },
  { weight: 5, hosts: ['router', 'server'] },
  { weight: 5, hosts: ['client', 'server'] },
]

function loadsOf(random: Chance, host: HostName): Load[] {
  const { tools } = random.draw(MIXES)
  return tools.flatMap((tool): Load[] => {
    random.use(`tool ${tool}`)
    if (tool === 'nft') return [{ host, tool, family: 4, text: nftRules(random, host) }]
    return ([4, 6] as const).map((family) => ({
      ...{ host, tool, family },
      text: iptablesRules(random, host, family),
    }))
  })
}

/** Packets of one trial. */
export const SHOTS = 40

/** The trial of a seed. */
export function makeTrial(seed: number, uses: Uses = new Map()): Trial {
  const random = chance(seed, uses)
  const { hosts } = random.draw(PLACES)
  const loads = hosts.flatMap((host) => loadsOf(random, host))
  const shots = times(SHOTS, (at) => makeShot(random, hosts, seed * SHOTS + at))
  return { seed, loads, shots }
}
