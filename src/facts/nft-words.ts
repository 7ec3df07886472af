/**
 * A rule as libnftables-json(5) gives it, in the words of nft(8) again: what a person reads in
 * `nft list ruleset`, and what `nft insert rule` takes back. A rule's counter is printed without
 * its numbers, so that the words stay the same while it counts.
 */

type Fields = Readonly<Record<string, unknown>>

/** The object that `value` is, or an empty one. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

/** The one key of an object such as `{"accept": null}` and its value; an unreadable one is `?`. */
export function onlyEntry(value: unknown): readonly [string, unknown] {
  if (typeof value === 'string') return [value, null]
  return Object.entries(fieldsOf(value))[0] ?? ['?', null]
}

/** Deeper than nft nests anything: a guard for the stack. */
const DEEPEST = 24

/** Raised inside this file only: there are no words for it. */
const WORDLESS = Symbol('wordless')

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
const text = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw WORDLESS
}
const quote = (value: unknown): string => `"${text(value).replaceAll('"', '')}"`

/** meta keys that nft prints without the word `meta`. */
const BARE_META = /^[io]if(name|group|type|kind)?$|^pkttype$/
const BARE: readonly string[] = ['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup']
const QUOTED: readonly string[] = ['iif', 'oif', 'iifname', 'oifname', 'hour', 'day', 'time']

const metaKey = (left: unknown): string => String(fieldsOf(fieldsOf(left).meta).key ?? '')
const isMark = (left: unknown): boolean =>
  metaKey(left) === 'mark' || fieldsOf(fieldsOf(left).ct).key === 'mark'

/** A constant, as the expression on its left wants it written. */
function constant(value: string | number | boolean, left: unknown): string {
  if (typeof value === 'boolean') return value ? 'exists' : 'missing'
  if (typeof value === 'number') {
    return isMark(left) ? `0x${value.toString(16).padStart(8, '0')}` : String(value)
  }
  return QUOTED.includes(metaKey(left)) && !value.startsWith('@') ? `"${value}"` : value
}

type Writer = (of: Fields, write: (value: unknown) => string) => string

const EXPRESSIONS: Readonly<Record<string, Writer>> = {
  prefix: (of) => `${text(of.addr)}/${text(of.len)}`,
  payload: (of) =>
    of.base === undefined
      ? `${text(of.protocol)} ${text(of.field)}`
      : `@${text(of.base)},${text(of.offset)},${text(of.len)}`,
  meta: (of) => {
    const key = text(of.key)
    return BARE.includes(key) && BARE_META.test(key) ? key : `meta ${key}`
  },
  ct: (of) => ['ct', ...listOf(of.dir ?? []), text(of.key)].join(' '),
  fib: (of) => `fib ${listOf(of.flags).map(text).join(' . ')} ${text(of.result)}`,
  exthdr: (of) =>
    of.field === undefined ? `exthdr ${text(of.name)}` : `${text(of.name)} ${text(of.field)}`,
  'tcp option': (of) => ['tcp option', text(of.name), ...listOf(of.field ?? [])].join(' '),
  rt: (of) => `rt ${text(of.key)}`,
  socket: (of) => `socket ${text(of.key)}`,
  map: (of, write) => `${write(of.key)} map ${write(of.data)}`,
  elem: (of, write) => {
    const timeout = of.timeout === undefined ? '' : ` timeout ${text(of.timeout)}s`
    return `${write(of.val)}${timeout}`
  },
}

/** An expression in words; `left` is what a constant is compared with. */
function expression(value: unknown, left: unknown, depth = 0): string {
  if (depth > DEEPEST) throw WORDLESS
  const write = (inner: unknown): string => expression(inner, left, depth + 1)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return constant(value, left)
  }
  if (Array.isArray(value)) return value.map(write).join(',')
  const [kind, inner] = onlyEntry(value)
  if (kind === 'range') return listOf(inner).map(write).join('-')
  if (kind === 'concat') return listOf(inner).map(write).join(' . ')
  if (kind === 'set')
    return `{ ${listOf(inner)
      .map((item) => element(item, write))
      .join(', ')} }`
  if (kind === '&' || kind === '|') return listOf(inner).map(write).join(` ${kind} `)
  const writer = Object.hasOwn(EXPRESSIONS, kind) ? EXPRESSIONS[kind] : undefined
  if (writer === undefined) throw WORDLESS
  return writer(fieldsOf(inner), write)
}

/** An element of a set, or `key : value` of a map, where the value may be a verdict. */
function element(item: unknown, write: (value: unknown) => string): string {
  if (!Array.isArray(item)) return write(item)
  const [kind] = onlyEntry(item[1])
  const verdict = Object.hasOwn(VERDICTS, kind) ? VERDICTS[kind] : undefined
  const to =
    verdict === undefined || typeof item[1] === 'string'
      ? write(item[1])
      : verdict(fieldsOf(fieldsOf(item[1])[kind]))
  return `${write(item[0])} : ${to}`
}

const VERDICTS: Readonly<Record<string, (of: Fields) => string>> = {
  accept: () => 'accept',
  drop: () => 'drop',
  continue: () => 'continue',
  return: () => 'return',
  jump: (of) => `jump ${text(of.target)}`,
  goto: (of) => `goto ${text(of.target)}`,
}

function match(of: Fields): string {
  const { op, left, right } = of
  const keys = listOf(fieldsOf(left)['&'])
  const masked = fieldsOf(fieldsOf(keys[0]).payload).field === 'flags' && keys.length === 2
  if (masked && op === '==')
    return `tcp flags ${expression(right, null)} / ${expression(keys[1], null)}`
  if (masked)
    return `tcp flags & (${listOf(keys[1]).map(text).join(' | ')}) ${text(op)} ${expression(right, null)}`
  const flags = fieldsOf(fieldsOf(left).payload).field === 'flags'
  const shown =
    (op === '==' && !flags && !('&' in fieldsOf(left))) || op === 'in' ? '' : ` ${text(op)}`
  const subject = fieldsOf(left)['&'] === undefined ? left : keys[0]
  const mask = subject === left ? '' : ` & ${expression(keys[1], subject)}`
  return `${expression(subject, null)}${mask}${shown} ${expression(right, subject)}`
}

function limit(of: Fields): string {
  const over = of.inv === true ? 'over ' : ''
  const unit = (name: string): string => (of[name] === undefined ? '' : ` ${text(of[name])}`)
  const rate = `limit rate ${over}${text(of.rate)}${unit('rate_unit')}/${text(of.per)}`
  const plain =
    of.burst === undefined || of.burst === 0 || (of.burst === 5 && of.rate_unit === undefined) // 5: nft's default
  return plain ? rate : `${rate} burst ${text(of.burst)}${unit('burst_unit') || ' packets'}`
}

function nat(kind: string, of: Fields): string {
  const family = of.family === undefined ? '' : ` ${text(of.family)}`
  const address = of.addr === undefined ? '' : expression(of.addr, null)
  const port = of.port === undefined ? '' : `:${expression(of.port, null)}`
  const host = address.includes(':') && port !== '' ? `[${address}]` : address
  const to = host === '' && port === '' ? '' : ` to ${host}${port}`
  const flags = of.flags === undefined ? '' : ` ${listOf(of.flags).map(text).join(',')}`
  return `${kind}${to === '' ? '' : family}${to}${flags}`
}

function reject(of: Fields): string {
  if (of.type === 'tcp reset') return 'reject with tcp reset'
  return of.type === undefined ? 'reject' : `reject with ${text(of.type)} ${text(of.expr)}`
}

function log(of: Fields): string {
  const prefix = of.prefix === undefined ? [] : [`prefix ${quote(of.prefix)}`]
  const flags = of.flags === undefined ? [] : [`flags ${listOf(of.flags).map(text).join(',')}`]
  const rest = ['level', 'group', 'snaplen', 'queue-threshold'].flatMap((key) =>
    of[key] === undefined ? [] : [`${key} ${text(of[key])}`],
  )
  return ['log', ...prefix, ...rest, ...flags].join(' ')
}

function addToSet(of: Fields): string {
  const statements = of.stmt === undefined ? '' : ` ${listOf(of.stmt).map(statement).join(' ')}`
  return `${text(of.op)} ${text(of.set)} { ${expression(of.elem, null)}${statements} }`
}

const named = (kind: string, inner: unknown, otherwise: (of: Fields) => string): string =>
  typeof inner === 'string' ? `${kind} name ${quote(inner)}` : otherwise(fieldsOf(inner))

const over = (of: Fields): string => (of.inv === true ? 'over ' : '')

/** One statement of a rule. */
function statement(value: unknown): string {
  const [kind, inner] = onlyEntry(value)
  const of = fieldsOf(inner)
  if (typeof of.words === 'string') return of.words
  const verdict = Object.hasOwn(VERDICTS, kind) ? VERDICTS[kind] : undefined
  if (verdict !== undefined) return verdict(of)
  switch (kind) {
    case 'match':
      return match(of)
    case 'counter':
      return named('counter', inner, () => 'counter')
    case 'limit':
      return named('limit', inner, limit)
    case 'quota':
      return named('quota', inner, () => `quota ${over(of)}${text(of.val)} ${text(of.val_unit)}`)
    case 'ct count':
      return `ct count ${over(of)}${text(of.val)}`
    case 'reject':
      return reject(of)
    case 'log':
      return log(of)
    case 'vmap':
      return `${expression(of.key, null)} vmap ${expression(of.data, of.key)}`
    case 'mangle':
      return `${expression(of.key, null)} set ${expression(of.value, of.key)}`
    case 'set':
      return addToSet(of)
    case 'ct helper':
      return `ct helper set ${quote(inner)}`
    case 'masquerade':
    case 'redirect':
    case 'snat':
    case 'dnat':
      return nat(kind, of)
    case 'notrack':
      return 'notrack'
    default:
      throw WORDLESS
  }
}

/** The words of one expression or statement; its JSON where there are none. */
export function describeNft(value: unknown): string {
  try {
    return statement(value)
  } catch (problem) {
    if (problem !== WORDLESS) throw problem
    return JSON.stringify(value) ?? ''
  }
}

/** A rule in nft's words, comment included; null when a part of it is not known here. */
export function formatNftRule(statements: unknown, comment: string | null): string | null {
  try {
    const words = listOf(statements).map(statement)
    return [...words, ...(comment === null ? [] : [`comment ${quote(comment)}`])].join(' ')
  } catch (problem) {
    if (problem !== WORDLESS) throw problem
    return null
  }
}
