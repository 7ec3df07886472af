import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  judgeSize,
  mtuAt,
  plateauBelow,
  type SizeResult,
  sizesBetween,
} from '../../../src/diagnose/trace/mtu.ts'

const passed = (hop: number): SizeResult => ({
  hop,
  passed: true,
  saidBy: null,
  saidAt: null,
  fits: null,
})
const silent = (hop: number): SizeResult => ({ ...passed(hop), passed: null })
const told = (hop: number, saidBy: string, saidAt: number | null, fits: number | null) => ({
  ...passed(hop),
  passed: false,
  saidBy,
  saidAt,
  fits,
})

test('packets that come everywhere pass', () => {
  expect(judgeSize([passed(1), passed(2)], 1500, 4)).toEqual({ kind: 'passes' })
})

test('who says that it is too large has the narrow link behind him', () => {
  const results = [passed(1), passed(2), told(3, 'b', 2, 1400), told(4, 'b', 2, 1400)]
  expect(judgeSize(results, 1500, 4)).toEqual({
    kind: 'told',
    step: { afterHop: 2, mtuBytes: 1400, saidBy: 'b' },
  })
})

test('one that is not among the hops has it before the first hop that is not reached', () => {
  expect(judgeSize([passed(1), told(4, 'x', null, 1400)], 1500, 4)).toMatchObject({
    step: { afterHop: 3 },
  })
})

test('a router that tells no size, or one that does not help, is met with the next usual one', () => {
  expect(judgeSize([told(2, 'a', 1, null)], 1500, 4)).toMatchObject({ step: { mtuBytes: 1492 } })
  expect(judgeSize([told(2, 'a', 1, 1500)], 1500, 4)).toMatchObject({ step: { mtuBytes: 1492 } })
  expect(judgeSize([told(2, 'a', 1, 12)], 1500, 4)).toMatchObject({ step: { mtuBytes: 1492 } })
})

test('packets that come to one hop and not to the next vanish between', () => {
  expect(judgeSize([passed(1), passed(2), silent(3), silent(4)], 1500, 4)).toEqual({
    kind: 'vanishes',
    afterHop: 2,
    hop: 3,
  })
})

test('one hop that is silent before others that are not has lost a reply', () => {
  expect(judgeSize([passed(1), silent(2), passed(3)], 1500, 4)).toEqual({ kind: 'passes' })
})

test('the next usual size is smaller, and not below the least of the family', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1281, max: 65_535 }), (bytes) => {
      expect(plateauBelow(bytes, 4)).toBeLessThan(bytes)
      expect(plateauBelow(bytes, 6)).toBeGreaterThanOrEqual(1280)
    }),
  )
  expect(plateauBelow(68, 4)).toBe(68)
})

test('sizes lie between, in falling order, and close in on every size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 68, max: 1500 }),
      fc.integer({ min: 69, max: 9000 }),
      (wanted, more) => {
        let [low, high] = [68, Math.max(wanted + 1, more)]
        for (let turn = 0; high - low > 1; turn++) {
          expect(turn).toBeLessThan(6)
          const sizes = sizesBetween(low, high, 16)
          expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes)
          low = Math.max(low, ...sizes.filter((size) => size <= wanted))
          high = Math.min(high, ...sizes.filter((size) => size > wanted))
        }
        expect(low).toBe(Math.max(68, wanted))
      },
    ),
  )
})

test('a hop gets what the narrowest link before it lets through', () => {
  const mtu = {
    firstBytes: 9000,
    pathBytes: 1400,
    steps: [
      { afterHop: 1, mtuBytes: 1500, saidBy: 'a' },
      { afterHop: 3, mtuBytes: 1400, saidBy: null },
    ],
  }
  expect([1, 2, 3, 4].map((hop) => mtuAt(mtu, hop))).toEqual([9000, 1500, 1500, 1400])
  expect(mtuAt({ ...mtu, firstBytes: null, steps: [] }, 1)).toBeNull()
})
