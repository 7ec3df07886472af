/** The words of nft's listing, and a cursor over them (the scanner's rules: nftables src/scanner.l). */

export type NftToken = {
  /** A word, a string without its quotes, one of `{ } ( ) , ;`, a `:` before an expression, the end of a line or a `# comment`. */
  readonly kind: 'word' | 'string' | 'sign' | 'end' | 'comment'
  readonly text: string
  /** Where it begins and ends in the listing. */
  readonly at: number
  readonly until: number
}

/** Where tokens come from: the place up to which a text is read, and the end of the line there. */
type Source = { readonly text: string; at: number; lineEnd: number }

/** A place in the tokens, moved on by whoever reads from it; what follows is read from `source`. */
export type NftCursor = {
  readonly tokens: NftToken[]
  at: number
  readonly source?: Source
}

/** `10.0.0.1:tcp dport map …`: what follows the colon is no part of the address. */
const COLON = /:(?=(?:tcp|udp|th|sctp|dccp|udplite|ip|ip6|meta|ct|numgen|jhash|symhash)\s)/y

const SIGNS = '{},;()'
const isSign = (char: string): boolean => SIGNS.includes(char)

/** What a word is made of: neither blanks nor signs, quotes or the beginning of a comment. */
const WORD = /[^ \t\r\n"#{},;()]+/y
const BLANKS = /[ \t\r]*/y

/** A colon before an expression is a sign of its own. */
function isColon(text: string, at: number): boolean {
  COLON.lastIndex = at
  return COLON.test(text)
}

/** Where what `pattern` matches at `at` ends. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** Where a word that begins at `at` ends. */
function wordEnd(text: string, at: number): number {
  const end = endOf(WORD, text, at + 1)
  for (let colon = at + 1; colon < end; colon++)
    if (text.charCodeAt(colon) === 0x3a && isColon(text, colon)) return colon
  return end
}

/** The place of `char`, or the end of the text. */
const placeOf = (text: string, char: string, from: number): number => {
  const found = text.indexOf(char, from)
  return found < 0 ? text.length : found
}

/** The token that begins at `at`, where no blank stands. `lineEnd` is where its line ends. */
function tokenAt(text: string, at: number, lineEnd: number): NftToken {
  const char = text.charAt(at)
  if (char === '\n') return { kind: 'end', text: char, at, until: at + 1 }
  if (char === '#') return { kind: 'comment', text: text.slice(at, lineEnd), at, until: lineEnd }
  if (char === '"') {
    const end = Math.min(placeOf(text, '"', at + 1), lineEnd)
    const until = text.charAt(end) === '"' ? end + 1 : end
    return { kind: 'string', text: text.slice(at + 1, end), at, until }
  }
  if (isSign(char) || (char === ':' && isColon(text, at)))
    return { kind: 'sign', text: char, at, until: at + 1 }
  const until = wordEnd(text, at)
  return { kind: 'word', text: text.slice(at, until), at, until }
}

const sourceOf = (text: string): Source => ({ text, at: 0, lineEnd: placeOf(text, '\n', 0) })

/** The next token, without the blanks before it; null at the end. */
function next(source: Source): NftToken | null {
  const { text } = source
  const at = endOf(BLANKS, text, source.at)
  if (at >= text.length) return null
  if (at > source.lineEnd) source.lineEnd = placeOf(text, '\n', at)
  const token = tokenAt(text, at, source.lineEnd)
  source.at = token.until
  return token
}

/** The tokens of a listing, without its blanks. */
export function nftTokens(text: string): NftToken[] {
  const tokens: NftToken[] = []
  const source = sourceOf(text)
  for (let token = next(source); token !== null; token = next(source)) tokens.push(token)
  return tokens
}

/** A cursor at the beginning of a text, which is read as the cursor moves on: it may be long. */
export const nftCursor = (text: string): NftCursor => ({
  tokens: [],
  at: 0,
  source: sourceOf(text),
})

/** Lets go of the tokens before the cursor: nobody goes back to them. */
export function forget(cursor: NftCursor): void {
  if (cursor.source === undefined || cursor.at === 0) return
  cursor.tokens.splice(0, cursor.at)
  cursor.at = 0
}

/**
 * A rule on one line as it is written, up to the number that nft may put behind it: words, strings and sets;
 * none of what else may begin a line in a chain.
 */
const RULE =
  /[ \t]*(?!(?:type|policy|comment|devices?)\b)([^ \t\r\n"{};#][^"{};#\n]*(?:(?:"[^"\n]*"|\{[^"{};#\n]*\})[^"{};#\n]*)*)(?:# handle (\d+)[ \t\r]*)?\n/y

/** Moves past a line that is a rule and nothing else; null (and the cursor unmoved) for any other line. */
export function takeRule(cursor: NftCursor): { said: string; handle: number | null } | null {
  const { source, tokens } = cursor
  if (source === undefined || cursor.at < tokens.length) return null
  RULE.lastIndex = source.at
  const found = RULE.exec(source.text)
  if (found === null) return null
  source.at = RULE.lastIndex
  const [, said = '', handle] = found
  return { said: said.trimEnd(), handle: handle === undefined ? null : Number(handle) }
}

/** The token `by` places behind the cursor, or null where the text has ended by then. */
export function peekAt(cursor: NftCursor, by: number): NftToken | null {
  const { tokens, source } = cursor
  const at = cursor.at + by
  while (source !== undefined && tokens.length <= at) {
    const token = next(source)
    if (token === null) return null
    tokens.push(token)
  }
  return tokens[at] ?? null
}

/** The token at the cursor, or null at the end. */
export const peek = (cursor: NftCursor): NftToken | null =>
  cursor.tokens[cursor.at] ?? peekAt(cursor, 0)

/** True when an unquoted word or sign `text` stands at the cursor. */
export function stands(cursor: NftCursor, text: string): boolean {
  const token = peek(cursor)
  return token !== null && token.kind !== 'string' && token.text === text
}

/** Moves on and gives the text that stood there; empty at the end. */
export function take(cursor: NftCursor): string {
  const token = peek(cursor)
  cursor.at++
  return token?.text ?? ''
}

/** Moves past `text` when it stands there. */
export function skip(cursor: NftCursor, text: string): boolean {
  const found = stands(cursor, text)
  if (found) cursor.at++
  return found
}

/** Moves past the group whose `{` has just been read, whatever is in it. */
export function skipGroup(cursor: NftCursor): void {
  for (let depth = 1; depth > 0 && peek(cursor) !== null; cursor.at++) {
    if (stands(cursor, '{')) depth++
    if (stands(cursor, '}')) depth--
  }
}
