/** Which rules and policies decided about packets between two readings of the same rule set. */
import type { Chain, Counter, Place, Rule, RuleSet, Verdict } from '../facts/rule-set.ts'
import { chainKey } from './chain-order.ts'

/** A rule or a policy whose counter grew. */
export type Growth = {
  readonly place: Place
  readonly verdict: Verdict
  /** By how many packets. */
  readonly packets: number
  readonly before: number
  readonly after: number
}

/** The place of a chain's policy. */
export const policyPlace = (chain: Chain): Place => ({
  backend: chain.backend,
  family: chain.family,
  table: chain.table,
  chain: chain.name,
  handle: null,
  number: null,
  policy: true,
  text: `policy ${chain.policy ?? 'accept'}`,
})

/**
 * Each rule of a chain under a name that stays its own while others come and go: nft's handle,
 * else its words and which of the equal ones it is.
 */
function rulesByKey(chain: Chain): ReadonlyMap<string, Rule> {
  const seen = new Map<string, number>()
  return new Map(
    chain.rules.map((rule) => {
      if (rule.place.handle !== null) return [`handle ${rule.place.handle}`, rule]
      const { text } = rule.place
      const nth = (seen.get(text) ?? 0) + 1
      seen.set(text, nth)
      return [`${nth} ${text}`, rule]
    }),
  )
}

function growth(
  place: Place,
  verdict: Verdict,
  before: Counter | null,
  after: Counter | null,
): Growth[] {
  if (before === null || after === null || after.packets <= before.packets) return []
  const packets = after.packets - before.packets
  return [{ place, verdict, packets, before: before.packets, after: after.packets }]
}

/** The rules and policies whose packet counter grew; one that has no counter, or is new, is left out. */
export function counterGrowth(before: RuleSet, after: RuleSet): readonly Growth[] {
  const earlier = new Map(before.chains.map((chain) => [chainKey(chain, chain.name), chain]))
  return after.chains.flatMap((chain) => {
    const old = earlier.get(chainKey(chain, chain.name))
    if (old === undefined) return []
    const oldRules = rulesByKey(old)
    const rules = [...rulesByKey(chain)].flatMap(([key, rule]) =>
      growth(rule.place, rule.verdict, oldRules.get(key)?.counter ?? null, rule.counter),
    )
    const verdict: Verdict = { kind: chain.policy ?? 'accept' }
    return [
      ...rules,
      ...growth(policyPlace(chain), verdict, old.policyCounter, chain.policyCounter),
    ]
  })
}
