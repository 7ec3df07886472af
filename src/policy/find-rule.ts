/** From a rule's place back to the rule: in what was read later, or by another reading. */
import type { Place, Rule, RuleSet } from '../facts/rule-set.ts'

const samePlace = (a: Place, b: Place): boolean =>
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
  for (const set of sets)
    for (const chain of set.chains) {
      const rule = chain.rules.find((one) => samePlace(one.place, place))
      if (rule) return { rule, set }
    }
  const set = sets.find(({ chains }) =>
    chains.some(
      (chain) =>
        chain.backend === place.backend &&
        chain.table === place.table &&
        chain.name === place.chain &&
        chain.family === place.family,
    ),
  )
  return { rule: null, set: set ?? null }
}
