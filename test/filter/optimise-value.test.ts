import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ValueTable } from '../../src/filter/optimise-value.ts'

test('the same operation on the same values has the same number, everything else another one', () => {
  const triple = fc.tuple(fc.nat(0xffff), fc.nat(50), fc.integer({ min: 0, max: 0xffffffff }))
  fc.assert(
    fc.property(fc.array(triple, { maxLength: 3000 }), (triples) => {
      const table = new ValueTable()
      const known = new Map<string, number>()
      for (const [code, left, right] of triples) {
        const value = table.number(code, left, right)
        const key = `${code} ${left} ${right}`
        expect(value).toBe(known.get(key) ?? known.size + 1)
        known.set(key, value)
      }
    }),
    { numRuns: 20 },
  )
})

test('a constant is known by its number', () => {
  const table = new ValueTable()
  expect(table.constantOf(table.constant(0xffffffff))).toBe(0xffffffff)
  expect(table.constantOf(table.number(0x20, 5, 0))).toBeNull()
  expect(table.constantOf(0)).toBeNull()
})
