/**
 * A rule on one line of the listing that nft(8) prints for people. Its words are read when its parts are asked
 * for: those are named as `nft -j` names them.
 */
import { nftStatement, nftStatements } from './nft-phrase.ts'
import { plainComparison } from './nft-plain.ts'
import { nftCursor } from './nft-token.ts'
import type { Match } from './rule-set.ts'

/** Where a rule stands. */
export type Owner = { readonly family: string; readonly table: string; readonly chain: string }

/** A rule's text on one line, without what changes while it counts. */
export const ruleWords = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/\bcounter packets \d+ bytes \d+/g, 'counter')
    .replace(/(\bquota (?:over )?\d+ \w+) used \d+ \w+/g, '$1')

/** A rule that is read when it is asked for. */
export class NftLine {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly handle: number | undefined
  /** The line as it was written, without its handle. */
  readonly said: string
  #read: ReturnType<typeof nftStatements> | null = null

  constructor({ family, table, chain }: Owner, handle: number | undefined, said: string) {
    this.family = family
    this.table = table
    this.chain = chain
    this.handle = handle
    this.said = said
  }

  /** Whether `fails` says so of one of the comparisons with which the line begins; and where they end. */
  failsEarly(fails: (match: Match) => boolean): true | number {
    let at = 0
    for (;;) {
      const plain = plainComparison(this.said, at)
      if (plain === null) return at
      if (plain.matches.some(fails)) return true
      at = plain.until
    }
  }

  /** Gives the next statement with each call, from one that begins at `from` on; null at their end. */
  statements(from = 0): () => unknown {
    const cursor = nftCursor(this.said.slice(from))
    return () => nftStatement(cursor, this.family)
  }

  /** All statements. */
  get expr(): readonly unknown[] {
    return this.#all().expr
  }

  /** Undefined for none, as in JSON. */
  get comment(): string | undefined {
    return this.#all().comment ?? undefined
  }

  /** For people. */
  words(): string {
    return ruleWords(this.said)
  }

  #all(): ReturnType<typeof nftStatements> {
    this.#read ??= nftStatements(nftCursor(this.said), this.family)
    return this.#read
  }
}
