/**
 * Rules put into the built-in chains of iptables(8), or beside the rule that decides, and the
 * commands that take back exactly what was added. The chains are always there; no table is made.
 */
import { shellWord } from '../../base/shell-word.ts'
import { type Hook, iptablesTool, type Place, type RuleSet } from '../../facts/rule-set.ts'
import { inOrder, type Plan } from './plan.ts'

/** A rule to be put in. */
export type IptablesAddition = {
  readonly table: 'filter' | 'nat'
  readonly hook: Hook
  /** The rule, word by word: `-p tcp --dport 25 -j DROP`. */
  readonly words: readonly string[]
  /** Before this rule, in its table and chain, or after all others where it is a policy; null: first of all. */
  readonly before: Place | null
}

/** Docker asks its users' own chain before its own rules, and leaves it alone. */
const DOCKER_CHAIN = 'DOCKER-USER'

const hasDockerChain = (ruleSets: readonly RuleSet[], tool: string): boolean =>
  ruleSets
    .flatMap(({ chains }) => chains)
    .some(
      ({ backend, family, table, name }) =>
        backend !== 'nft' &&
        iptablesTool({ backend, family }) === tool &&
        table === 'filter' &&
        name === DOCKER_CHAIN,
    )

/** The commands for all additions, and those that take them back. */
export function planIptables(
  ruleSets: readonly RuleSet[],
  family: 4 | 6,
  additions: readonly IptablesAddition[],
): Plan {
  const usual = family === 4 ? 'iptables' : 'ip6tables'
  const plan = ({ table, hook, words, before }: IptablesAddition): Plan => {
    const tool = before === null ? usual : iptablesTool(before)
    const within = before?.table ?? table
    const command = within === 'filter' ? tool : `${tool} -t ${shellWord(within)}`
    const isDockers = table === 'filter' && hook === 'forward' && hasDockerChain(ruleSets, tool)
    const chain = shellWord(before?.chain ?? (isDockers ? DOCKER_CHAIN : hook.toUpperCase()))
    const rule = words.map(shellWord).join(' ')
    const number = before?.number == null ? '' : ` ${before.number}`
    const put = before?.policy ? '-A' : '-I'
    return {
      commands: [`${command} ${put} ${chain}${number} ${rule}`],
      undo: [`${command} -D ${chain} ${rule}`],
    }
  }
  return inOrder(additions.map(plan))
}
