/** Words one after another, as a parser takes them, and what it says of one that does not fit. */

import { FilterError } from './filter-error.ts'
import type { Keyword } from './keyword.ts'
import type { Sign, Token } from './lexer.ts'
import { suggestKeyword } from './suggestion.ts'

/** Deeper than anybody nests, and shallow enough for every stack. */
const DEEPEST = 1000

/** The words of an expression and how far they are read. */
export class TokenStream {
  private next = 0
  private depth = 0
  private readonly tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  /** The word that comes next, or the one `ahead` of it. */
  peek(ahead = 0): Token {
    const token = this.tokens[this.next + ahead] ?? this.tokens.at(-1)
    if (token === undefined) throw new Error('no words, not even the end')
    return token
  }

  /** Takes the next word. */
  take(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.next++
    return token
  }

  /** Where the last word that was taken ends. */
  get end(): number {
    return this.tokens[this.next - 1]?.end ?? 0
  }

  /** The next word if it is a keyword or sign. */
  word(ahead = 0): Keyword | Sign | null {
    const token = this.peek(ahead)
    return token.kind === 'word' ? token.word : null
  }

  /** Takes the next word if it is `word`. */
  takeWord(word: Keyword | Sign): boolean {
    const found = this.word() === word
    if (found) this.next++
    return found
  }

  /** Takes a word that must be `word`; `what` says it to people. */
  expectWord(word: Keyword | Sign, what: string): void {
    if (!this.takeWord(word)) this.fail(what)
  }

  /** Takes a word that must be a number. */
  expectNumber(what: string): number {
    const token = this.peek()
    if (token.kind !== 'number') return this.fail(what)
    this.take()
    return token.value
  }

  /** Takes a word that must be a name. */
  expectName(what: string): string {
    const token = this.peek()
    if (token.kind !== 'name') return this.fail(what)
    this.take()
    return token.name
  }

  /** Says that the next word does not fit, and what would. */
  fail(expected: string): never {
    const token = this.peek()
    const found = token.kind === 'end' ? 'the filter ends' : `“${token.text}” stands`
    throw new FilterError(
      `${expected} is expected where ${found}`,
      token.at,
      token.end,
      token.kind === 'name' ? joinedSuggestion(token.text) : null,
    )
  }

  /** One level deeper; too deep throws. */
  enter(): void {
    this.depth++
    if (this.depth <= DEEPEST) return
    const { at, end } = this.peek()
    throw new FilterError(`the filter nests deeper than ${DEEPEST} levels`, at, end)
  }

  /** `levels` levels back. */
  leave(levels = 1): void {
    this.depth -= levels
  }
}

/** A test of its own cannot stand right behind another one. */
function joinedSuggestion(word: string): string | null {
  const suggestion = suggestKeyword(word)
  return suggestion?.includes(' ') === true ? `and ${suggestion}` : suggestion
}
