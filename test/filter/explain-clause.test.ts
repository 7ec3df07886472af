import { expect, test } from 'vitest'
import { clause, clauseText, deny, joined } from '../../src/filter/explain-clause.ts'

test('a clause can be denied, and denied again', () => {
  const going = clause('go', 'to port 80')
  expect(clauseText(going)).toBe('go to port 80')
  expect(clauseText(deny(going))).toBe('do not go to port 80')
  expect(clauseText(deny(deny(going)))).toBe('go to port 80')
  expect(clauseText(clause('are', 'TCP', true))).toBe('are not TCP')
})

test('words are joined as people do it', () => {
  expect(joined([], 'or')).toBe('')
  expect(joined(['a'], 'or')).toBe('a')
  expect(joined(['a', 'b', 'c'], 'and')).toBe('a, b and c')
})
