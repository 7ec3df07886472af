/**
 * The listing that nft(8) prints for people, `nft -a list ruleset`, as the objects that `nft -j`
 * prints, so that one reading of rules serves both.
 */

import { nftElements } from './nft-expression.ts'
import { INVALID } from './nft-expression-words.ts'
import { NftLine, type Owner, ruleWords } from './nft-line.ts'
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

/** The rule that a line says, in the line's own words. */
function ruleOf(line: readonly NftToken[], text: string, owner: Owner): unknown {
  const said = line.filter(isSaid)
  const [first, last] = [said[0], said.at(-1)]
  if (first === undefined || last === undefined) return null
  const { family, table, chain } = owner
  const { expr, comment } = nftStatements({ tokens: said, at: 0 }, family)
  const [from, until, handle] = [first.at, last.until, handleOf(line.at(-1))]
  const words = (): string => ruleWords(text.slice(from, until))
  return { rule: { family, table, chain, handle, expr, words, comment: comment ?? undefined } }
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

/** A chain whose `{` has been read: the chain, then its rules. */
function chainOf(cursor: NftCursor, text: string, owner: Owner): readonly unknown[] {
  const rules: unknown[] = []
  let hook: object = {}
  const handle = handleOf(peek(cursor))
  for (;;) {
    const rule = takeRule(cursor)
    if (rule !== null) {
      rules.push({ rule: new NftLine(owner, rule.handle, rule.said) })
      continue
    }
    if (peek(cursor) === null || skip(cursor, '}')) break
    forget(cursor)
    const line = lineOf(cursor)
    if (line[0]?.text === 'type' && line[2]?.text === 'hook') hook = hookOf(line, owner.family)
    else if (line[0]?.text === 'policy') hook = { ...hook, policy: line[1]?.text }
    else if (line[0]?.text === 'comment' && line.length === 2) continue
    else rules.push(ruleOf(line, text, owner))
    if (endsLine(peek(cursor))) cursor.at++
  }
  const { family, table, chain: name } = owner
  return [
    { chain: { family, table, name, handle, ...hook } },
    ...rules.filter((rule) => rule !== null),
  ]
}

/** A set or map whose `{` has been read. */
function setOf(cursor: NftCursor, kind: string, owner: Owner): unknown {
  let elem: readonly unknown[] = []
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    if (skip(cursor, 'elements')) {
      skip(cursor, '=')
      if (skip(cursor, '{')) elem = nftElements(cursor)
    } else if (skip(cursor, '{')) skipGroup(cursor)
    else cursor.at++
  }
  const { family, table, chain: name } = owner
  return { [kind]: { family, table, name, elem } }
}

/** A counter whose `{` has been read. */
function counterOf(cursor: NftCursor, { family, table, chain: name }: Owner): unknown {
  const counts: Record<string, number> = {}
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    const word = take(cursor)
    if (word === 'packets' || word === 'bytes') counts[word] = Number(take(cursor))
  }
  return { counter: { family, table, name, ...counts } }
}

/** The members of a table whose `{` has been read. */
function tableOf(
  cursor: NftCursor,
  text: string,
  family: string,
  table: string,
): readonly unknown[] {
  const objects: unknown[] = []
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    const kind = take(cursor)
    if (kind === '{') skipGroup(cursor) // a kind of object with a name of several words
    if (!['chain', 'set', 'map', 'meter', 'counter'].includes(kind) || peek(cursor)?.kind === 'end')
      continue
    const owner: Owner = { family, table, chain: take(cursor) }
    if (!skip(cursor, '{')) continue
    if (kind === 'chain') for (const object of chainOf(cursor, text, owner)) objects.push(object)
    else if (kind === 'counter') objects.push(counterOf(cursor, owner))
    else objects.push(setOf(cursor, kind === 'map' ? 'map' : 'set', owner))
  }
  return objects
}

/** The objects of a listing; null when there is no table in it. */
export function nftObjects(listing: string): readonly unknown[] | null {
  const text = listing.replaceAll(INVALID, '')
  const cursor = nftCursor(text)
  const objects: unknown[] = []
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
    objects.push({ table: { family: named.family, name: named.table } })
    for (const object of tableOf(cursor, text, named.family, named.table)) objects.push(object)
  }
  return tables === 0 ? null : objects
}
