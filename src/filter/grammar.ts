/**
 * Expression text → tree: the grammar of pcap-filter(7) as libpcap's parser has it. `and` and `or` bind alike, from the left; an
 * identifier without qualifiers (`tcp port 80 or 443`) inherits those of the one before it.
 */

import { FilterError } from './filter-error.ts'
import {
  arithmeticNext,
  operatorNext,
  parseArithmetic,
  protocolNext,
  relationNext,
} from './grammar-arithmetic.ts'
import { parseTerm } from './grammar-term.ts'
import { readTokens } from './lexer.ts'
import { suggestKeyword } from './suggestion.ts'
import { TokenStream } from './token-stream.ts'
import type {
  AddressKind,
  Arithmetic,
  Direction,
  Expression,
  Identifier,
  Qualifiers,
} from './tree.ts'

/** What may stand here: an identifier that inherits `qualifiers`, or a test of its own. */
type Allowed = {
  readonly qualifiers: Qualifiers | null
  readonly identifier: boolean
  readonly term: boolean
  /** At the beginning of brackets a number or arithmetic may be all there is. */
  readonly bare: boolean
}

/** What was read; `qualifiers` are what a following identifier inherits. */
type Piece =
  | { readonly is: 'arithmetic'; readonly node: Arithmetic }
  | {
      readonly is: 'identifier' | 'term'
      readonly node: Expression
      readonly qualifiers: Qualifiers | null
    }
type Whole = Exclude<Piece, { is: 'arithmetic' }>

/** The tree of `text`; null for an empty expression, which selects everything. What is no expression throws a FilterError. */
export function parseExpression(text: string): Expression | null {
  const tokens = new TokenStream(readTokens(text))
  if (tokens.peek().kind === 'end') return null
  const start = { qualifiers: null, identifier: false, term: true, bare: false }
  const piece = parseJoined(tokens, start)
  if (piece.is === 'arithmetic') return tokens.fail('a comparison such as “= 0”')
  if (tokens.peek().kind !== 'end') tokens.fail('“and”, “or” or the end')
  return piece.node
}

/** Operands joined by `and` and `or`, up to the word that is neither. */
function parseJoined(tokens: TokenStream, allowed: Allowed): Piece {
  const first = parseOperand(tokens, allowed)
  if (first.is === 'arithmetic') return first
  let joined: Whole = first
  for (;;) {
    const kind = tokens.word()
    if (kind !== 'and' && kind !== 'or') return joined
    tokens.take()
    const left: Whole = joined
    const right = whole(
      tokens,
      parseOperand(tokens, {
        qualifiers: left.qualifiers,
        identifier: true,
        term: left.is === 'term',
        bare: false,
      }),
    )
    joined = {
      is: left.is,
      node: { kind, left: left.node, right: right.node, at: left.node.at, end: right.node.end },
      qualifiers: right.qualifiers,
    }
  }
}

const whole = (tokens: TokenStream, piece: Piece): Whole =>
  piece.is === 'arithmetic' ? tokens.fail('a comparison such as “= 0”') : piece

function parseOperand(tokens: TokenStream, allowed: Allowed): Piece {
  const token = tokens.peek()
  if (tokens.word() === '!') {
    tokens.take()
    tokens.enter()
    const of = whole(tokens, parseOperand(tokens, { ...allowed, bare: false }))
    tokens.leave()
    return { ...of, node: { kind: 'not', of: of.node, at: token.at, end: of.node.end } }
  }
  if (tokens.word() === '(') {
    const piece = parseBrackets(tokens, allowed)
    return piece.is === 'arithmetic' ? parseComparison(tokens, allowed, piece.node) : piece
  }
  if (token.kind === 'number' || (allowed.term && arithmeticNext(tokens)))
    return parseComparison(tokens, allowed, null)
  const identifier = takeIdentifier(tokens, allowed)
  if (identifier !== null) return identifier
  if (!allowed.term) return tokens.fail('an address, a name or a number')
  return parseTest(tokens)
}

function parseBrackets(tokens: TokenStream, allowed: Allowed): Piece {
  const { at } = tokens.take()
  tokens.enter()
  const inner = parseJoined(tokens, {
    ...allowed,
    identifier: allowed.identifier && !allowed.bare,
    bare: true,
  })
  tokens.expectWord(')', inner.is === 'identifier' ? '“and”, “or” or “)”' : '“)”')
  tokens.leave()
  const place = { at, end: tokens.end }
  if (inner.is === 'arithmetic') return { ...inner, node: { ...inner.node, ...place } }
  const qualifiers = inner.is === 'term' ? allowed.qualifiers : inner.qualifiers
  return { is: inner.is, node: { ...inner.node, ...place }, qualifiers }
}

/** A number or arithmetic and what follows: a comparison, nothing in brackets, or, for a number, nothing: an identifier. */
function parseComparison(tokens: TokenStream, allowed: Allowed, first: Arithmetic | null): Piece {
  const token = tokens.peek()
  let left = first
  if (left === null && token.kind === 'number') {
    tokens.take()
    left = { kind: 'number', value: token.value, at: token.at, end: token.end }
  }
  if (allowed.term && (left === null || operatorNext(tokens) !== null))
    left = parseArithmetic(tokens, left)
  if (left === null) return tokens.fail('an address, a name or a number')
  const relation = relationNext(tokens)
  if (allowed.term && relation !== null) {
    tokens.take()
    const right = parseArithmetic(tokens)
    const node = { kind: 'relation', relation, left, right, at: left.at, end: right.end } as const
    return { is: 'term', node, qualifiers: null }
  }
  if (allowed.bare && tokens.word() === ')') return { is: 'arithmetic', node: left }
  if (left.kind !== 'number') return tokens.fail('a comparison such as “= 0”')
  return identifierPiece(
    tokens,
    allowed,
    { form: 'number', value: left.value },
    { at: left.at, text: `${left.value}` },
  )
}

function takeIdentifier(tokens: TokenStream, allowed: Allowed): Piece | null {
  const token = tokens.peek()
  switch (token.kind) {
    case 'name':
    case 'ether':
    case 'arcnet':
      if (!allowed.identifier && token.kind === 'name') return unknownWord(tokens)
      tokens.take()
      return identifierPiece(tokens, allowed, { form: token.kind, text: token.name }, token)
    case 'ipv6': {
      tokens.take()
      const length = tokens.takeWord('/') ? tokens.expectNumber('how many bits') : null
      const identifier: Identifier = { form: 'ipv6', text: token.name, length }
      return identifierPiece(tokens, allowed, identifier, token)
    }
    case 'ipv4': {
      tokens.take()
      const identifier: Identifier = { form: 'ipv4', text: token.name, mask: takeMask(tokens) }
      return identifierPiece(tokens, allowed, identifier, token)
    }
    default:
      return null
  }
}

function takeMask(tokens: TokenStream): string | number | null {
  if (tokens.takeWord('/')) return tokens.expectNumber('how many bits')
  if (!tokens.takeWord('mask')) return null
  const token = tokens.peek()
  if (token.kind !== 'ipv4') return tokens.fail('a mask such as 255.255.255.0')
  tokens.take()
  return token.name
}

/** `len-14` is one word, a name. */
const RUN_TOGETHER = /^(?:len|length|\d+)(?:-\d+)+$/

function unknownWord(tokens: TokenStream): never {
  const { text, at, end } = tokens.peek()
  if (RUN_TOGETHER.test(text))
    throw new FilterError(
      `“${text}” is one word, a name; a minus sign needs a blank before it`,
      at,
      end,
      text.replaceAll('-', ' - '),
    )
  throw new FilterError(
    `“${text}” is no word of the filter language; a name or an address needs a word such as “host”, “net” or “port” before it`,
    at,
    end,
    suggestKeyword(text) ?? `host ${text}`,
  )
}

/** The word that an identifier alone probably lacks. */
const LACKING: Readonly<Record<Identifier['form'], string>> = {
  name: 'host',
  number: 'port',
  ipv4: 'host',
  ipv6: 'host',
  ether: 'ether host',
  arcnet: 'link host',
}

function identifierPiece(
  tokens: TokenStream,
  { qualifiers, identifier: may }: Allowed,
  identifier: Identifier,
  { at, text }: { readonly at: number; readonly text: string },
): Piece {
  const end = tokens.end
  if (!may || qualifiers === null)
    throw new FilterError(
      'an address, a name or a number needs a word such as “host”, “net” or “port” before it',
      at,
      at + text.length,
      (identifier.form === 'name' ? suggestKeyword(text) : null) ??
        `${LACKING[identifier.form]} ${text}`,
    )
  const node = { kind: 'address', qualifiers, identifier, at, end } as const
  return { is: 'identifier', node, qualifiers }
}

const DIRECTIONS: ReadonlySet<string> = new Set([
  'src',
  'dst',
  'addr1',
  'addr2',
  'addr3',
  'addr4',
  'ra',
  'ta',
])
const AFTER_DIRECTION: ReadonlySet<string> = new Set(['host', 'net', 'port', 'portrange'])
const ALONE: ReadonlySet<string> = new Set(['proto', 'protochain', 'gateway'])

/** A test that begins with a keyword: a qualified identifier, or one of the others. */
function parseTest(tokens: TokenStream): Piece {
  const { at } = tokens.peek()
  const protocol = protocolNext(tokens)
  if (protocol !== null) tokens.take()
  const word = tokens.word()
  if (word !== null && (DIRECTIONS.has(word) || AFTER_DIRECTION.has(word) || ALONE.has(word))) {
    const qualifiers = { protocol, ...takeQualifiers(tokens) }
    const piece = whole(
      tokens,
      parseOperand(tokens, { qualifiers, identifier: true, term: false, bare: false }),
    )
    return { is: 'term', node: { ...piece.node, at }, qualifiers: piece.qualifiers }
  }
  return { is: 'term', node: parseTerm(tokens, protocol, at), qualifiers: null }
}

function takeQualifiers(tokens: TokenStream): Omit<Qualifiers, 'protocol'> {
  const word = tokens.word() as string
  if (!DIRECTIONS.has(word)) {
    tokens.take()
    return { direction: null, kind: word as AddressKind }
  }
  const direction = takeDirection(tokens)
  const kind = tokens.word()
  if (kind === null || !AFTER_DIRECTION.has(kind)) return { direction, kind: null }
  tokens.take()
  return { direction, kind: kind as AddressKind }
}

function takeDirection(tokens: TokenStream): Direction {
  const { text } = tokens.peek()
  const first = tokens.word() as Direction
  tokens.take()
  if (first !== 'src' && first !== 'dst') return first
  const joint = tokens.word()
  if (joint !== 'and' && joint !== 'or') return first
  tokens.take()
  const other = first === 'src' ? 'dst' : 'src'
  tokens.expectWord(other, `“${other}” (“${text} ${joint} ${other}”)`)
  return joint
}
