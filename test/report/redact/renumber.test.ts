import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renumbering } from '../../../src/report/redact/renumber.ts'

const numbers = fc.uniqueArray(fc.nat(0xffff), { minLength: 1, maxLength: 30 })
/** How many leading bits of 16 two numbers share. */
const shared = (one: number, two: number): number => Math.clz32(one ^ two) - 16

test('two numbers share as many leading bits as before', () => {
  fc.assert(
    fc.property(numbers, (all) => {
      const renumber = renumbering(all, 16)
      for (const one of all)
        for (const two of all) expect(shared(renumber(one), renumber(two))).toBe(shared(one, two))
    }),
  )
})

test('numbers that part alike, in the same order, have the same images', () => {
  fc.assert(
    fc.property(numbers, fc.nat(0xffff), (all, mask) => {
      const other = all.map((one) => one ^ mask)
      expect(other.map(renumbering(other, 16))).toEqual(all.map(renumbering(all, 16)))
    }),
  )
})

test('the two hosts of a net of four stay its two hosts', () => {
  expect([1, 2].map(renumbering([1, 2], 8))).toEqual([1, 2])
  expect([202, 201].map(renumbering([202, 201], 8))).toEqual([1, 2])
})

test('what may not stand for a number does not, as long as there is a choice', () => {
  const all = [9, 12, 77]
  const images = all.map(renumbering(all, 8, (image) => image !== 1 && image > 8))
  for (const image of images) expect(image).toBeGreaterThan(8)
  expect([9].map(renumbering([9], 8, () => false))).toEqual([1])
})
