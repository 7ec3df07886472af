import { expect, test } from 'vitest'
import {
  forget,
  type NftCursor,
  type NftToken,
  nftCursor,
  nftTokens,
  peek,
  peekAt,
  skip,
  skipGroup,
  stands,
  take,
  takeRule,
} from '../../src/facts/nft-token.ts'

const cursor = (text: string): NftCursor => ({ tokens: nftTokens(text), at: 0 })

test('tells words, strings, signs, comments and ends of lines apart', () => {
  const kinds = nftTokens('iifname { "eth*", lo } accept # handle 3\n').map((token) => token.kind)
  expect(kinds).toEqual([
    'word',
    'sign',
    'string',
    'sign',
    'word',
    'sign',
    'word',
    'comment',
    'end',
  ])
})

test('a quoted word is no keyword, and a # in it no comment', () => {
  const tokens = cursor('"drop # not" drop')
  expect(stands(tokens, 'drop # not')).toBe(false)
  expect(take(tokens)).toBe('drop # not')
  expect(skip(tokens, 'drop')).toBe(true)
  expect(peek(tokens)).toBeNull()
  expect(take(tokens)).toBe('')
})

test('addresses, ports and negations are words', () => {
  expect(nftTokens('[fe80::1]:80 != 10.0.0.0/8 @th,16,16').map((token) => token.text)).toEqual([
    '[fe80::1]:80',
    '!=',
    '10.0.0.0/8',
    '@th',
    ',',
    '16',
    ',',
    '16',
  ])
})

test('a group is passed with the groups in it, and at the end of the text', () => {
  const nested = cursor('{ a { b } c } d')
  take(nested)
  skipGroup(nested)
  expect(take(nested)).toBe('d')
  const open = cursor('{ a')
  skipGroup(open)
  expect(peek(open)).toBeNull()
})

test('a listing is read as the cursor moves on, and what lies behind it is let go', () => {
  const text = 'table ip t {\n  ip saddr 10.0.0.1:tcp dport "a b" # end\n}'
  const cursor = nftCursor(text)
  const seen: NftToken[] = []
  for (let token = peek(cursor); token !== null; token = peek(cursor)) {
    seen.push(token)
    cursor.at++
    forget(cursor)
    expect(cursor.tokens).toHaveLength(0)
  }
  expect(seen).toEqual(nftTokens(text))
})

test('what stands further on is seen without moving on', () => {
  const tokens = nftCursor('ct helper set "ftp"')
  expect([peekAt(tokens, 1)?.text, peekAt(tokens, 3)?.kind, peekAt(tokens, 4)]).toEqual([
    'helper',
    'string',
    null,
  ])
  expect(peek(tokens)?.text).toBe('ct')
})

test.for([
  [
    '\t\ttcp dport { 22, 80 } drop comment "{ # }" # handle 7\n',
    'tcp dport { 22, 80 } drop comment "{ # }"',
    7,
  ],
  ['accept\r\n}', 'accept', null],
  ['\t}\n', undefined, undefined],
  ['type filter hook input priority 0; policy drop;\n', undefined, undefined],
  ['policy drop\n', undefined, undefined],
  ['comment "tcp dport 22 drop"\n', undefined, undefined],
  ['tcp dport { 22,\n80 } drop\n', undefined, undefined],
  ['tcp dport 22 drop; tcp dport 23 drop\n', undefined, undefined],
  ['drop # why\n', undefined, undefined],
  ['log prefix "a\n', undefined, undefined],
  ['drop', undefined, undefined],
] as const)('%j is taken as a rule: %j', ([text, said, handle]) => {
  const cursor = nftCursor(text)
  expect(takeRule(cursor) ?? {}).toEqual(said === undefined ? {} : { said, handle })
  expect(peek(cursor)?.text).toBe(
    said === undefined
      ? nftTokens(text)[0]?.text
      : nftTokens(text.slice(text.indexOf('\n') + 1))[0]?.text,
  )
})
