/** A network with rules loaded on some of its hosts, and what rungs reads of them. */
import type { RuleSet } from '../../../src/facts/rule-set.ts'
import type { Machines } from './way.ts'
import { SETS } from './iptables-rules.ts'
import { countersOf, readRouting, readRules, type Tool } from './machine.ts'
import { HOSTS, type HostName } from './network.ts'
import { makeRange, type Range } from './range.ts'
import type { Load } from './trial.ts'

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
  readonly machines: () => Machines
  /** What every rule and policy with a counter has counted. */
  readonly counters: () => ReadonlyMap<string, number>
  /** Takes all rules away; false where that cannot be done and a new one is needed. */
  readonly clear: () => boolean
  readonly close: () => void
}

/** Makes the network. */
export function makeGround(): Ground {
  const range = makeRange()
  const { network } = range
  const routing = new Map(HOSTS.map((host) => [host, readRouting(network, host)]))
  const withSets = new Set<HostName>()
  const tools = new Map<HostName, Tool[]>()
  const rulesOf = (host: HostName): readonly RuleSet[] =>
    readRules(network, host, tools.get(host) ?? [])
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
    machines: () => {
      const machine = (host: HostName) => ({
        ruleSets: rulesOf(host),
        routing: routing.get(host) ?? null,
      })
      return { client: machine('client'), router: machine('router'), server: machine('server') }
    },
    counters: () =>
      new Map([...tools.keys()].flatMap((host) => [...countersOf(host, rulesOf(host))])),
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
