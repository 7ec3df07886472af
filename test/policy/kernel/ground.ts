/** A network with rules loaded on some of its hosts, and what rungs reads of them. */

import { SETS } from './iptables-rules.ts'
import { reader } from './machine.ts'
import type { HostName } from './network.ts'
import { makeRange, type Range } from './range.ts'
import type { Load, Tool } from './trial.ts'
import type { Machines } from './way.ts'

const LOADERS: Readonly<Record<Tool, Readonly<Record<4 | 6, readonly string[]>>>> = {
  nft: { 4: ['nft', '-f', '-'], 6: ['nft', '-f', '-'] },
  iptables: { 4: ['iptables-restore'], 6: ['ip6tables-restore'] },
  'iptables-legacy': { 4: ['iptables-legacy-restore'], 6: ['ip6tables-legacy-restore'] },
}

export type Ground = {
  readonly range: Range
  /** Loads rules beside those that are there. */
  readonly load: (loads: readonly Load[]) => void
  /** The hosts with their rules as they are now. */
  readonly machines: () => Promise<Machines>
  /** What every rule and policy with a counter has counted. */
  readonly counters: () => Promise<ReadonlyMap<string, number>>
  /** Takes all rules away; false where that cannot be done and a new one is needed. */
  readonly clear: () => boolean
  readonly close: () => void
}

/** Makes the network. */
export function makeGround(): Ground {
  const range = makeRange()
  const { network } = range
  const readers = {
    client: reader(network, 'client'),
    router: reader(network, 'router'),
    server: reader(network, 'server'),
  }
  const withSets = new Set<HostName>()
  const tools = new Map<HostName, Tool[]>()
  return {
    range,
    load: (loads) => {
      for (const { host, tool, family, text } of loads) {
        if (text.includes('--match-set') && !withSets.has(host)) {
          network.run(host, ['ipset', 'restore'], SETS)
          withSets.add(host)
        }
        network.run(host, LOADERS[tool][family], text)
        tools.set(host, [...(tools.get(host) ?? []), tool])
      }
    },
    machines: async () => {
      const machine = (host: HostName) => readers[host].machine()
      return {
        client: await machine('client'),
        router: await machine('router'),
        server: await machine('server'),
      }
    },
    counters: async () => {
      const all = await Promise.all([...tools.keys()].map((host) => readers[host].counters()))
      return new Map(all.flatMap((counters) => [...counters]))
    },
    clear: () => {
      // Tables of the old kind stay with their namespace.
      if ([...tools.values()].flat().includes('iptables-legacy')) return false
      for (const host of tools.keys()) network.run(host, ['nft', 'flush', 'ruleset'])
      tools.clear()
      return true
    },
    close: range.close,
  }
}
