/** From which hooks a rule can be reached: those of its base chain, or of the chains that jump to it. */
import type { Chain, Hook, Place, RuleSet, Verdict } from '../facts/rule-set.ts'
import { chainKey } from './chain-order.ts'

/** The chains that a verdict may lead to. */
function targets(verdict: Verdict): readonly string[] {
  if (verdict.kind === 'jump' || verdict.kind === 'goto') return [verdict.target]
  return verdict.kind === 'vmap' ? verdict.rows.flatMap((row) => targets(row.verdict)) : []
}

/** The hooks in which the rule or policy at `place` can decide; empty where nothing leads to it. */
export function hooksOf(ruleSets: readonly RuleSet[], place: Place): readonly Hook[] {
  const chains = ruleSets.flatMap((set) => [...set.chains, ...set.aside])
  const callers = new Map<string, Chain[]>()
  for (const chain of chains)
    for (const rule of chain.rules)
      for (const target of targets(rule.verdict)) {
        const name = chainKey(chain, target)
        callers.set(name, [...(callers.get(name) ?? []), chain])
      }
  const hooks = new Set<Hook>()
  const seen = new Set<string>()
  const open = [chainKey(place, place.chain)]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    for (const chain of chains)
      if (chainKey(chain, chain.name) === name && chain.hook) hooks.add(chain.hook)
    for (const caller of callers.get(name) ?? []) open.push(chainKey(caller, caller.name))
  }
  return [...hooks]
}
