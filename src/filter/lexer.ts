/**
 * The words of a pcap-filter expression (pcap-filter(7)): the longest match counts, as libpcap's scanner does it. A keyword is a
 * keyword everywhere; `\` before it makes a name of it.
 */

import { FilterError } from './filter-error.ts'
import { KEYWORDS, type Keyword, NUMBERS } from './keyword.ts'

type Place = {
  /** Where it begins and ends in the expression, in UTF-16 units. */
  readonly at: number
  readonly end: number
  /** As it was written. */
  readonly text: string
}

/** One word: a keyword or sign, a number, or what may be a name or an address; the last is always `end`. */
export type Token = Place &
  (
    | { readonly kind: 'word'; readonly word: Keyword | Sign }
    | { readonly kind: 'number'; readonly value: number }
    | {
        readonly kind: 'name' | 'ipv4' | 'ipv6' | 'ether' | 'arcnet'
        /** Without the `\` or `$` before it. */
        readonly name: string
      }
    | { readonly kind: 'end' }
  )

/** Signs, each under its one name: `&&` is `and`, `==` is `=`, and `not` is `!`. */
export type Sign = (typeof SIGNS)[number]

const SIGNS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  ':',
  '[',
  ']',
  '!',
  '<',
  '>',
  '(',
  ')',
  '&',
  '|',
  '^',
  '=',
  '>=',
  '<=',
  '!=',
  '<<',
  '>>',
] as const

const SAME: Readonly<Record<string, Keyword | Sign>> = { '&&': 'and', '||': 'or', '==': '=' }

const N = '(?:0[xX][0-9A-Fa-f]+|[0-9]+)'
const B = '[0-9A-Fa-f]{1,2}'
const B2 = '[0-9A-Fa-f]{4}'
const W = '[0-9A-Fa-f]{1,4}'
const QUAD = `${N}\\.${N}\\.${N}\\.${N}`

/** IPv6 by how many groups stand before the `::`; for each the longest first. */
function ipv6Pattern(): string {
  const gaps = Array.from({ length: 8 }, (_, before) => {
    const head = before === 0 ? '' : `${W}(?::${W}){${before - 1}}`
    const quad = before <= 5 ? `(?:${W}:){0,${5 - before}}${QUAD}|` : ''
    const tail = before === 7 ? '' : `(?:${quad}${W}(?::${W}){0,${6 - before}})?`
    return `${head}::${tail}`
  })
  return [`(?:${W}:){6}${QUAD}`, `${W}(?::${W}){7}`, ...gaps].join('|')
}

const sticky = (pattern: string): RegExp => new RegExp(pattern, 'y')

const SPACE = /[ \r\n\t]+/y
const SIGN = /&&|\|\||[<>!=]=|<<|>>|[+\-*/%:[\]!<>()&|^=]/y
const ARCNET = sticky(`\\$${B}`)
const ETHER = sticky(
  `${B}(?::${B}){5}|${B}(?:-${B}){5}|${B}(?:\\.${B}){5}|${B2}\\.${B2}\\.${B2}|(?:${B2}){3}`,
)
const NUMBER = sticky(N)
const IPV4 = sticky(`${N}(?:\\.${N}){1,3}`)
const IPV6 = sticky(ipv6Pattern())
const MAYBE_IPV6 = /[0-9A-Fa-f]{0,4}:/y
const BAD_ETHER = sticky(`(?:${B}:+){2,}`)
const NAME = /[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?/y
const ESCAPED = /\\[^ !()\n\t]+/y

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}

/** The value of a number: decimal, octal behind a 0, hexadecimal behind 0x; at most 32 bits. */
function numberValue(text: string, at: number): number {
  const octal = /^0[0-9]/.test(text)
  if (octal && /[89]/.test(text))
    throw new FilterError(
      `“${text}” begins with 0, so it is an octal number, and 8 and 9 are no octal digits`,
      at,
      at + text.length,
      text.replace(/^0+(?=.)/, ''),
    )
  const value = octal ? Number.parseInt(text, 8) : Number(text)
  if (value > 0xffff_ffff)
    throw new FilterError(
      `the number ${text.slice(0, 24)} does not fit into 32 bits`,
      at,
      at + text.length,
    )
  return value
}

type Class = Exclude<Token['kind'], 'word' | 'end'> | 'bad-ether'

/** What may begin with a letter or digit, in the scanner's order: of two equally long the first counts. */
const CLASSES: readonly (readonly [Class, RegExp])[] = [
  ['ether', ETHER],
  ['number', NUMBER],
  ['ipv4', IPV4],
  ['ipv6', IPV6],
  ['bad-ether', BAD_ETHER],
  ['name', NAME],
]

const DIGIT = /[0-9]/
const HEX_LETTER = /[A-Fa-f]/
const LETTER = /[A-Za-z]/
const OF_LETTER = CLASSES.filter(([kind]) => kind === 'name')
const OF_HEX_LETTER = CLASSES.filter(([kind]) => kind !== 'number' && kind !== 'ipv4')
const OF_COLON = CLASSES.filter(([kind]) => kind === 'ipv6')

/** What may begin with that character; nothing of it with a sign. */
function classesOf(first: string): typeof CLASSES {
  if (DIGIT.test(first)) return CLASSES
  if (HEX_LETTER.test(first)) return OF_HEX_LETTER
  if (LETTER.test(first)) return OF_LETTER
  return first === ':' ? OF_COLON : []
}

function longest(text: string, at: number): readonly [Class, number] | null {
  const classes = classesOf(text.charAt(at))
  const colon = classes.length > 1 && match(MAYBE_IPV6, text, at) > 0
  let best: readonly [Class, number] | null = null
  for (const [kind, pattern] of classes) {
    if (!colon && classes.length > 1 && (kind === 'ipv6' || kind === 'bad-ether')) continue
    const length = match(pattern, text, at)
    if (length > (best?.[1] ?? 0)) best = [kind, length]
  }
  return best
}

function named(kind: Class, text: string, place: Place): Token {
  const { at, end } = place
  if (kind === 'bad-ether')
    throw new FilterError(`“${text}” is not an Ethernet address: it takes six bytes`, at, end)
  if (kind === 'number') return { ...place, kind, value: numberValue(text, at) }
  if (kind !== 'name') return { ...place, kind, name: text }
  const word = KEYWORDS.get(text)
  if (word !== undefined) return { ...place, kind: 'word', word }
  const value = NUMBERS.get(text)
  return value === undefined ? { ...place, kind, name: text } : { ...place, kind: 'number', value }
}

function tokenAt(text: string, at: number): Token {
  const place = (length: number): Place => {
    return { at, end: at + length, text: text.slice(at, at + length) }
  }
  const best = longest(text, at)
  if (best !== null) {
    const placed = place(best[1])
    return named(best[0], placed.text, placed)
  }
  const sign = match(SIGN, text, at)
  if (sign > 0) {
    const placed = place(sign)
    return { ...placed, kind: 'word', word: SAME[placed.text] ?? (placed.text as Sign) }
  }
  for (const [kind, pattern] of [
    ['arcnet', ARCNET],
    ['name', ESCAPED],
  ] as const) {
    const placed = place(match(pattern, text, at))
    if (placed.text !== '') return { ...placed, kind, name: placed.text.slice(1) }
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  throw new FilterError(
    `the character ${JSON.stringify(character)} has no meaning in a filter`,
    at,
    at + character.length,
  )
}

/** The words of `text`, `end` last. What is no word, or a number that is none, throws a FilterError. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += match(SPACE, text, at)
    if (at === text.length) break
    const token = tokenAt(text, at)
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', at, end: at, text: '' })
  return tokens
}
