/**
 * Rules that are read no further than somebody asks: most of ten thousand do not concern the packet in
 * question, which their first condition tells. A chain shows all of its rules as `rules`, read when that is
 * first asked for; who needs but a few of them asks `unreadRules`.
 */
import type { Glimpse } from './glimpse.ts'
import type { Chain, Match, Place, Rule } from './rule-set.ts'

/** A rule of a listing that may not have been read yet. */
export type UnreadRule = {
  readonly place: () => Place
  /** Whether its text shows without being read that such a packet does not fit its first conditions; false is no answer. */
  readonly isOfOthers: (glimpse: Glimpse) => boolean
  /** False where none of the words is in its text; true is no answer. */
  readonly mayMention: (words: RegExp) => boolean
  /**
   * Whether `fails` says so of one of the conditions that stand before anything happens in the rule. They
   * are shown in their order, and none behind the one that fails; those further on may not be shown.
   */
  readonly lacks: (fails: (match: Match) => boolean) => boolean
  /** The whole rule, always the same record. */
  readonly read: () => Rule
}

/** Fewer rules are read before what `isOfOthers` looks for is made ready. */
export const MANY_RULES = 32

type Facts = Omit<Chain, 'rules'>

const unread = new WeakMap<
  Chain,
  { readonly facts: Facts; readonly rules: readonly UnreadRule[] }
>()

/** A chain whose rules wait to be read. */
export function unreadChain(facts: Facts, waiting: readonly UnreadRule[]): Chain {
  let read: readonly Rule[] | null = null
  const chain: Chain = {
    ...facts,
    get rules(): readonly Rule[] {
      read ??= waiting.map((rule) => rule.read())
      return read
    },
  }
  unread.set(chain, { facts, rules: waiting })
  return chain
}

/** The conditions of a rule before which nothing happens. */
const leading = ({ matches, changes, countedAfter, counter }: Rule): readonly Match[] =>
  matches.slice(
    0,
    Math.min(
      counter === null ? matches.length : countedAfter,
      ...changes.map(({ after }) => after),
    ),
  )

const alreadyRead = (rule: Rule): UnreadRule => ({
  place: () => rule.place,
  isOfOthers: () => false,
  mayMention: () => true,
  lacks: (fails) => leading(rule).some(fails),
  read: () => rule,
})

/** The rules of a chain, each to be read as far as it is needed. */
export function unreadRules(chain: Chain): readonly UnreadRule[] {
  const known = unread.get(chain)
  if (known !== undefined) return known.rules
  const rules = chain.rules.map(alreadyRead)
  unread.set(chain, { facts: chain, rules })
  return rules
}

/** The same chain, made at another time; its rules wait as before. */
export function bornAt(chain: Chain, born: number | null): Chain {
  const facts = unread.get(chain)?.facts ?? chain
  return unreadChain({ ...facts, born }, unreadRules(chain))
}
