/**
 * Arithmetic in an expression: `ip[2:2] - ((ip[0] & 0xf) << 2)`. Precedence is libpcap's: `|` binds least, then `&`, shifts, sums,
 * products; `%` and `^` have none there, so that whatever follows them is taken first.
 */

import { PROTOCOLS, type Protocol } from './keyword.ts'
import type { TokenStream } from './token-stream.ts'
import type { Arithmetic, Operator, Relation } from './tree.ts'

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['|', 1],
  ['&', 2],
  ['<<', 3],
  ['>>', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
])
const UNARY = 6

const OPERATORS: ReadonlySet<string> = new Set([...PRECEDENCE.keys(), '%', '^'])
const RELATIONS: ReadonlySet<string> = new Set(['=', '!=', '>', '>=', '<', '<='])
const PROTOCOL_WORDS: ReadonlySet<string> = new Set(PROTOCOLS)

/** The operator that comes next, or null. */
export const operatorNext = (tokens: TokenStream): Operator | null => {
  const word = tokens.word()
  return word !== null && OPERATORS.has(word) ? (word as Operator) : null
}

/** The comparison that comes next, or null. */
export const relationNext = (tokens: TokenStream): Relation | null => {
  const word = tokens.word()
  return word !== null && RELATIONS.has(word) ? (word as Relation) : null
}

/** The protocol that comes next, or null. */
export const protocolNext = (tokens: TokenStream): Protocol | null => {
  const word = tokens.word()
  return word !== null && PROTOCOL_WORDS.has(word) ? (word as Protocol) : null
}

/** True where something begins that can only be arithmetic (a number or `(` may be more). */
export function arithmeticNext(tokens: TokenStream): boolean {
  const word = tokens.word()
  return word === '-' || word === 'len' || (protocolNext(tokens) !== null && tokens.word(1) === '[')
}

/** What waits for its right operand: an operator with its left operand, or a minus sign. */
type Waiting = {
  readonly precedence: number | null
  readonly apply: (right: Arithmetic) => Arithmetic
}

/** Arithmetic up to the word that is none; `first` is its first operand if that is already read. */
export function parseArithmetic(tokens: TokenStream, first: Arithmetic | null = null): Arithmetic {
  const waiting: Waiting[] = []
  let value = first ?? parseOperand(tokens, waiting)
  for (;;) {
    const operator = operatorNext(tokens)
    const precedence = operator === null ? -1 : (PRECEDENCE.get(operator) ?? null)
    for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
      const reduces =
        operator === null ||
        (precedence !== null && top.precedence !== null && top.precedence >= precedence)
      if (!reduces) break
      waiting.pop()
      tokens.leave()
      value = top.apply(value)
    }
    if (operator === null) return value
    tokens.take()
    tokens.enter()
    const left = value
    waiting.push({
      precedence,
      apply: (right) => {
        return { kind: 'binary', operator, left, right, at: left.at, end: right.end }
      },
    })
    value = parseOperand(tokens, waiting)
  }
}

function parseOperand(tokens: TokenStream, waiting: Waiting[]): Arithmetic {
  while (tokens.word() === '-') {
    const { at } = tokens.take()
    tokens.enter()
    waiting.push({
      precedence: UNARY,
      apply: (of) => {
        return { kind: 'negate', of, at, end: of.end }
      },
    })
  }
  return parseAtom(tokens)
}

function parseAtom(tokens: TokenStream): Arithmetic {
  const token = tokens.peek()
  const { at, end } = token
  if (token.kind === 'number') {
    tokens.take()
    return { kind: 'number', value: token.value, at, end }
  }
  if (tokens.takeWord('len')) return { kind: 'len', at, end }
  if (tokens.word() === '(') {
    tokens.take()
    tokens.enter()
    const inner = parseArithmetic(tokens)
    tokens.expectWord(')', 'an operator or “)”')
    tokens.leave()
    return { ...inner, at, end: tokens.end }
  }
  const protocol = protocolNext(tokens)
  if (protocol === null || tokens.word(1) !== '[')
    return tokens.fail('a number, “len” or a field such as “ip[8]”')
  tokens.take()
  tokens.take()
  return parseLoad(tokens, protocol, at)
}

function parseLoad(tokens: TokenStream, protocol: Protocol, at: number): Arithmetic {
  tokens.enter()
  const index = parseArithmetic(tokens)
  const size = tokens.takeWord(':') ? tokens.expectNumber('how many bytes (1, 2 or 4)') : 1
  tokens.expectWord(']', 'an operator, “:” or “]”')
  tokens.leave()
  return { kind: 'load', protocol, index, size, at, end: tokens.end }
}
