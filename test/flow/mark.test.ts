import { expect, test } from 'vitest'
import { MARK } from '../../src/flow/mark.ts'

test('each mark is a bit of its own, so that a segment may have several', () => {
  const bits = Object.values(MARK)
  expect(new Set(bits).size).toBe(bits.length)
  for (const bit of bits) expect(Math.log2(bit) % 1).toBe(0)
})
