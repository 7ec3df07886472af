import { expect, test } from 'vitest'
import {
  fewSuspects,
  formatCount,
  formatLength,
  formatSchedule,
  formatSeconds,
  frames,
  suspect,
} from '../../src/flow/story-word.ts'

test('seconds have the digits that tell something', () => {
  const texts = [0, 0.000021, 0.003, 0.21, 3.003, 9.0126, 75, 400].map((s) =>
    formatSeconds(s * 1e9),
  )
  expect(texts).toEqual(['0', '0.000021', '0.003', '0.21', '3.0', '9.0', '75.0', '400'])
})

test('a length has its unit', () => {
  const texts = [340, 21_500, 3_400_000, 999_600_000, 5_013_000_000].map(formatLength)
  expect(texts).toEqual(['0.3 µs', '22 µs', '3.4 ms', '1.0 s', '5.0 s'])
})

test('a schedule counts from its first time, and says how many it does not list', () => {
  expect(formatSchedule([7e9, 10.003e9, 16.0126e9], 3)).toBe('at 0, 3.0 and 9.0 s')
  expect(formatSchedule([7e9], 1)).toBe('at 0')
  expect(formatSchedule([0, 1e9], 5)).toBe('at 0, 1.0 s and 3 more times')
})

test('counts have their nouns', () => {
  expect([formatCount(1, 'byte'), formatCount(1234567, 'byte')]).toEqual([
    '1 byte',
    '1,234,567 bytes',
  ])
})

test('frames that were not seen are none, and suspects are told once, four at most', () => {
  expect(frames(7, -1, 3, 7, 0)).toEqual([3, 7])
  const five = ['a', 'b', 'a', 'c', 'd', 'e'].map((cause) => suspect(cause, 'path'))
  expect(fewSuspects(five).map(({ cause }) => cause)).toEqual(['a', 'b', 'c', 'd'])
  expect(fewSuspects([suspect('a', 'path'), suspect('a', 'server')])).toHaveLength(2)
})
