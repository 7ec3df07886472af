/**
 * The listing that nft(8) prints for people, `nft -a list ruleset`, as the objects that `nft -j`
 * prints, so that one reading serves both. Rules on a line of their own wait to be read.
 */

import { nftElements } from './nft-expression.ts'
import { INVALID } from './nft-expression-words.ts'
import { NFT_LINE, ruleWords } from './nft-line.ts'
import { emptyListing, type NftListing, ownerIn } from './nft-listing.ts'
import { nftStatements } from './nft-phrase.ts'
import {
  forget,
  type NftCursor,
  type NftToken,
  nftCursor,
  peek,
  skip,
  skipGroup,
  stands,
  take,
  takeRule,
} from './nft-token.ts'
import { addRead, addWaiting, type NftOwner } from './nft-unread.ts'

/** The name of a chain or a set, and its table. */
type Named = { readonly family: string; readonly table: string; readonly name: string }

/** The names of priorities (include/uapi/linux/netfilter_ipv4.h). */
const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['raw', -300],
  ['mangle', -150],
  ['dstnat', -100],
  ['filter', 0],
  ['security', 50],
  ['srcnat', 100],
])

/** In the family bridge (include/uapi/linux/netfilter_bridge.h). */
const BRIDGE_PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['dstnat', -300],
  ['filter', -200],
  ['out', 100],
  ['srcnat', 300],
])

const HANDLE = /^# handle (\d+)\s*$/

/** The handle that a comment tells. */
function handleOf(token: NftToken | null | undefined): number | undefined {
  const found = token?.kind === 'comment' ? HANDLE.exec(token.text) : null
  return found === null ? undefined : Number(found[1])
}

const endsLine = (token: NftToken | null): boolean =>
  token?.kind === 'end' || (token?.kind === 'sign' && token.text === ';')

/** The tokens up to the end of the line or a `;`; braces hold lines together. */
function lineOf(cursor: NftCursor): readonly NftToken[] {
  const line: NftToken[] = []
  let depth = 0
  for (let token = peek(cursor); token !== null; token = peek(cursor)) {
    if (token.kind === 'sign' && token.text === '{') depth++
    if (token.kind === 'sign' && token.text === '}') depth--
    if (depth < 0 || (depth === 0 && endsLine(token))) break
    line.push(token)
    cursor.at++
  }
  return line
}

const isSaid = ({ kind }: NftToken): boolean => kind !== 'comment' && kind !== 'end'

/** Adds the rule that a line says, in the line's own words. */
function addRule(line: readonly NftToken[], text: string, owner: NftOwner): void {
  const said = line.filter(isSaid)
  const [first, last] = [said[0], said.at(-1)]
  if (first === undefined || last === undefined) return
  const { expr, comment } = nftStatements({ tokens: said, at: 0 }, owner.family)
  const [from, until] = [first.at, last.until]
  const words = (): string => ruleWords(text.slice(from, until))
  addRead(owner, handleOf(line.at(-1)) ?? null, { expr, comment, words })
}

/** `device "eth0"`, `devices = { eth0, eth1 }`. */
function devicesOf(line: readonly NftToken[]): readonly string[] {
  const at = line.findIndex(({ text }) => text === 'device' || text === 'devices')
  if (at < 0) return []
  if (line[at]?.text === 'device') return [line[at + 1]?.text ?? '']
  const end = line.findIndex(({ text }, index) => index > at && text === '}')
  return line.slice(at + 3, end).flatMap(({ kind, text }) => (kind === 'sign' ? [] : [text]))
}

/** `type filter hook input priority filter + 5; policy drop;` as the parts of a chain. */
function hookOf(line: readonly NftToken[], family: string): object {
  const word = (after: string, further = 0): string => {
    const at = line.findIndex((token) => token.text === after)
    return at < 0 ? '' : (line[at + 1 + further]?.text ?? '')
  }
  const name = word('priority')
  const base = (family === 'bridge' ? BRIDGE_PRIORITIES : PRIORITIES).get(name) ?? Number(name)
  const sign = { '+': 1, '-': -1 }[word('priority', 1)] ?? 0
  const prio = base + (sign === 0 ? 0 : sign * Number(word('priority', 2)))
  const dev = devicesOf(line)
  return {
    type: word('type'),
    hook: word('hook'),
    prio,
    ...(dev.length === 0 ? {} : { dev }),
  }
}

/** A chain whose `{` has been read, and its rules. */
function addChain(cursor: NftCursor, text: string, named: Named, listing: NftListing): void {
  const owner = ownerIn(listing, named.family, named.table, named.name)
  let hook: object = {}
  const handle = handleOf(peek(cursor))
  for (;;) {
    const rule = takeRule(cursor)
    if (rule !== null) {
      addWaiting(owner, rule.handle, NFT_LINE, rule.said)
      continue
    }
    if (peek(cursor) === null || skip(cursor, '}')) break
    forget(cursor)
    const line = lineOf(cursor)
    if (line[0]?.text === 'type' && line[2]?.text === 'hook') hook = hookOf(line, named.family)
    else if (line[0]?.text === 'policy') hook = { ...hook, policy: line[1]?.text }
    else if (line[0]?.text === 'comment' && line.length === 2) continue
    else addRule(line, text, owner)
    if (endsLine(peek(cursor))) cursor.at++
  }
  listing.objects.push({ chain: { ...named, handle, ...hook } })
}

/** A set or map whose `{` has been read. */
function setOf(cursor: NftCursor, kind: string, named: Named): unknown {
  let elem: readonly unknown[] = []
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    if (skip(cursor, 'elements')) {
      skip(cursor, '=')
      if (skip(cursor, '{')) elem = nftElements(cursor)
    } else if (skip(cursor, '{')) skipGroup(cursor)
    else cursor.at++
  }
  return { [kind]: { ...named, elem } }
}

/** A counter whose `{` has been read. */
function counterOf(cursor: NftCursor, named: Named): unknown {
  const counts: Record<string, number> = {}
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    const word = take(cursor)
    if (word === 'packets' || word === 'bytes') counts[word] = Number(take(cursor))
  }
  return { counter: { ...named, ...counts } }
}

/** The members of a table whose `{` has been read. */
function addTable(
  cursor: NftCursor,
  text: string,
  table: Omit<Named, 'name'>,
  listing: NftListing,
): void {
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    const kind = take(cursor)
    if (kind === '{') skipGroup(cursor) // a kind of object with a name of several words
    if (!['chain', 'set', 'map', 'meter', 'counter'].includes(kind) || peek(cursor)?.kind === 'end')
      continue
    const named: Named = { ...table, name: take(cursor) }
    if (!skip(cursor, '{')) continue
    if (kind === 'chain') addChain(cursor, text, named, listing)
    else if (kind === 'counter') listing.objects.push(counterOf(cursor, named))
    else listing.objects.push(setOf(cursor, kind === 'map' ? 'map' : 'set', named))
  }
}

/** The listing that the text is; null when there is no table in it. */
export function nftTextListing(listed: string): NftListing | null {
  const text = listed.replaceAll(INVALID, '')
  const cursor = nftCursor(text)
  const listing = emptyListing()
  let tables = 0
  while (peek(cursor) !== null) {
    if (take(cursor) !== 'table') continue
    const family = take(cursor)
    // Before nft 0.5 the family ip went unsaid.
    const named = stands(cursor, '{')
      ? { family: 'ip', table: family }
      : { family, table: take(cursor) }
    if (!skip(cursor, '{')) continue
    tables++
    listing.objects.push({ table: { family: named.family, name: named.table } })
    addTable(cursor, text, named, listing)
  }
  return tables === 0 ? null : listing
}
