/** What a rule does, in words. */
import type { Rule, Verdict } from '../facts/rule-set.ts'

const SAYS: Readonly<Partial<Record<Verdict['kind'], string>>> = {
  accept: 'accepts it',
  drop: 'drops it',
  reject: 'rejects it',
  return: 'returns it to the chain it came from',
  continue: 'lets it go on',
  masquerade: 'gives it the address of the outgoing device',
  queue: 'leaves it to another program',
}

/** What the rule does with a packet by this verdict of it, as the end of a sentence: `drops it`. */
export function deedOf(rule: Pick<Rule, 'changes'>, verdict: Verdict): string {
  switch (verdict.kind) {
    case 'jump':
    case 'goto':
      return `goes on in the chain ${verdict.target}`
    case 'redirect':
      return `sends it to this host${verdict.to === null ? '' : `, to ${verdict.to}`}`
    case 'dnat':
      return `sends it to ${verdict.to ?? 'another place'}`
    case 'snat':
      return `gives it the source ${verdict.to ?? 'that it chooses'}`
    case 'netmap':
      return `moves its address into ${verdict.to}`
    case 'vmap':
      return 'looks it up'
    case 'unknown':
      return `does \`${verdict.text}\``
    default:
      if (verdict.kind !== 'continue' || rule.changes.length === 0) return SAYS[verdict.kind] ?? ''
      return rule.changes.some(({ kind }) => kind === 'untrack')
        ? 'keeps conntrack from it'
        : 'marks it'
  }
}
