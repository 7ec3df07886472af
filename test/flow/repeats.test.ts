import { expect, test } from 'vitest'
import { noteRepeat, type Repeats } from '../../src/flow/repeats.ts'

test('the schedule of what was repeated the most often is kept, its first time included', () => {
  let repeats: Repeats | null = null
  for (const [timeNs, frame] of [
    [300, 3],
    [900, 4],
    [2100, 5],
  ] as const)
    repeats = noteRepeat(repeats, 1000, 50, timeNs, frame, 100, 2)
  repeats = noteRepeat(repeats, 2000, 10, 5000, 9, 4000, 8)
  expect(repeats.most).toEqual({
    sequence: 1000,
    bytes: 50,
    count: 4,
    timesNs: [100, 300, 900, 2100],
    frames: [2, 3, 4, 5],
  })
})

test('where the first time was not seen, the repetitions stand alone', () => {
  const repeats = noteRepeat(null, 1000, 50, 300, 3, 0, -1)
  expect(repeats.most).toMatchObject({ count: 1, timesNs: [300], frames: [3] })
})

test('a repetition without end keeps eight times and counts on', () => {
  let repeats = noteRepeat(null, 1000, 50, 0, 1, 0, -1)
  for (let n = 1; n < 1000; n++) repeats = noteRepeat(repeats, 1000, 50, n, n, 0, -1)
  expect(repeats.most.timesNs).toHaveLength(8)
  expect(repeats.most.count).toBe(1000)
})
