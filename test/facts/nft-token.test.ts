import { expect, test } from 'vitest'
import {
  type NftCursor,
  nftTokens,
  peek,
  skip,
  skipGroup,
  stands,
  take,
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
