import { expect, test } from 'vitest'
import { FilterError } from '../../src/filter/filter-error.ts'
import { readTokens } from '../../src/filter/lexer.ts'
import { TokenStream } from '../../src/filter/token-stream.ts'

test('words are taken one after another, and the end stays', () => {
  const tokens = new TokenStream(readTokens('vlan 5 foo'))
  expect(tokens.takeWord('mpls')).toBe(false)
  expect(tokens.takeWord('vlan')).toBe(true)
  expect(tokens.expectNumber('a number')).toBe(5)
  expect(tokens.end).toBe(6)
  expect(tokens.expectName('a name')).toBe('foo')
  expect(tokens.take().kind).toBe('end')
  expect(tokens.take().kind).toBe('end')
})

test('a word that does not fit is told with its place', () => {
  const tokens = new TokenStream(readTokens('brodcast'))
  expect(() => tokens.expectNumber('a number')).toThrowError(
    expect.objectContaining({ at: 0, end: 8, suggestion: 'broadcast' }),
  )
  expect(() => tokens.expectWord('[', '“[”')).toThrowError(FilterError)
})

test('a thousand levels are enough', () => {
  const tokens = new TokenStream(readTokens(''))
  for (let level = 0; level < 1000; level++) tokens.enter()
  expect(() => tokens.enter()).toThrowError(/nests deeper/)
  tokens.leave(2)
  expect(() => tokens.enter()).not.toThrow()
})
