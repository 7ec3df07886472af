/**
 * Expressions as nft(8) prints them → those of libnftables-json(5): what a rule looks at, the constants
 * and sets that it compares with, and the maps and bits in between (nftables src/parser_bison.y).
 */
import { forget, type NftCursor, peek, peekAt, skip, stands, take } from './nft-token.ts'

const HEADERS: ReadonlySet<string> = new Set([
  ...['ip', 'ip6', 'tcp', 'udp', 'th', 'icmp', 'icmpv6', 'sctp', 'dccp', 'udplite'],
  ...['ether', 'arp', 'vlan', 'esp', 'ah', 'comp', 'igmp'],
])

/** What may be asked of a header besides its fields: `tcp option maxseg size`, `sctp chunk init exists`. */
const PARTS: readonly string[] = ['tcp option', 'ip option', 'sctp chunk', 'dccp option']

const EXTENSION_HEADERS: ReadonlySet<string> = new Set(['hbh', 'frag', 'dst', 'mh', 'srh'])

/** Keys of the expression `rt`; its other words are fields of the routing header. */
const ROUTE_KEYS: ReadonlySet<string> = new Set(['classid', 'nexthop', 'mtu', 'ipsec', 'ip', 'ip6'])

/** meta keys that some versions print without `meta`. */
const BARE: ReadonlySet<string> = new Set([
  ...['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup', 'iiftype', 'oiftype'],
  ...['mark', 'skuid', 'skgid', 'pkttype', 'ibrname', 'obrname', 'nftrace'],
])

/** What may follow `ct` and begins a statement. */
const CT_STATEMENTS: ReadonlySet<string> = new Set(['count', 'helper', 'timeout', 'expectation'])

/** Verdicts of a map's elements. */
const VERDICTS: ReadonlySet<string> = new Set(['accept', 'drop', 'continue', 'return'])

const NUMBER = /^(?:\d+|0x[0-9a-fA-F]+)$/
const PREFIX = /^([0-9a-fA-F.:]+)\/(\d+)$/
const RANGE =
  /^(\d+|0x[0-9a-fA-F]+|[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)-(\d+|0x[0-9a-fA-F]+|[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/

/** Two IPv6 addresses and a dash; the patterns are not for longer words. */
const LONGEST = 100

const numberOr = (text: string): unknown => (NUMBER.test(text) ? Number(text) : text)

/** The text of a constant: a number, a prefix, a range, or itself. */
export function constantOf(text: string): unknown {
  if (text.length > LONGEST) return text
  const prefix = text.includes('/') ? PREFIX.exec(text) : null
  if (prefix !== null) return { prefix: { addr: prefix[1], len: Number(prefix[2]) } }
  const range = text.includes('-') ? RANGE.exec(text) : null
  if (range !== null) return { range: [numberOr(range[1] ?? ''), numberOr(range[2] ?? '')] }
  return numberOr(text)
}

/** One constant at the cursor; names in quotes may stand on both sides of a `-`. */
function constant(cursor: NftCursor): unknown {
  const isString = peek(cursor)?.kind === 'string'
  const text = take(cursor)
  if (text === 'exists' || text === 'missing') return text === 'exists'
  const first = isString ? text : constantOf(text)
  return isString && skip(cursor, '-') ? { range: [first, take(cursor)] } : first
}

/** Constants with `|` between them, in brackets or not; or one constant. */
function bits(cursor: NftCursor): unknown {
  const bracketed = skip(cursor, '(')
  const first = constant(cursor)
  const values = stands(cursor, '|') ? [first] : null
  while (skip(cursor, '|')) values?.push(constant(cursor))
  if (bracketed) skip(cursor, ')')
  return values === null ? first : { '|': values }
}

/** `a . b`, or just `a`; null when a part is. */
function joined(cursor: NftCursor, part: (cursor: NftCursor) => unknown): unknown {
  const first = part(cursor)
  if (!stands(cursor, '.')) return first
  const parts = [first]
  while (skip(cursor, '.')) parts.push(part(cursor))
  return parts.includes(null) ? null : { concat: parts }
}

/** The verdict of a map's element, or its value. */
function mapped(cursor: NftCursor): unknown {
  const word = peek(cursor)?.text ?? ''
  if (VERDICTS.has(word)) return { [take(cursor)]: null }
  if (word !== 'jump' && word !== 'goto') return joined(cursor, bits)
  return { [take(cursor)]: { target: take(cursor) } }
}

/** Moves to the next of `signs` at this depth of braces. */
function skipTo(cursor: NftCursor, signs: readonly string[]): void {
  for (let depth = 0; peek(cursor) !== null; cursor.at++) {
    if (depth === 0 && signs.some((sign) => stands(cursor, sign))) return
    if (stands(cursor, '{')) depth++
    if (stands(cursor, '}')) depth--
  }
}

/** The elements of a set or map whose `{` has just been read, up to its `}`. */
export function nftElements(cursor: NftCursor): readonly unknown[] {
  const elements: unknown[] = []
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    if (peek(cursor)?.kind === 'end' || stands(cursor, ',')) {
      cursor.at++
      continue
    }
    forget(cursor)
    const key = joined(cursor, bits)
    // timeout, expires, counter, comment: what an element carries besides its value
    skipTo(cursor, [',', '}', ':'])
    elements.push(skip(cursor, ':') ? [key, mapped(cursor)] : key)
    skipTo(cursor, [',', '}'])
  }
  return elements
}

/** A set or map that is written out or named: `{ 1, 2 }`, `@name`; null when none stands here. */
export function nftSetAt(cursor: NftCursor): unknown {
  if (skip(cursor, '{')) return { set: nftElements(cursor) }
  return peek(cursor)?.text.startsWith('@') ? take(cursor) : null
}

const RAW_BASES: ReadonlySet<string> = new Set(['@ll', '@nh', '@th', '@ih'])

/** `@th,16,16`. */
function rawPayload(cursor: NftCursor): unknown {
  const base = take(cursor).slice(1)
  const next = (): number => (skip(cursor, ',') ? Number(take(cursor)) : 0)
  return { payload: { base, offset: next(), len: next() } }
}

function connection(cursor: NftCursor): unknown {
  const dir = stands(cursor, 'original') || stands(cursor, 'reply') ? take(cursor) : undefined
  const family = stands(cursor, 'ip') || stands(cursor, 'ip6') ? `${take(cursor)} ` : ''
  const key = `${family}${take(cursor)}`
  return { ct: dir === undefined ? { key } : { key, dir } }
}

/** The part of a header that is asked, by its two words. */
const partOf = (protocol: string, word: string | undefined): string | undefined =>
  word === 'option' || word === 'chunk'
    ? PARTS.find((name) => name === `${protocol} ${word}`)
    : undefined

/** A header's field, an option of it, or the presence of one. */
function header(cursor: NftCursor, protocol: string): unknown {
  const part = partOf(protocol, peek(cursor)?.text)
  if (part === undefined) {
    const field = take(cursor)
    const inside = protocol === 'arp' && /^[sd]addr$/.test(field) ? ` ${take(cursor)}` : ''
    return { payload: { protocol, field: `${field}${inside}` } }
  }
  cursor.at++
  const name = take(cursor)
  const isAlone = stands(cursor, 'exists') || stands(cursor, 'missing')
  return { [part]: isAlone ? { name } : { name, field: take(cursor) } }
}

/** What is hashed is no hash again. */
const hashed = (cursor: NftCursor): unknown => (stands(cursor, 'jhash') ? null : subject(cursor))

/** A number that counts, or is made of the packet: `numgen inc mod 2`, `jhash ip saddr mod 2 seed 0x1`. */
function generated(cursor: NftCursor, kind: string): unknown {
  const option = (name: string): number | undefined =>
    skip(cursor, name) ? Number(take(cursor)) : undefined
  const of =
    kind === 'numgen'
      ? { mode: take(cursor) }
      : kind === 'jhash'
        ? { expr: joined(cursor, hashed) }
        : {}
  const [mod, seed, offset] = [option('mod'), option('seed'), option('offset')]
  return { [kind]: { ...of, mod, seed, offset } }
}

function route(cursor: NftCursor): unknown {
  const word = peek(cursor)?.text ?? ''
  if (!ROUTE_KEYS.has(word)) return { exthdr: { name: 'rt', field: take(cursor) } }
  const family = word === 'ip' || word === 'ip6' ? take(cursor) : undefined
  const key = take(cursor)
  return { rt: family === undefined ? { key } : { key, family } }
}

/** `spnum 1 ip saddr`, `reqid`. */
function securityKey(cursor: NftCursor): object {
  const spnum = skip(cursor, 'spnum') ? { spnum: Number(take(cursor)) } : {}
  const family = stands(cursor, 'ip') || stands(cursor, 'ip6') ? { family: take(cursor) } : {}
  return { ...spnum, ...family, key: take(cursor) }
}

function lookup(cursor: NftCursor): unknown {
  const flags = [take(cursor)]
  while (skip(cursor, '.')) flags.push(take(cursor))
  return { fib: { flags, result: take(cursor) } }
}

/** What a comparison looks at; null (and the cursor unmoved) when it is not known here. */
function subject(cursor: NftCursor): unknown {
  const from = cursor.at
  if (peek(cursor)?.kind === 'string') return null
  if (RAW_BASES.has(peek(cursor)?.text ?? '')) return rawPayload(cursor)
  const word = take(cursor)
  if (HEADERS.has(word)) return header(cursor, word)
  if (EXTENSION_HEADERS.has(word)) return { exthdr: { name: word, field: take(cursor) } }
  if (BARE.has(word)) return { meta: { key: word } }
  switch (word) {
    case 'meta':
      return { meta: { key: take(cursor) } }
    case 'ct':
      if (!CT_STATEMENTS.has(peek(cursor)?.text ?? '') || peekAt(cursor, 1)?.kind === 'string')
        return connection(cursor)
      break
    case 'fib':
      return lookup(cursor)
    case 'rt':
      return route(cursor)
    case 'exthdr':
      return { exthdr: { name: take(cursor) } }
    case 'socket':
      return { socket: { key: take(cursor) } }
    case 'ipsec':
      return { ipsec: { dir: take(cursor), ...securityKey(cursor) } }
    case 'numgen':
    case 'jhash':
    case 'symhash':
      return generated(cursor, word)
  }
  cursor.at = from
  return null
}

/** Bits, by their signs and by the words that people and old versions write. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...['&', '|', '^', '<<', '>>'].map((sign): [string, string] => [sign, sign]),
  ['and', '&'],
  ['or', '|'],
  ['xor', '^'],
  ['lshift', '<<'],
  ['rshift', '>>'],
])

/** A subject with its bits, `meta mark & 0xff | 0x1`; null (and the cursor unmoved) when none stands here. */
function masked(cursor: NftCursor): unknown {
  let left = subject(cursor)
  if (left === null) return null
  for (;;) {
    const operator = OPERATORS.get(peek(cursor)?.text ?? '')
    if (operator === undefined || peek(cursor)?.kind === 'string') return left
    cursor.at++
    left = { [operator]: [left, stands(cursor, '(') ? bits(cursor) : constant(cursor)] }
  }
}

/** What a rule looks at, with a map where one follows; null (and the cursor unmoved) when none stands here. */
export function nftExpression(cursor: NftCursor): unknown {
  const from = cursor.at
  const left = joined(cursor, masked)
  if (left === null) {
    cursor.at = from
    return null
  }
  return skip(cursor, 'map') ? { map: { key: left, data: nftSetAt(cursor) } } : left
}

/** What is assigned: an expression, or constants. */
export const nftValue = (cursor: NftCursor): unknown =>
  nftExpression(cursor) ?? nftConstants(cursor)

/** What stands on the right of a comparison: a set, or constants. */
export function nftConstants(cursor: NftCursor): unknown {
  const set = nftSetAt(cursor)
  if (set !== null) return set
  const first = joined(cursor, bits)
  if (!stands(cursor, ',')) return first
  const values = [first]
  while (skip(cursor, ',')) values.push(bits(cursor))
  return values
}
