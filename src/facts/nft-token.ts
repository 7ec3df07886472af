/** The words of nft's listing, and a cursor over them (the scanner's rules: nftables src/scanner.l). */

export type NftToken = {
  /** A word, a string without its quotes, one of `{ } ( ) , ;`, a `:` before an expression, the end of a line or a `# comment`. */
  readonly kind: 'word' | 'string' | 'sign' | 'end' | 'comment'
  readonly text: string
  /** Where it begins and ends in the listing. */
  readonly at: number
  readonly until: number
}

/** A place in the tokens, moved on by whoever reads from it. */
export type NftCursor = { readonly tokens: readonly NftToken[]; at: number }

/** `10.0.0.1:tcp dport map …`: what follows the colon is no part of the address. */
const COLON = /:(?=(?:tcp|udp|th|sctp|dccp|udplite|ip|ip6|meta|ct|numgen|jhash|symhash)\s)/

const TOKEN = new RegExp(
  `[^\\S\\n]+|(\\n)|(#[^\\n]*)|"([^"\\n]*)"?|([{}(),;]|${COLON.source})|((?:(?!${COLON.source})[^\\s{}(),;"#])+)`,
  'y',
)

/** The tokens of a listing, without its blanks. */
export function nftTokens(text: string): readonly NftToken[] {
  const tokens: NftToken[] = []
  const pattern = new RegExp(TOKEN)
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [whole, end, comment, string, sign, word] = found
    const span = { at: found.index, until: found.index + whole.length }
    if (end !== undefined) tokens.push({ kind: 'end', text: end, ...span })
    else if (comment !== undefined) tokens.push({ kind: 'comment', text: comment, ...span })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string, ...span })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, ...span })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, ...span })
  }
  return tokens
}

/** The token at the cursor, or null at the end. */
export const peek = (cursor: NftCursor): NftToken | null => cursor.tokens[cursor.at] ?? null

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
