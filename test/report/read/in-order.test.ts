import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InOrder } from '../../../src/report/read/in-order.ts'

function collect(numbers: readonly number[], mostHeld?: number): number[] {
  const given: number[] = []
  const order = new InOrder<number>((items) => given.push(...items), 1, mostHeld)
  for (const number of numbers) order.add(number, number)
  order.flush()
  return given
}

test('what comes in any order is given in order', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8]), (numbers) => {
      expect(collect(numbers)).toEqual(numbers.toSorted((one, other) => one - other))
    }),
  )
})

test('what is ready is not held back', () => {
  const given: number[][] = []
  const order = new InOrder<number>((items) => given.push([...items]), 1)
  order.add(2, 2)
  expect(given).toEqual([])
  order.add(1, 1)
  order.add(3, 3)
  expect(given).toEqual([[1, 2], [3]])
})

test('a number of which nothing is told holds nobody up', () => {
  const given: number[] = []
  const order = new InOrder<number>((items) => given.push(...items), 1)
  order.add(2, 2)
  order.add(1, null)
  expect(given).toEqual([2])
})

test('no more is held than the bound, and nothing is lost', () => {
  const late = [...Array.from({ length: 100 }, (_, index) => index + 2), 1]
  expect(collect(late, 10)).toEqual(late)
})
