/**
 * An expression of libnftables-json(5) in the words of nft(8) again, as `nft list ruleset` prints it
 * (nftables src/expression.c, payload.c, meta.c, ct.c, datatype.c).
 */
import { fieldsOf, onlyEntry } from './nft-json.ts'

type Fields = Readonly<Record<string, unknown>>

/** Deeper than nft nests anything: a guard for the stack. */
const DEEPEST = 24

/** Raised by the writers of words only: there are no words for it. */
export const WORDLESS: unique symbol = Symbol('wordless')

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : [value]

/** A name or a number as it is. */
export const plainWord = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw WORDLESS
}

/** Seconds as nft writes a time: `1h30m`, `30s`. */
export function durationWords(value: unknown): string {
  if (typeof value !== 'number') return plainWord(value)
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
    [1, 's'],
  ]
  let rest = value
  const parts = units.map(([seconds, unit]) => {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.join('') || '0s'
}

/** meta keys that nft prints without the word `meta`. */
const BARE: ReadonlySet<string> = new Set([
  ...['iif', 'oif', 'iifname', 'oifname', 'iifgroup', 'oifgroup'],
])
/** Keys of meta and ct whose constants are strings. */
const QUOTED: ReadonlySet<string> = new Set([
  ...['meta iif', 'meta oif', 'meta iifname', 'meta oifname', 'meta hour', 'meta day', 'meta time'],
  ...['meta iifkind', 'meta oifkind', 'meta ibrname', 'meta obrname', 'ct helper'],
])

/** What an expression is asked for, `meta mark`, through the bits that are taken of it. */
function keyOf(expression: unknown): string {
  const masked = fieldsOf(expression)['&']
  const [kind, inner] = onlyEntry(Array.isArray(masked) ? masked[0] : expression)
  return `${kind} ${String(fieldsOf(inner).key ?? '')}`
}

/** What nft 1.0.6 writes behind constants that it has no type for. */
export const INVALID = ' [invalid type]'

const hexadecimal = (value: number, digits: number): string =>
  `0x${value.toString(16).padStart(digits, '0')}`

/** A constant, as the expression on its left wants it written. */
function constant(value: string | number | boolean, left: unknown): string {
  if (typeof value === 'boolean') return value ? 'exists' : 'missing'
  const key = keyOf(left)
  if (typeof value === 'number') {
    if (key.endsWith(' mark')) return hexadecimal(value, 8)
    if (key === 'ct expiration') return durationWords(value)
    return fieldsOf(fieldsOf(left).payload).base === undefined
      ? String(value)
      : hexadecimal(value, 1)
  }
  if (value.endsWith(INVALID)) return value.slice(0, -INVALID.length)
  const isIndex = /^meta [io]if$/.test(key) && /^\d+$/.test(value)
  return QUOTED.has(key) && !isIndex && !value.startsWith('@') ? `"${value}"` : value
}

type Write = (value: unknown) => string
/** `write` compares with what the whole is compared with. */
type Writer = (of: Fields, write: Write) => string

/** `tcp option maxseg size`, `ip option rr`: the name, and the field where one is asked for. */
const partOf =
  (kind: string): Writer =>
  (of) =>
    [kind, plainWord(of.name), ...listOf(of.field ?? []).map(plainWord)].join(' ')

const offsetOf = (of: Fields): string => (of.offset ? ` offset ${plainWord(of.offset)}` : '')

const EXPRESSIONS: Readonly<Record<string, Writer>> = {
  prefix: (of) => `${plainWord(of.addr)}/${plainWord(of.len)}`,
  payload: (of) =>
    of.base === undefined
      ? `${plainWord(of.protocol)} ${plainWord(of.field)}`
      : `@${plainWord(of.base)},${plainWord(of.offset)},${plainWord(of.len)}`,
  meta: (of) => {
    const key = plainWord(of.key)
    return BARE.has(key) ? key : `meta ${key}`
  },
  ct: (of) => ['ct', ...listOf(of.dir ?? []), plainWord(of.key)].join(' '),
  fib: (of) => `fib ${listOf(of.flags).map(plainWord).join(' . ')} ${plainWord(of.result)}`,
  exthdr: (of) =>
    of.field === undefined
      ? `exthdr ${plainWord(of.name)}`
      : `${plainWord(of.name)} ${plainWord(of.field)}`,
  'tcp option': partOf('tcp option'),
  'ip option': partOf('ip option'),
  'sctp chunk': partOf('sctp chunk'),
  'dccp option': partOf('dccp option'),
  rt: (of) => ['rt', ...listOf(of.family ?? []), plainWord(of.key)].join(' '),
  socket: (of) => `socket ${plainWord(of.key)}`,
  ipsec: (of) => {
    const number = of.spnum ? ` spnum ${plainWord(of.spnum)}` : ''
    return [
      'ipsec',
      `${plainWord(of.dir)}${number}`,
      ...listOf(of.family ?? []),
      plainWord(of.key),
    ].join(' ')
  },
  numgen: (of) => `numgen ${plainWord(of.mode)} mod ${plainWord(of.mod)}${offsetOf(of)}`,
  jhash: (of, write) => {
    const seed = typeof of.seed === 'number' ? ` seed ${hexadecimal(of.seed, 1)}` : ''
    return `jhash ${write(of.expr)} mod ${plainWord(of.mod)}${seed}${offsetOf(of)}`
  },
  symhash: (of) => `symhash mod ${plainWord(of.mod)}${offsetOf(of)}`,
  map: (of, write) => `${expressionWords(of.key, null)} map ${mapWords(of.data, of.key, write)}`,
  elem: (of, write) => {
    const timeout = of.timeout === undefined ? '' : ` timeout ${durationWords(of.timeout)}`
    return `${write(of.val)}${timeout}${of.counter === undefined ? '' : ' counter'}`
  },
}

const VERDICTS: Readonly<Record<string, (of: Fields) => string>> = {
  accept: () => 'accept',
  drop: () => 'drop',
  continue: () => 'continue',
  return: () => 'return',
  jump: (of) => `jump ${plainWord(of.target)}`,
  goto: (of) => `goto ${plainWord(of.target)}`,
}

/** A verdict such as `{"jump": {"target": "x"}}` in words; null for anything else. */
export function verdictWords(value: unknown): string | null {
  const [kind, inner] = onlyEntry(value)
  const writer = Object.hasOwn(VERDICTS, kind) ? VERDICTS[kind] : undefined
  return writer === undefined ? null : writer(fieldsOf(inner))
}

/** A map's rows, or its name; its values are written as what they are assigned to wants them. */
function mapWords(data: unknown, key: unknown, writeValue: Write): string {
  const rows = fieldsOf(data).set
  if (!Array.isArray(rows)) return plainWord(data)
  const writeKey = (value: unknown): string => expressionWords(value, key, 1)
  return `{ ${rows.map((row) => element(row, writeKey, writeValue)).join(', ')} }`
}

/** An element of a set, or `key : value` of a map, where the value may be a verdict. */
function element(item: unknown, write: Write, writeValue: Write = write): string {
  if (!Array.isArray(item)) return write(item)
  const verdict = typeof item[1] === 'string' ? null : verdictWords(item[1])
  return `${write(item[0])} : ${verdict ?? writeValue(item[1])}`
}

/** An expression in words; `left` is what a constant is compared with. */
export function expressionWords(value: unknown, left: unknown, depth = 0): string {
  if (depth > DEEPEST) throw WORDLESS
  const write = (inner: unknown): string => expressionWords(inner, left, depth + 1)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return constant(value, left)
  }
  if (Array.isArray(value)) return value.map(write).join(',')
  const [kind, inner] = onlyEntry(value)
  switch (kind) {
    case 'range':
      return listOf(inner).map(write).join('-')
    case 'concat': {
      const parts = listOf(fieldsOf(left).concat)
      const part = (item: unknown, at: number): string =>
        expressionWords(item, parts[at] ?? left, depth + 1)
      return listOf(inner).map(part).join(' . ')
    }
    case 'set':
      return `{ ${listOf(inner)
        .map((item) => element(item, write))
        .join(', ')} }`
    case '&':
    case '^':
    case '|':
      return operation(kind, listOf(inner), left, depth + 1)
  }
  const writer = Object.hasOwn(EXPRESSIONS, kind) ? EXPRESSIONS[kind] : undefined
  if (writer === undefined) throw WORDLESS
  return writer(fieldsOf(inner), write)
}

/** `meta mark & 0xff | 0x1`; several bits behind an operator stand in brackets. */
function operation(kind: string, parts: readonly unknown[], left: unknown, depth: number): string {
  const [first, ...others] = parts
  const beside = left ?? first
  const written = others.map((other) => {
    const words = expressionWords(other, beside, depth)
    return '|' in fieldsOf(other) || Array.isArray(other)
      ? `(${words.replaceAll(',', ' | ')})`
      : words
  })
  return [expressionWords(first, left, depth), ...written].join(` ${kind} `)
}
