/**
 * The words of one rule as nft(8) prints it → the statements of libnftables-json(5). What is not
 * known here becomes `{"other": {"words": …}}`, up to the next word that is known to begin a statement.
 */
import { constantOf, nftConstants, nftExpression, nftSetAt, nftValue } from './nft-expression.ts'
import { type NftCursor, peek, peekAt, skip, skipGroup, stands, take } from './nft-token.ts'

/** Words after which a statement is whole. */
const ALONE: ReadonlySet<string> = new Set(['accept', 'drop', 'continue', 'return', 'notrack'])

/** Words that begin a statement; an unknown one lasts until the next of them. */
const BEGINNINGS: ReadonlySet<string> = new Set([
  ...ALONE,
  ...['jump', 'goto', 'counter', 'log', 'limit', 'quota', 'reject', 'queue', 'comment', 'meter'],
  ...['masquerade', 'redirect', 'snat', 'dnat', 'tproxy', 'add', 'update', 'delete', 'synproxy'],
  ...['xt', 'dup', 'fwd', 'flow', 'last'],
])

/** Statements that are told apart, whatever else they say. */
const OWN_KIND: ReadonlySet<string> = new Set([
  ...['limit', 'quota', 'log', 'queue', 'xt', 'synproxy', 'dup', 'fwd', 'flow', 'last'],
])

/** Comparisons, by their signs and by the words that people write. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...['==', '!=', '!', '<=', '>=', '<', '>'].map((sign): [string, string] => [sign, sign]),
  ['eq', '=='],
  ['ne', '!='],
  ['le', '<='],
  ['ge', '>='],
  ['lt', '<'],
  ['gt', '>'],
])

/** The comparison that is written at the cursor, which is moved past it; undefined for none. */
function operatorAt(cursor: NftCursor): string | undefined {
  const token = peek(cursor)
  const operator = token?.kind === 'word' ? OPERATORS.get(token.text) : undefined
  if (operator !== undefined) cursor.at++
  return operator
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

/** The text up to the end of the next group in braces. */
function groupWords(cursor: NftCursor): string {
  const from = cursor.at
  while (peek(cursor) !== null && !skip(cursor, '{')) cursor.at++
  skipGroup(cursor)
  const inside: NftCursor = { tokens: cursor.tokens.slice(from, cursor.at), at: 0 }
  const said: string[] = []
  while (peek(inside) !== null) said.push(words(inside))
  return said.join(' ')
}

/** Fields of several bits, of which one constant or more are meant as “any of”. */
function isBits(left: unknown): boolean {
  const { payload, ct } = left as { payload?: { field?: unknown }; ct?: { key?: unknown } }
  return payload?.field === 'flags' || ['state', 'status', 'label'].includes(String(ct?.key))
}

/** A comparison, a verdict map or an assignment; null (and the cursor unmoved) when it is not known. */
function comparison(cursor: NftCursor): unknown {
  const left = nftExpression(cursor)
  if (left === null) return null
  if (skip(cursor, 'vmap')) return { vmap: { key: left, data: nftSetAt(cursor) } }
  if (skip(cursor, 'set')) return { mangle: { key: left, value: nftValue(cursor) } }
  const written = operatorAt(cursor)
  const right = nftConstants(cursor)
  if (skip(cursor, '/')) {
    return {
      match: { op: written ?? '==', left: { '&': [left, listed(nftConstants(cursor))] }, right },
    }
  }
  const isSet = typeof right === 'object' && right !== null && 'set' in right
  const named = typeof right === 'string' && right.startsWith('@')
  const op = written ?? (isBits(left) && !isSet && !named ? 'in' : '==')
  return { match: { op, left, right } }
}

/** The mask of `syn / syn,ack` is a list, of one flag as well. */
const listed = (value: unknown): unknown => (Array.isArray(value) ? value : [value])

/**
 * The words of a statement that is told apart but not read: its name, and each of its options with so many
 * words behind it (nftables src/parser_bison.y); lists go on behind a comma.
 */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  limit: { rate: 0, over: 0, name: 1, burst: 2 },
  quota: { name: 1, over: 2, until: 2 },
  ct: { count: 0, over: 0 },
  log: { prefix: 1, group: 1, snaplen: 1, 'queue-threshold': 1, level: 1, flags: 1 },
  queue: { num: 1, flags: 1, to: 1, bypass: 0, fanout: 0 },
  synproxy: { name: 1, mss: 1, wscale: 1, timestamp: 0, 'sack-perm': 0 },
  xt: { target: 1, match: 1 },
  dup: { ip: 0, ip6: 0, to: 1, device: 1 },
  fwd: { ip: 0, ip6: 0, to: 1, device: 1 },
  flow: { add: 1, offload: 1 },
  last: { used: 1 },
}

/** `10/second` or `10 mbytes/second`, `10 mbytes`, `10`: a number and its unit. */
const AMOUNT = /^\d+(?:\/\w+)?$/
const UNIT = /^(?:k|m|g)?bytes(?:\/\w+)?$/
/** `log flags tcp sequence`, `log flags ip options`. */
const FLAG_OWNERS: ReadonlySet<string> = new Set(['tcp', 'ip'])

function optionWords(cursor: NftCursor, name: string): string {
  const options = OPTIONS[name] ?? {}
  const said: string[] = []
  const next = (): void => {
    const isString = peek(cursor)?.kind === 'string'
    const word = take(cursor)
    said.push(isString ? `"${word}"` : word)
  }
  next()
  for (let token = peek(cursor); token !== null; token = peek(cursor)) {
    const arity = Object.hasOwn(options, token.text) ? options[token.text] : undefined
    const isAmount = AMOUNT.test(token.text) || UNIT.test(token.text)
    if (token.kind === 'string' || (arity === undefined && !isAmount)) break
    next()
    for (let left = arity ?? 0; left > 0 && peek(cursor) !== null; left--) {
      if (FLAG_OWNERS.has(peek(cursor)?.text ?? '')) next()
      next()
      while (said.length > 0 && skip(cursor, ',')) said.push(`${said.pop()},${take(cursor)}`)
    }
  }
  // how much of a quota is used up changes as a counter does
  if (name === 'quota' && skip(cursor, 'used')) cursor.at += 2
  return said.join(' ')
}

function counter(cursor: NftCursor): unknown {
  if (skip(cursor, 'name')) return { counter: nftExpression(cursor) ?? take(cursor) }
  if (!skip(cursor, 'packets')) return { counter: null }
  const packets = Number(take(cursor))
  skip(cursor, 'bytes')
  return { counter: { packets, bytes: Number(take(cursor)) } }
}

/** What a bare `reject` says, by the table's family (nftables src/evaluate.c stmt_evaluate_reject_default). */
function rejectKind(family: string): string {
  if (family === 'ip') return 'icmp'
  return family === 'ip6' ? 'icmpv6' : 'icmpx'
}

function reject(cursor: NftCursor, family: string): unknown {
  if (!skip(cursor, 'with'))
    return { reject: { type: rejectKind(family), expr: 'port-unreachable' } }
  const type = take(cursor)
  if (type === 'tcp')
    return take(cursor) === 'reset' ? { reject: { type: 'tcp reset' } } : { reject: null }
  skip(cursor, 'type')
  return { reject: { type, expr: take(cursor) } }
}

/** `10.0.0.1`, `10.0.0.1-10.0.0.9`, `[fd00::1]-[fd00::9]`, each with `:PORT` or `:FROM-TO` or without. */
const ENDPOINT = /^(\[[^\]]*\](?:-\[[^\]]*\])?|[^:]*)(?::([\d-]+))?$/

/** Where a translation leads, written as one word. */
function endpoint(word: string): object {
  const found = ENDPOINT.exec(word)
  if (found === null) return { addr: constantOf(word) } // IPv6 without a port
  const [, host = '', port] = found
  return {
    ...(host === '' ? {} : { addr: constantOf(host.replaceAll(/[[\]]/g, '')) }),
    ...(port === undefined ? {} : { port: constantOf(port) }),
  }
}

function destination(cursor: NftCursor): object {
  const expression = stands(cursor, ':') ? null : nftExpression(cursor)
  const host =
    expression !== null ? { addr: expression } : stands(cursor, ':') ? {} : endpoint(take(cursor))
  return skip(cursor, ':') ? { ...host, port: nftValue(cursor) } : host
}

const NAT_FLAG = /^(?:random|fully-random|persistent)$/

/** `dnat ip to 10.0.0.1:80 random,persistent`. */
function translation(cursor: NftCursor, kind: string): unknown {
  const family = stands(cursor, 'ip') || stands(cursor, 'ip6') ? { family: take(cursor) } : {}
  // The addr keeps the part that the prefix does not say.
  const prefix = skip(cursor, 'prefix') || skip(cursor, 'interval') ? { flags: 'netmap' } : {}
  if (stands(cursor, 'addr')) words(cursor) // `addr . port`, as nft before 1.0 wrote a map's value
  const to = skip(cursor, 'to') && atPlace(cursor) ? destination(cursor) : {}
  const flags: string[] = []
  while (NAT_FLAG.test(peek(cursor)?.text ?? '')) {
    flags.push(take(cursor))
    skip(cursor, ',')
  }
  const said = { ...family, ...to, ...(flags.length === 0 ? {} : { flags }), ...prefix }
  return { [kind]: Object.keys(said).length === 0 ? null : said }
}

/** Whether anything but the next statement stands here: nft 1.0.6 forgets what a `tproxy` with a map says. */
const atPlace = (cursor: NftCursor): boolean =>
  peek(cursor) !== null && !BEGINNINGS.has(peek(cursor)?.text ?? '')

/** `add @s { ip saddr timeout 30s limit rate 3/minute }`. */
function addition(cursor: NftCursor): unknown {
  const set = peekAt(cursor, 1)?.text ?? ''
  const said = groupWords(cursor)
  const kind = / : /.test(said) ? 'map' : 'set'
  const stmt = /\b(?:limit|quota|ct count) /.test(said)
    ? { stmt: [{ limit: { words: said } }] }
    : {}
  return { [kind]: { words: said, [kind]: set, ...stmt } }
}

/** `ct count over 10`, `ct helper set "ftp"`; null (and the cursor unmoved) for a comparison. */
function connectionStatement(cursor: NftCursor): unknown {
  if (!stands(cursor, 'ct')) return null
  const [next, further] = [1, 2].map((by) => peekAt(cursor, by)?.text)
  if (next === 'count') return { 'ct count': { words: optionWords(cursor, 'ct') } }
  if (further !== 'set' || !['helper', 'timeout', 'expectation'].includes(next ?? '')) return null
  cursor.at += 3
  return { [`ct ${next}`]: take(cursor) }
}

/** The statement at the cursor; a comment is left to the caller. */
function statement(cursor: NftCursor, family: string): unknown {
  const word = peek(cursor)?.kind === 'word' ? (peek(cursor)?.text ?? '') : ''
  const known = BEGINNINGS.has(word) ? null : (connectionStatement(cursor) ?? comparison(cursor))
  if (known !== null) return known
  if (ALONE.has(word)) return { [take(cursor)]: null }
  if (OWN_KIND.has(word)) return { [word]: { words: optionWords(cursor, word) } }
  switch (word) {
    case 'add':
    case 'update':
    case 'delete':
      return addition(cursor)
    case 'meter':
      return { meter: { words: groupWords(cursor) } }
  }
  if (!BEGINNINGS.has(word)) return { other: { words: words(cursor) } }
  cursor.at++
  switch (word) {
    case 'jump':
    case 'goto':
      return { [word]: { target: take(cursor) } }
    case 'counter':
      return counter(cursor)
    case 'reject':
      return reject(cursor, family)
    default:
      return translation(cursor, word)
  }
}

/** The next statement of a rule's words in a table of `family`; null at the end and before a comment. */
export const nftStatement = (cursor: NftCursor, family: string): unknown =>
  peek(cursor) === null || stands(cursor, 'comment') ? null : statement(cursor, family)

/** The statements of a rule's words in a table of `family`, and its comment. */
export function nftStatements(
  cursor: NftCursor,
  family: string,
): { expr: readonly unknown[]; comment: string | null } {
  const expr: unknown[] = []
  let comment: string | null = null
  while (peek(cursor) !== null) {
    if (skip(cursor, 'comment')) comment = take(cursor)
    else expr.push(statement(cursor, family))
  }
  return { expr, comment }
}
