/** A rule of iptables on its line in a listing (iptables-save(8)), read as far as somebody asks. */
import type { Glimpse } from './glimpse.ts'
import { iptablesChanges } from './iptables-change.ts'
import { isOfOthers } from './iptables-glance.ts'
import { failsEarly, iptablesRule, iptablesWords } from './iptables-rule.ts'
import { iptablesVerdict } from './iptables-target.ts'
import type { Counter, Match, Place, Rule } from './rule-set.ts'
import type { UnreadRule } from './unread-rule.ts'

/** Where a rule stands. */
export type IptablesOwner = {
  readonly family: 4 | 6
  readonly place: Omit<Place, 'number' | 'text'>
  /** Whether a target is a chain of the table; asked when all of them are known. */
  readonly isChain: (target: string) => boolean
}

/** What a line that is written in another way than iptables-save's says. */
export type IptablesCommand = {
  readonly text: string
  /** What follows `-A CHAIN`. */
  readonly words: readonly string[]
  readonly counter: Counter | null
}

/** The rule number `number` that a line of another form says. */
export function commandRule(
  owner: IptablesOwner,
  number: number,
  { text, words, counter }: IptablesCommand,
): UnreadRule {
  const place = (): Place => ({ ...owner.place, number, text })
  let rule: Rule | null = null
  return {
    place,
    isOfOthers: () => false,
    mayMention: (asked) => asked.test(text),
    lacks: () => false,
    read: () => {
      rule ??= ruleOf(owner, place(), words, counter)
      return rule
    },
  }
}

function ruleOf(
  { family, isChain }: IptablesOwner,
  place: Place,
  words: readonly string[],
  counter: Counter | null,
): Rule {
  const rule = iptablesRule(words, family)
  const { matches, comment } = rule
  const [verdict, changes] = [iptablesVerdict(rule, isChain), iptablesChanges(rule)]
  return { place, counter, countedAfter: matches.length, matches, changes, verdict, comment }
}

const COUNTED = /^\[(\d+):(\d+)\] /

/** `[3:180] -A INPUT -p tcp …`, the rule number `number` of its chain; its words begin at `from`. */
export class IptablesLine implements UnreadRule {
  readonly #owner: IptablesOwner
  readonly #line: string
  readonly #from: number
  readonly #number: number
  #rule: Rule | null = null

  constructor(owner: IptablesOwner, number: number, line: string, from: number) {
    this.#owner = owner
    this.#number = number
    this.#line = line
    this.#from = from
  }

  place(): Place {
    return this.#rule?.place ?? this.#place()
  }

  isOfOthers(glimpse: Glimpse): boolean {
    return isOfOthers(this.#words(), glimpse)
  }

  mayMention(words: RegExp): boolean {
    return words.test(this.#line)
  }

  lacks(fails: (match: Match) => boolean): boolean {
    return failsEarly(this.#words(), this.#owner.family, fails)
  }

  read(): Rule {
    this.#rule ??= ruleOf(this.#owner, this.#place(), iptablesWords(this.#words()), this.#counter())
    return this.#rule
  }

  #words(): string {
    return this.#line.slice(this.#from)
  }

  #place(): Place {
    const text = this.#line.replace(COUNTED, '')
    return { ...this.#owner.place, number: this.#number, text }
  }

  #counter(): Counter | null {
    const [, packets, bytes] = COUNTED.exec(this.#line) ?? []
    return packets === undefined ? null : { packets: Number(packets), bytes: Number(bytes) }
  }
}
