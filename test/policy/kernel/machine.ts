/** What rungs reads of a host of the network, by the questions that a check asks as well. */
import { interfaces } from '../../../src/facts/ip-address.ts'
import { routes4, routes6 } from '../../../src/facts/ip-route.ts'
import { rules4, rules6 } from '../../../src/facts/ip-rule.ts'
import {
  ip6tablesLegacyRuleSet,
  ip6tablesRuleSet,
  iptablesLegacyRuleSet,
  iptablesRuleSet,
} from '../../../src/facts/iptables-save.ts'
import { nftRuleSet } from '../../../src/facts/nft.ts'
import type { Chain, Place, RuleSet } from '../../../src/facts/rule-set.ts'
import { printed, type Question } from '../../../src/facts/source.ts'
import { sysctls } from '../../../src/facts/sysctl.ts'
import { type Routing, routingParameters } from '../../../src/policy/routing.ts'
import type { HostName, Network } from './network.ts'

/** A tool that rules were loaded with. */
export type Tool = 'nft' | 'iptables' | 'iptables-legacy'

const LISTINGS: Readonly<Record<Tool, readonly Question<RuleSet>[]>> = {
  nft: [nftRuleSet],
  iptables: [nftRuleSet, iptablesRuleSet, ip6tablesRuleSet],
  'iptables-legacy': [iptablesLegacyRuleSet, ip6tablesLegacyRuleSet],
}

/** Asks a host, by the best source of the question; an answer that cannot be read is an error here. */
function ask<T>(network: Network, host: HostName, question: Question<T>): T {
  const [source] = question.sources
  const answer = source?.parse(printed(network.run(host, source.argv)))
  if (answer === null || answer === undefined) throw new Error(`${question.name}: not understood`)
  return answer
}

export function readRouting(network: Network, host: HostName): Routing {
  const found = ask(network, host, interfaces)
  const names = routingParameters(found.map(({ name }) => name))
  return {
    interfaces: found,
    4: { routes: ask(network, host, routes4), rules: ask(network, host, rules4) },
    6: { routes: ask(network, host, routes6), rules: ask(network, host, rules6) },
    parameters: ask(network, host, sysctls(names)),
  }
}

export function readRules(network: Network, host: HostName, tools: readonly Tool[]): RuleSet[] {
  const questions = new Set(tools.flatMap((tool) => LISTINGS[tool]))
  return [...questions].map((question) => ask(network, host, question))
}

/** One rule or policy, whichever host it is on. */
export const placeKey = (host: HostName, place: Place): string =>
  [
    ...[host, place.backend, place.family, place.table, place.chain],
    place.policy ? 'policy' : (place.handle ?? `number ${place.number}`),
  ].join(' ')

const chainKey = ({ family, table, name }: Chain): string => `${family} ${table} ${name}`

/** How many packets each rule and policy of a host with a counter has counted. */
export function countersOf(host: HostName, ruleSets: readonly RuleSet[]): Map<string, number> {
  const counters = new Map<string, number>()
  // iptables-save prints all chains of a table; in nf_tables only those are that rules were made for.
  const inNft = new Set(ruleSets.flatMap(({ aside }) => aside).map(chainKey))
  for (const chain of ruleSets.flatMap(({ chains }) => chains)) {
    for (const { place, counter } of chain.rules) {
      if (counter !== null) counters.set(placeKey(host, place), counter.packets)
    }
    if (chain.policyCounter === null) continue
    if (chain.backend === 'iptables' && inNft.size > 0 && !inNft.has(chainKey(chain))) continue
    const { backend, family, table, name } = chain
    const key = [host, backend, family, table, name, 'policy'].join(' ')
    counters.set(key, chain.policyCounter.packets)
  }
  return counters
}
