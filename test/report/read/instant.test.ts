import { expect, test } from 'vitest'
import {
  formatClock,
  formatEpoch,
  formatInstant,
  formatSeconds,
} from '../../../src/report/read/instant.ts'

/** 2007-05-31T21:06:32Z, by `date -u -d @1180645592`. */
const EPOCH = 1_180_645_592

test('the time of day is that of the zone, cut and not rounded', () => {
  expect(formatClock(845_356_999, EPOCH, 0, 6)).toBe('21:06:32.845356')
  expect(formatClock(845_356_999, EPOCH, 7200, 3)).toBe('23:06:32.845')
  expect(formatClock(0, EPOCH, -22 * 3600, 0)).toBe('23:06:32')
})

test('what is before the second that times count from has its own time', () => {
  expect(formatClock(-1000, EPOCH, 0, 6)).toBe('21:06:31.999999')
})

test('an instant is ISO 8601 in UTC, with as many digits as it needs', () => {
  expect(formatInstant(845_356_000, EPOCH)).toBe('2007-05-31T21:06:32.845356Z')
  expect(formatInstant(60.845_356_789e9, EPOCH)).toBe('2007-05-31T21:07:32.845356789Z')
})

test('a time that no calendar has is bounded', () => {
  expect(formatInstant(0, Number.MAX_SAFE_INTEGER)).toBe('+275760-09-13T00:00:00.000000Z')
})

test('seconds since 1970 have six digits', () => {
  expect(formatEpoch(845_356_789, EPOCH)).toBe('1180645592.845356')
  expect(formatEpoch(1_005_000, EPOCH)).toBe('1180645592.001005')
})

test('a relative time may be before the zero', () => {
  expect(formatSeconds(60.071_054e9)).toBe('60.071054')
  expect(formatSeconds(-1000)).toBe('-0.000001')
})
