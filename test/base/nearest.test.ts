import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, nearest } from '../../src/base/nearest.ts'

test.for([
  ['', '', 0],
  ['check', 'check', 0],
  ['chekc', 'check', 1],
  ['chck', 'check', 1],
  ['kitten', 'sitting', 3],
  ['', 'lab', 3],
] as const)('from %j to %j it takes %i edits', ([a, b, edits]) => {
  expect(editDistance(a, b)).toBe(edits)
})

test('the distance is the same both ways and never more than the longer word', () => {
  const word = fc.string({ maxLength: 8 })
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      expect(editDistance(a, b) === 0).toBe(a === b)
    }),
  )
})

test.for([
  ['chekc', 'check'],
  ['labb', 'lab'],
  ['dmeo', 'demo'],
  ['frobnicate', null],
  ['c', null],
  ['x'.repeat(10_000), null],
] as const)('%s was meant to be %s', ([word, meant]) => {
  expect(nearest(word, ['check', 'lab', 'demo', 'help'])).toBe(meant)
})
