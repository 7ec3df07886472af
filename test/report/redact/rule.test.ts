import { expect, test } from 'vitest'
import { applyRules, type Rule } from '../../../src/report/redact/rule.ts'

const swap: Rule[] = [
  { pattern: /a/g, replace: () => 'b' },
  { pattern: /b/g, replace: () => 'a' },
]

test('what one rule has replaced no later one sees', () => {
  expect(applyRules(swap, 'abba')).toBe('baab')
})

test('a rule may leave something to a later one', () => {
  const picky: Rule = { pattern: /\w+/g, replace: (word) => (word === 'a' ? 'x' : null) }
  expect(applyRules([picky, ...swap], 'a ab')).toBe('x ba')
})

test('text from outside cannot name a place', () => {
  expect(applyRules(swap, '\u{f0000}a\u{f0001}')).toBe('b')
})
