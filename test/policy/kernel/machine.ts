/** What rungs reads of a host of the network, by the questions that a check asks as well. */
import type { Answer } from '../../../src/diagnose/host.ts'
import { readMachine } from '../../../src/diagnose/machine.ts'
import { readRules } from '../../../src/diagnose/rules.ts'
import type { Chain, Place, RuleSet } from '../../../src/facts/rule-set.ts'
import type { Question } from '../../../src/facts/source.ts'
import type { Machine } from '../../../src/policy/journey.ts'
import type { HostName, Network } from './network.ts'

export type Reader = {
  readonly machine: () => Promise<Machine>
  /** How many packets each rule and policy with a counter has counted. */
  readonly counters: () => Promise<ReadonlyMap<string, number>>
}

/** Tools whose answers stay the same: the network is not changed, only its rules are. */
const STEADY: ReadonlySet<string> = new Set(['ip', 'sysctl'])

/** Reads one host. */
export function reader(network: Network, host: HostName): Reader {
  const steady = new Map<string, Answer<unknown>>()
  const put = <T>({ name, sources }: Question<T>): Answer<T> => {
    for (const { argv, parse } of sources) {
      const output = network.output(host, argv)
      const value = parse(output)
      if (value !== null) return { known: true, value, output }
    }
    throw new Error(`${name}: not understood`)
  }
  const ask = async <T>(question: Question<T>): Promise<Answer<T>> => {
    const { name, sources } = question
    if (!STEADY.has(sources[0]?.argv[0] ?? '')) return put(question)
    const known = steady.get(name) as Answer<T> | undefined
    const answer = known ?? put(question)
    steady.set(name, answer)
    return answer
  }
  return {
    machine: async () => (await readMachine({ ask })).machine,
    counters: async () => countersOf(host, (await readRules(ask)).sets),
  }
}

/** One rule or policy, whichever host it is on. */
export const placeKey = (host: HostName, place: Place): string =>
  [
    ...[host, place.backend, place.family, place.table, place.chain],
    place.policy ? 'policy' : (place.handle ?? `number ${place.number}`),
  ].join(' ')

const chainKey = ({ family, table, name }: Chain): string => `${family} ${table} ${name}`

function countersOf(host: HostName, ruleSets: readonly RuleSet[]): Map<string, number> {
  const counters = new Map<string, number>()
  // iptables-save prints all chains of a table; in nf_tables only those are that rules were made for.
  const inNft = new Set(ruleSets.flatMap(({ aside }) => aside).map(chainKey))
  for (const chain of ruleSets.flatMap(({ chains }) => chains)) {
    for (const { place, counter } of chain.rules) {
      if (counter !== null) counters.set(placeKey(host, place), counter.packets)
    }
    const { backend, family, table, name, policyCounter } = chain
    if (policyCounter === null || (backend === 'iptables' && !inNft.has(chainKey(chain)))) continue
    counters.set([host, backend, family, table, name, 'policy'].join(' '), policyCounter.packets)
  }
  return counters
}
