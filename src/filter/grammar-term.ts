/** Tests that begin with a keyword and take no address: `vlan 5`, `less 64`, `type data`, `llc`, `inbound` and the like. */

import { relationNext } from './grammar-arithmetic.ts'
import { parsePfTerm } from './grammar-pf.ts'
import { isLlcType, parseWifiTerm } from './grammar-wifi.ts'
import {
  type Keyword,
  type Protocol,
  SIGNALLING_FIELDS,
  SIGNALLING_TYPES,
  type SignallingField,
  type SignallingType,
} from './keyword.ts'
import type { Sign } from './lexer.ts'
import type { TokenStream } from './token-stream.ts'
import type { Bare, Expression, ExpressionOf, Relation } from './tree.ts'

type Place = { readonly at: number; readonly end: number }

const SIGNALLING_TYPE_WORDS: ReadonlySet<string> = new Set(SIGNALLING_TYPES)
const SIGNALLING_FIELD_WORDS: ReadonlySet<string> = new Set(SIGNALLING_FIELDS)

/** One test; `protocol` is what stood before it, if anything, and `at` where that began. */
export function parseTerm(tokens: TokenStream, protocol: Protocol | null, at: number): Expression {
  const word = tokens.word()
  const qualified = word === null ? null : parseQualified(tokens, protocol, word)
  const bare =
    qualified ??
    (protocol !== null
      ? ({ kind: 'protocol', protocol } as const)
      : word === null
        ? tokens.fail('a test such as “tcp” or “host NAME”')
        : parseWord(tokens, word))
  return { ...bare, at, end: tokens.end } as Expression & Place
}

/** What may stand behind a protocol as well as alone. */
function parseQualified(
  tokens: TokenStream,
  protocol: Protocol | null,
  word: Keyword | Sign,
): Bare | null {
  if (word === 'broadcast' || word === 'multicast') {
    tokens.take()
    return { kind: word, protocol }
  }
  return parseWifiTerm(tokens, word)
}

function parseWord(tokens: TokenStream, word: Keyword | Sign): Bare {
  if (SIGNALLING_TYPE_WORDS.has(word)) {
    tokens.take()
    return { kind: 'signalling', type: word as SignallingType }
  }
  if (SIGNALLING_FIELD_WORDS.has(word)) {
    tokens.take()
    return parseSignallingField(tokens, word as SignallingField)
  }
  switch (word) {
    case 'less':
    case 'greater':
      tokens.take()
      return { kind: word, bytes: tokens.expectNumber('a length in bytes') }
    case 'byte':
      tokens.take()
      return parseByte(tokens)
    case 'inbound':
    case 'outbound':
    case 'pppoed':
      tokens.take()
      return { kind: word }
    case 'ifindex':
      tokens.take()
      return { kind: word, index: tokens.expectNumber('the number of an interface') }
    case 'vlan':
    case 'mpls':
    case 'pppoes':
    case 'geneve':
      tokens.take()
      return { kind: word, number: takeBracketedNumber(tokens) }
    case 'llc':
      tokens.take()
      return { kind: 'llc', type: takeLlcType(tokens) }
    default:
      return parsePfTerm(tokens, word) ?? tokens.fail('a test such as “tcp” or “host NAME”')
  }
}

/** A number, in brackets or not; null where neither comes. */
function takeBracketedNumber(tokens: TokenStream): number | null {
  let brackets = 0
  while (tokens.takeWord('(')) {
    tokens.enter()
    brackets++
  }
  const token = tokens.peek()
  if (brackets === 0 && token.kind !== 'number') return null
  const value = tokens.expectNumber('a number')
  for (let left = brackets; left > 0; left--) tokens.expectWord(')', '“)”')
  tokens.leave(brackets)
  return value
}

function parseByte(tokens: TokenStream): Omit<ExpressionOf<'byte'>, 'at' | 'end'> {
  const index = tokens.expectNumber('the number of a byte')
  const operator = tokens.word()
  if (
    operator !== '=' &&
    operator !== '<' &&
    operator !== '>' &&
    operator !== '&' &&
    operator !== '|'
  )
    return tokens.fail('“=”, “<”, “>”, “&” or “|”')
  tokens.take()
  return { kind: 'byte', index, operator, value: tokens.expectNumber('a number') }
}

function takeLlcType(tokens: TokenStream): string | null {
  if (tokens.takeWord('rnr')) return 'rnr'
  const token = tokens.peek()
  if (token.kind !== 'name') return null
  if (!isLlcType(token.name))
    return tokens.fail('a kind of LLC frame (i, s, u, rr, rnr, rej, ui, ua, disc, …)')
  tokens.take()
  return token.name.toLowerCase()
}

function parseSignallingField(tokens: TokenStream, field: SignallingField): Bare {
  const tests: { relation: Relation; value: number }[] = []
  const relation = relationNext(tokens)
  if (relation !== null) {
    tokens.take()
    tests.push({ relation, value: tokens.expectNumber('a number') })
  } else if (tokens.takeWord('(')) {
    do tests.push({ relation: '=', value: tokens.expectNumber('a number') })
    while (tokens.takeWord('or'))
    tokens.expectWord(')', '“or” or “)”')
  } else tests.push({ relation: '=', value: tokens.expectNumber('a number') })
  return { kind: 'signalling-field', field, tests }
}
