/** The words of nft's listing, and a cursor over them (the scanner's rules: nftables src/scanner.l). */

export type NftToken = {
  /** A word, a string without its quotes, one of `{ } ( ) , ;`, a `:` before an expression, the end of a line or a `# comment`. */
  readonly kind: 'word' | 'string' | 'sign' | 'end' | 'comment'
  readonly text: string
  /** Where it begins and ends in the listing. */
  readonly at: number
  readonly until: number
}

/** A place in the tokens, moved on by whoever reads from it; `more` gives those that follow. */
export type NftCursor = {
  readonly tokens: NftToken[]
  at: number
  readonly more?: () => NftToken | null
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

/** Gives the next token with each call, without the blanks; null at the end. */
function scanner(text: string): () => NftToken | null {
  let at = 0
  let lineEnd = placeOf(text, '\n', 0)
  return () => {
    at = endOf(BLANKS, text, at)
    if (at >= text.length) return null
    if (at > lineEnd) lineEnd = placeOf(text, '\n', at)
    const token = tokenAt(text, at, lineEnd)
    at = token.until
    return token
  }
}

/** The tokens of a listing, without its blanks. */
export function nftTokens(text: string): NftToken[] {
  const tokens: NftToken[] = []
  const next = scanner(text)
  for (let token = next(); token !== null; token = next()) tokens.push(token)
  return tokens
}

/** A cursor at the beginning of a listing, which is read as the cursor moves on: it may be long. */
export const nftCursor = (text: string): NftCursor => ({ tokens: [], at: 0, more: scanner(text) })

/** Lets go of the tokens before the cursor: nobody goes back to them. */
export function forget(cursor: NftCursor): void {
  if (cursor.more === undefined || cursor.at === 0) return
  cursor.tokens.splice(0, cursor.at)
  cursor.at = 0
}

/** The token at the cursor, or null at the end. */
export function peek(cursor: NftCursor): NftToken | null {
  const { tokens, at, more } = cursor
  const known = tokens[at]
  if (known !== undefined || more === undefined) return known ?? null
  while (tokens.length <= at) {
    const token = more()
    if (token === null) return null
    tokens.push(token)
  }
  return tokens[at] ?? null
}

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
