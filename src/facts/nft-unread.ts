/** A rule of nf_tables as a listing has it, in nft's words or in JSON, and read as far as somebody asks. */
import type { Glimpse } from './glimpse.ts'
import { failsEarly, type NftTable, nftRule } from './nft-rule.ts'
import type { Match, Place, Rule, RuleFamily } from './rule-set.ts'
import type { UnreadRule } from './unread-rule.ts'

/** Where rules stand. */
export type NftOwner = {
  readonly family: string
  readonly table: string
  readonly chain: string
  /** What the table's rules refer to by name; whole when all of the listing has been read. */
  readonly names: NftTable
  /** In their order. */
  readonly rules: NftUnread[]
}

/** What a rule says. */
export type NftParts = {
  /** Its statements, as libnftables-json(5) has them. */
  readonly expr: unknown
  readonly comment: string | null
  /** In nft's words, for people. */
  readonly words: () => string
}

/** How rules are written. */
export type NftForm = {
  readonly isOfOthers: (text: string, glimpse: Glimpse) => boolean
  readonly read: (text: string, family: string) => NftParts
  /** Null where a rule is read as a whole. */
  readonly inPart: NftReading | null
}

/** Reading a rule no further than it is needed. */
export type NftReading = {
  /** True where one of the comparisons fails with which it plainly begins; else where the next statement begins. */
  readonly failsAtOnce: (text: string, fails: (match: Match) => boolean) => true | number
  /** Gives the next statement with each call, from one that begins at `from` on. */
  readonly statements: (text: string, from: number, family: string) => () => unknown
}

/** A rule that may not have been read yet. */
export type NftUnread = UnreadRule & { readonly statements: () => readonly unknown[] }

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The place of a rule; its words are put together when they are asked for, which is seldom. */
function placeOf(
  owner: NftOwner,
  number: number,
  handle: number | null,
  words: () => string,
): Place {
  let text: string | null = null
  return {
    backend: 'nft',
    family: owner.family as RuleFamily,
    table: owner.table,
    chain: owner.chain,
    handle,
    number,
    policy: false,
    get text(): string {
      text ??= words()
      return text
    },
  }
}

const ruleOf = (place: Place, { expr, comment }: NftParts, { names }: NftOwner): Rule => ({
  place,
  ...nftRule(expr, names),
  comment,
})

/** Adds a rule whose parts are known already. */
export function addRead(owner: NftOwner, handle: number | null, parts: NftParts): void {
  const place = placeOf(owner, owner.rules.length + 1, handle, parts.words)
  let rule: Rule | null = null
  owner.rules.push({
    place: () => place,
    isOfOthers: () => false,
    mayMention: () => true,
    statements: () => list(parts.expr),
    lacks: (fails) => failsEarly(inTurn(list(parts.expr)), owner.names, fails),
    read: () => {
      rule ??= ruleOf(place, parts, owner)
      return rule
    },
  })
}

/** Gives the statements of a list, one with each call. */
function inTurn(statements: readonly unknown[]): () => unknown {
  let at = 0
  return () => statements[at++]
}

/** A rule that waits in its text. */
class WaitingRule implements NftUnread {
  readonly #owner: NftOwner
  readonly #number: number
  readonly #form: NftForm
  readonly #text: string
  readonly #handle: number | null
  #rule: Rule | null = null
  #parts: NftParts | null = null

  constructor(owner: NftOwner, handle: number | null, form: NftForm, text: string) {
    this.#owner = owner
    this.#number = owner.rules.length + 1
    this.#handle = handle
    this.#form = form
    this.#text = text
  }

  place(): Place {
    const words = (): string => this.#all().words()
    return this.#rule?.place ?? placeOf(this.#owner, this.#number, this.#handle, words)
  }

  isOfOthers(glimpse: Glimpse): boolean {
    return this.#form.isOfOthers(this.#text, glimpse)
  }

  mayMention(words: RegExp): boolean {
    return words.test(this.#text)
  }

  statements(): readonly unknown[] {
    return list(this.#all().expr)
  }

  lacks(fails: (match: Match) => boolean): boolean {
    const { family, names } = this.#owner
    const { inPart } = this.#form
    if (inPart === null) return failsEarly(inTurn(this.statements()), names, fails)
    const from = inPart.failsAtOnce(this.#text, fails)
    return from === true || failsEarly(inPart.statements(this.#text, from, family), names, fails)
  }

  read(): Rule {
    this.#rule ??= ruleOf(this.place(), this.#all(), this.#owner)
    return this.#rule
  }

  #all(): NftParts {
    this.#parts ??= this.#form.read(this.#text, this.#owner.family)
    return this.#parts
  }
}

/** Adds a rule that is read when it is asked for. */
export function addWaiting(
  owner: NftOwner,
  handle: number | null,
  form: NftForm,
  text: string,
): void {
  owner.rules.push(new WaitingRule(owner, handle, form, text))
}
