/** From a rule's place back to the rule: in what was read later, or by another reading. */
import type { Chain, Counter, Place, Rule, RuleSet } from '../facts/rule-set.ts'
import { unreadRules } from '../facts/unread-rule.ts'

/** Whether two readings mean the same rule or policy. */
export const samePlace = (a: Place, b: Place): boolean =>
  a.policy === b.policy &&
  a.backend === b.backend &&
  a.family === b.family &&
  a.table === b.table &&
  a.chain === b.chain &&
  a.handle === b.handle &&
  a.text === b.text

/** The rule at a place, and the set that holds it. */
export function findRule(
  sets: readonly RuleSet[],
  place: Place,
): { readonly rule: Rule | null; readonly set: RuleSet | null } {
  for (const set of place.policy ? [] : sets)
    for (const chain of set.chains) {
      if (!holds(chain, place)) continue
      const found = unreadRules(chain).find((rule) => samePlace(rule.place(), place))
      if (found) return { rule: found.read(), set }
    }
  const set = sets.find(({ chains }) => chains.some((chain) => holds(chain, place)))
  return { rule: null, set: set ?? null }
}

const holds = (chain: Chain, place: Place): boolean =>
  chain.backend === place.backend &&
  chain.table === place.table &&
  chain.name === place.chain &&
  chain.family === place.family

/** The counter of the rule or policy at a place; null where it has none. */
export function counterAt(sets: readonly RuleSet[], place: Place): Counter | null {
  if (!place.policy) return findRule(sets, place).rule?.counter ?? null
  const chain = sets.flatMap(({ chains }) => chains).find((one) => holds(one, place))
  return chain?.policyCounter ?? null
}
