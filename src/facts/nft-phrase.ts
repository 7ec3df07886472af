/**
 * The words of one rule as nft(8) prints it → the statements of libnftables-json(5). What is not
 * known here becomes `{"other": {"words": …}}`, up to the next word that is known to begin a statement.
 */
import { type NftCursor, peek, skip, stands, take } from './nft-token.ts'

/** Words after which a statement is whole. */
const ALONE: ReadonlySet<string> = new Set(['accept', 'drop', 'continue', 'return', 'notrack'])

/** Words that begin a statement; an unknown one lasts until the next of them. */
const BEGINNINGS: ReadonlySet<string> = new Set([
  ...ALONE,
  ...['jump', 'goto', 'counter', 'log', 'limit', 'quota', 'reject', 'queue', 'comment'],
  ...[
    'masquerade',
    'redirect',
    'snat',
    'dnat',
    'tproxy',
    'add',
    'update',
    'delete',
    'synproxy',
    'xt',
  ],
])

const HEADERS: ReadonlySet<string> = new Set([
  ...['ip', 'ip6', 'tcp', 'udp', 'th', 'icmp', 'icmpv6', 'sctp', 'dccp', 'udplite'],
  ...['ether', 'arp', 'vlan', 'esp', 'ah', 'comp', 'igmp'],
])

/** meta keys that some versions print without `meta`. */
const BARE: ReadonlySet<string> = new Set([
  ...[
    'iif',
    'oif',
    'iifname',
    'oifname',
    'iifgroup',
    'oifgroup',
    'mark',
    'skuid',
    'skgid',
    'pkttype',
  ],
])

/** What may follow `ct` and is no key: statements, and directions before a key. */
const NOT_CT_KEYS: ReadonlySet<string> = new Set([
  ...['count', 'helper', 'timeout', 'expectation', 'original', 'reply'],
])

const NUMBER = /^(?:\d+|0x[0-9a-fA-F]+)$/
const PREFIX = /^([0-9a-fA-F.:]+)\/(\d+)$/
const RANGE =
  /^(\d+|[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)-(\d+|[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/

/** A constant: a number, a prefix, a range, or its own text. */
function constant(cursor: NftCursor): unknown {
  const quoted = peek(cursor)?.kind === 'string'
  const text = take(cursor)
  if (quoted) return text
  if (NUMBER.test(text)) return Number(text)
  const prefix = PREFIX.exec(text)
  if (prefix !== null) return { prefix: { addr: prefix[1], len: Number(prefix[2]) } }
  const range = RANGE.exec(text)
  if (range === null) return text
  const end = (side: string | undefined): unknown => (NUMBER.test(side ?? '') ? Number(side) : side)
  return { range: [end(range[1]), end(range[2])] }
}

/** `a . b`, or just `a`. */
function joined(cursor: NftCursor, part: (cursor: NftCursor) => unknown): unknown {
  const parts = [part(cursor)]
  while (skip(cursor, '.')) parts.push(part(cursor))
  if (parts.includes(null)) return null
  return parts.length === 1 ? parts[0] : { concat: parts }
}

/** The verdict of a map's element, or its value. */
function mapped(cursor: NftCursor): unknown {
  const word = peek(cursor)?.text ?? ''
  if (ALONE.has(word)) return { [take(cursor)]: null }
  if (word !== 'jump' && word !== 'goto') return joined(cursor, constant)
  return { [take(cursor)]: { target: take(cursor) } }
}

/** The elements of a set or map whose `{` has just been read, up to its `}`. */
export function nftElements(cursor: NftCursor): readonly unknown[] {
  const elements: unknown[] = []
  while (peek(cursor) !== null && !skip(cursor, '}')) {
    if (peek(cursor)?.kind === 'end' || skip(cursor, ',')) {
      if (peek(cursor)?.kind === 'end') cursor.at++
      continue
    }
    const key = joined(cursor, constant)
    // timeout, expires, counter, comment: what an element carries besides its value
    while (peek(cursor) !== null && ![',', '}', ':'].some((sign) => stands(cursor, sign)))
      cursor.at++
    elements.push(skip(cursor, ':') ? [key, mapped(cursor)] : key)
    while (peek(cursor) !== null && ![',', '}'].some((sign) => stands(cursor, sign))) cursor.at++
  }
  return elements
}

/** What a comparison looks at; null (and the cursor unmoved) when it is not known here. */
function subject(cursor: NftCursor): unknown {
  const from = cursor.at
  const word = take(cursor)
  if (word === 'tcp' && skip(cursor, 'option')) {
    return { 'tcp option': { name: take(cursor), field: take(cursor) } }
  }
  if (HEADERS.has(word)) return { payload: { protocol: word, field: take(cursor) } }
  if (word === 'meta') return { meta: { key: take(cursor) } }
  if (BARE.has(word)) return { meta: { key: word } }
  if (word === 'ct' && !NOT_CT_KEYS.has(peek(cursor)?.text ?? ''))
    return { ct: { key: take(cursor) } }
  if (word === 'fib') {
    const flags = [take(cursor)]
    while (skip(cursor, '.')) flags.push(take(cursor))
    return { fib: { flags, result: take(cursor) } }
  }
  cursor.at = from
  return null
}

/** `a,b` or `a | b` or `(a | b)` as a list. */
function list(cursor: NftCursor): {
  readonly values: readonly unknown[]
  readonly alternatives: boolean
} {
  const values = [constant(cursor)]
  let alternatives = false
  for (;;) {
    if (skip(cursor, '|')) alternatives = true
    else if (!skip(cursor, ',')) return { values, alternatives }
    values.push(constant(cursor))
  }
}

const bare = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : values)
const withoutBrackets = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/^\(|\)$/g, '').split('|') : value

function right(cursor: NftCursor): unknown {
  if (skip(cursor, '{')) return { set: nftElements(cursor) }
  const first = joined(cursor, constant)
  if (!stands(cursor, ',') && !stands(cursor, '|')) return first
  const alternatives = stands(cursor, '|')
  cursor.at++
  const rest = list(cursor)
  const values = [first, ...rest.values]
  return alternatives ? { '|': values } : values
}

const OPERATORS: readonly string[] = ['==', '!=', '!', '<', '>', '<=', '>=']

/** A comparison, a verdict map or an assignment; null (and the cursor unmoved) when it is not known. */
function comparison(cursor: NftCursor): unknown {
  const from = cursor.at
  const left = joined(cursor, subject)
  const giveUp = (): null => {
    cursor.at = from
    return null
  }
  if (left === null) return giveUp()
  if (skip(cursor, 'vmap')) {
    return {
      vmap: { key: left, data: skip(cursor, '{') ? { set: nftElements(cursor) } : take(cursor) },
    }
  }
  if (skip(cursor, 'set')) {
    // A map or a sum may follow: everything up to the next statement is the value.
    return { mangle: { key: left, value: words(cursor) } }
  }
  const isFlags = JSON.stringify(left).includes('"field":"flags"')
  const mask = skip(cursor, '&') ? list(cursor).values.flatMap(withoutBrackets) : null
  const written = OPERATORS.find((sign) => skip(cursor, sign))
  const value = right(cursor)
  if (skip(cursor, '/')) {
    return {
      match: { op: written ?? '==', left: { '&': [left, list(cursor).values] }, right: value },
    }
  }
  const bits = isFlags || JSON.stringify(left) === '{"ct":{"key":"state"}}'
  const isSet = typeof value === 'object' && value !== null && 'set' in value
  const op = written ?? (bits && mask === null && !isSet ? 'in' : '==')
  return { match: { op, left: mask === null ? left : { '&': [left, bare(mask)] }, right: value } }
}

/** The text up to the next statement; what stands in braces belongs to it. */
function words(cursor: NftCursor): string {
  const said: string[] = []
  for (let depth = 0, token = peek(cursor); token !== null; token = peek(cursor)) {
    const begins = token.kind === 'word' && BEGINNINGS.has(token.text)
    if (begins && depth === 0 && said.length > 0) break
    if (token.text === '{') depth++
    if (token.text === '}') depth--
    const word = take(cursor)
    said.push(token.kind === 'string' ? `"${word}"` : word)
  }
  return said.join(' ').replaceAll(' ,', ',')
}

function counter(cursor: NftCursor): unknown {
  if (skip(cursor, 'name')) return { counter: take(cursor) }
  if (!skip(cursor, 'packets')) return { counter: { packets: 0, bytes: 0 } }
  const packets = Number(take(cursor))
  skip(cursor, 'bytes')
  return { counter: { packets, bytes: Number(take(cursor)) } }
}

function reject(cursor: NftCursor): unknown {
  if (!skip(cursor, 'with')) return { reject: { type: 'icmpx', expr: 'port-unreachable' } }
  const type = take(cursor)
  if (type === 'tcp')
    return take(cursor) === 'reset' ? { reject: { type: 'tcp reset' } } : { reject: null }
  skip(cursor, 'type')
  return { reject: { type, expr: take(cursor) } }
}

/** Where a translation leads, up to the next statement. */
function translation(cursor: NftCursor, kind: string): unknown {
  while (stands(cursor, 'ip') || stands(cursor, 'ip6')) cursor.at++
  if (!skip(cursor, 'to')) return { [kind]: null }
  const to = words(cursor).replace(/ (random|fully-random|persistent).*$/, '')
  const port = /^:(\d+)$/.exec(to)
  if (port !== null) return { [kind]: { port: Number(port[1]) } }
  const both = /^\[?([0-9a-fA-F.:]+?)\]?:(\d+)$/.exec(to)
  const split = both !== null && (!both[1]?.includes(':') || to.startsWith('['))
  return { [kind]: split ? { addr: both?.[1], port: Number(both?.[2]) } : { addr: to } }
}

/** Statements that are told apart, whatever else they say. */
const OWN_KIND: ReadonlySet<string> = new Set(['log', 'queue', 'xt', 'synproxy'])

/** The statement at the cursor; `comment` is left to the caller. */
function statement(cursor: NftCursor): unknown {
  const word = peek(cursor)?.kind === 'word' ? (peek(cursor)?.text ?? '') : ''
  const known = BEGINNINGS.has(word) ? null : comparison(cursor)
  if (known !== null) return known
  const from = cursor.at
  if (ALONE.has(word)) return { [take(cursor)]: null }
  const counted = word === 'ct' && cursor.tokens[cursor.at + 1]?.text === 'count'
  if (!BEGINNINGS.has(word)) return { [counted ? 'limit' : 'other']: { words: words(cursor) } }
  cursor.at++
  switch (word) {
    case 'jump':
    case 'goto':
      return { [word]: { target: take(cursor) } }
    case 'counter':
      return counter(cursor)
    case 'reject':
      return reject(cursor)
    case 'masquerade':
    case 'redirect':
    case 'snat':
    case 'dnat':
    case 'tproxy':
      return translation(cursor, word)
  }
  cursor.at = from
  const said = words(cursor)
  if (OWN_KIND.has(word)) return { [word]: { words: said } }
  const rated = word === 'limit' || word === 'quota'
  return rated ? { limit: { words: said } } : { set: { words: said, ...limitIn(said) } }
}

const limitIn = (said: string): object => (said.includes('limit') ? { stmt: [said] } : {})

/** The statements of a rule's words, and its comment. */
export function nftStatements(cursor: NftCursor): {
  expr: readonly unknown[]
  comment: string | null
} {
  const expr: unknown[] = []
  let comment: string | null = null
  while (peek(cursor) !== null) {
    if (skip(cursor, 'comment')) comment = take(cursor)
    else expr.push(statement(cursor))
  }
  return { expr, comment }
}
