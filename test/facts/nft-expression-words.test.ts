import { expect, test } from 'vitest'
import {
  durationWords,
  expressionWords,
  listOf,
  plainWord,
  verdictWords,
  WORDLESS,
} from '../../src/facts/nft-expression-words.ts'

const mark = { meta: { key: 'mark' } }

test('a constant is written as its left side wants it', () => {
  expect(expressionWords(1, mark)).toBe('0x00000001')
  expect(expressionWords(1, { '&': [mark, 255] })).toBe('0x00000001')
  expect(expressionWords('lo', { meta: { key: 'iif' } })).toBe('"lo"')
  expect(expressionWords('99', { meta: { key: 'iif' } })).toBe('99')
  expect(expressionWords(22, { payload: { base: 'th', offset: 0, len: 8 } })).toBe('0x16')
  expect(expressionWords(false, null)).toBe('missing')
})

test('several bits behind an operator stand in brackets', () => {
  const flags = { payload: { protocol: 'tcp', field: 'flags' } }
  expect(expressionWords({ '&': [flags, { '|': ['syn', 'ack'] }] }, null)).toBe(
    'tcp flags & (syn | ack)',
  )
})

test('a time is written in its units', () => {
  expect([0, 30, 60, 90_061].map(durationWords)).toEqual(['0s', '30s', '1m', '1d1h1m1s'])
})

test('what has no words says so, and nothing nests without end', () => {
  expect(() => expressionWords({ magic: 1 }, null)).toThrow()
  expect(() => plainWord({})).toThrow()
  expect(typeof WORDLESS).toBe('symbol')
  let deep: unknown = 'x'
  for (let level = 0; level < 100_000; level++) deep = { '|': [deep] }
  expect(() => expressionWords(deep, null)).toThrow()
})

test('the small ones', () => {
  expect(verdictWords({ jump: { target: 'x' } })).toBe('jump x')
  expect(verdictWords({ constructor: null })).toBeNull()
  expect(listOf(1)).toEqual([1])
})
