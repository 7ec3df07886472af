/**
 * Rules put into nftables by commands that also work where there is no table yet, and the commands
 * that take back exactly what was added. nft(8): a rule is deleted by its handle, which the listing
 * shows; a chain must be empty before it is deleted.
 */
import { shellWord } from '../../base/shell-word.ts'
import type { Chain, Hook, Place, RuleFamily, RuleSet } from '../../facts/rule-set.ts'
import { tableOwner } from '../owner-name.ts'
import type { Plan } from './plan.ts'

/** A rule to be put in. */
export type NftAddition = {
  readonly type: 'filter' | 'nat'
  readonly hook: Hook
  /** The rule, in the words that fit the family of its table. */
  readonly rule: (family: RuleFamily) => string
  /** Before this rule, or after all others where it is a policy; null: first of all. */
  readonly before: Place | null
}

/** Where rules go that no table of the host's own is there for. */
const TABLE = 'rungs'
const MAKE_TABLE = `nft add table inet ${TABLE}`

/** include/uapi/linux/netfilter_ipv4.h; a number is read by every version of nft. */
const PRIORITY: Readonly<Record<string, number>> = {
  'nat prerouting': -100,
  'nat output': -100,
  'nat input': 100,
  'nat postrouting': 100,
}

type ChainName = Pick<Chain, 'family' | 'table' | 'name'>

const spell = ({ family, table, name }: ChainName): string =>
  [family, table, name].map(shellWord).join(' ')

/** The rule as one word of a shell where it has signs of the shell's, else as it is. */
const quoted = (rule: string): string =>
  rule.split(' ').every((word) => shellWord(word) === word) ? rule : shellWord(rule)

/** A text as a basic regular expression (POSIX.1-2024, Base Definitions §9.3) between slashes. */
const literally = (text: string): string => text.replace(/[.[\]*^$\\/]/g, '\\$&')

/** Some versions leave out the word `type` in what they list. */
const asListed = (rule: string): string =>
  literally(rule).replace(/(?<=reject with icmp(?:x|v6)? )type /, '\\(type \\)*')

/** Deletes the first rule of the chain that is listed in these words. */
export const nftDeleteByText = (chain: ChainName, rule: string): string => {
  const script = shellWord(`s/^[[:blank:]]*${asListed(rule)} # handle //p`)
  return `nft delete rule ${spell(chain)} handle "$(nft -a list chain ${spell(chain)} | sed -n ${script} | head -n 1)"`
}

/** Puts a rule in, before the one with that handle or before all. */
export const nftInsert = (chain: ChainName, handle: number | null, rule: string): Plan => ({
  commands: [
    `nft insert rule ${spell(chain)}${handle === null ? '' : ` handle ${handle}`} ${quoted(rule)}`,
  ],
  undo: [nftDeleteByText(chain, rule)],
})

/** The host's own base chain for it, the usual one first: nobody's whose rules a program writes. */
function ownChain(
  ruleSets: readonly RuleSet[],
  { type, hook }: NftAddition,
  family: 4 | 6,
): Chain | null {
  const families: readonly RuleFamily[] = ['inet', family === 4 ? 'ip' : 'ip6']
  const usual = PRIORITY[`${type} ${hook}`] ?? 0
  const distance = ({ priority }: Chain): number => Math.abs((priority ?? 0) - usual)
  const fit = ruleSets
    .flatMap(({ chains }) => chains)
    .filter((chain) => chain.backend === 'nft' && chain.hook === hook && chain.type === type)
    .filter((chain) => families.includes(chain.family) && tableOwner(chain.table) === null)
  return fit.toSorted((one, other) => distance(one) - distance(other))[0] ?? null
}

/** In the chain that decides: before its rule, or, where the policy does, after all its rules. */
function beside(place: Place, { rule }: NftAddition): Plan {
  const chain = { ...place, name: place.chain }
  const text = rule(place.family)
  if (!place.policy) return nftInsert(chain, place.handle, text)
  const { undo } = nftInsert(chain, null, text)
  return { commands: [`nft add rule ${spell(chain)} ${quoted(text)}`], undo }
}

/** The commands for all additions, and those that take them back, in the order to run them. */
export function planNft(
  ruleSets: readonly RuleSet[],
  family: 4 | 6,
  additions: readonly NftAddition[],
): Plan {
  const commands: string[] = []
  const undo: string[] = []
  const own = ruleSets.flatMap(({ chains }) => chains).filter(({ table }) => table === TABLE)
  const isMade = own.length > 0
  const ownNames = new Set(own.map(({ name }) => name))

  const take = (plan: Plan): void => {
    commands.push(...plan.commands)
    undo.unshift(...plan.undo)
  }
  for (const addition of additions) {
    const { type, hook, before } = addition
    const chain = ownChain(ruleSets, addition, family)
    if (before !== null) take(beside(before, addition))
    else if (chain !== null) take(nftInsert(chain, null, addition.rule(chain.family)))
    else {
      const name = [hook, `${type}-${hook}`].find((one) => !ownNames.has(one)) ?? hook
      const made = { family: 'inet', table: TABLE, name } as const
      ownNames.add(name)
      const priority = PRIORITY[`${type} ${hook}`] ?? 0
      if (!isMade && commands.every((command) => command !== MAKE_TABLE))
        take({ commands: [MAKE_TABLE], undo: [`nft delete table inet ${TABLE}`] })
      take({
        commands: [
          `nft add chain ${spell(made)} '{ type ${type} hook ${hook} priority ${priority}; }'`,
          `nft add rule ${spell(made)} ${quoted(addition.rule('inet'))}`,
        ],
        undo: isMade ? [`nft flush chain ${spell(made)}`, `nft delete chain ${spell(made)}`] : [],
      })
    }
  }
  return { commands, undo }
}
