import { expect, test } from 'vitest'
import { compared } from './detailed-frames.ts'

test('the fields of queries and answers are what tshark reads', () => {
  const { ours, theirs } = compared('dns.')
  expect(theirs.length).toBeGreaterThan(10)
  expect(ours).toEqual(theirs)
})
