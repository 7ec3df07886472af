import { expect, test } from 'vitest'
import { endOf, farthestOf } from '../../../src/diagnose/trace/attempt.ts'
import { attempt, replyFrom, rounds } from './attempts.ts'

test('the path ends at the least number of hops that came to the target', () => {
  const all = [...rounds([['a'], ['b'], ['t']]), attempt(4, replyFrom('t', 'arrived'))]
  expect(endOf(all)).toBe(3)
  expect(farthestOf(all)).toBe(4)
})

test('who refuses is the hop behind the last that passed a probe on, however seldom he says so', () => {
  const all = [
    ...rounds([['a'], ['b']], true),
    attempt(3, null),
    attempt(9, replyFrom('c', 'refused')),
  ]
  expect(endOf(all)).toBe(3)
})

test('an arrival counts for more than a refusal', () => {
  expect(
    endOf([attempt(2, replyFrom('x', 'refused')), attempt(5, replyFrom('t', 'arrived'))]),
  ).toBe(5)
})

test('without either, the end is not known', () => {
  expect(endOf(rounds([['a'], [null]], true))).toBeNull()
  expect(farthestOf([])).toBe(0)
})
