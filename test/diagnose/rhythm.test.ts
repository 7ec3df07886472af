import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findRhythm, RHYTHM_MS } from '../../src/diagnose/rhythm.ts'

const at = (...times: readonly number[]) => times.map((atMs) => ({ atMs }))
/** By another clock, and a little late. */
const OURS = [5000.2, 5038.9, 5099.5]

describe('events in the rhythm of what was sent', () => {
  test('are found among others, whatever the clock shows', () => {
    const found = findRhythm(at(4700, ...OURS, 5550), RHYTHM_MS)
    expect(found?.found).toEqual(at(...OURS))
    expect(found?.others).toEqual(at(4700, 5550))
  })

  test('are found where they were sent late', () => {
    expect(findRhythm(at(10, 70, 150), [1000, 1060, 1140])?.others).toEqual([])
  })

  test('are not found where one is missing or comes at another time', () => {
    expect(findRhythm(at(5000, 5035), RHYTHM_MS)).toBeNull()
    expect(findRhythm(at(5000, 5035, 5070), RHYTHM_MS)).toBeNull()
    expect(findRhythm(at(5000, 5001, 5002, 5003), RHYTHM_MS)).toBeNull()
    expect(findRhythm([], RHYTHM_MS)).toBeNull()
  })

  test('are each counted once', () => {
    expect(findRhythm(at(0, 34, 34), [0, 30, 60])).toBeNull()
  })

  test('are none where all was sent at once: that is no rhythm', () => {
    expect(findRhythm(at(0, 1, 2), [0, 1, 2])).toBeNull()
    expect(findRhythm(at(0, 35, 36), [0, 35, 36])).toBeNull()
  })

  test('are none where nothing was sent', () => {
    expect(findRhythm(at(1, 2, 3), [])).toBeNull()
  })
})

test('the beats have pauses of which none is like another', () => {
  const pauses = RHYTHM_MS.slice(1).map((beat, index) => beat - (RHYTHM_MS[index] ?? 0))
  expect(new Set(pauses).size).toBe(pauses.length)
})

test('a few drops at random seldom fall into the rhythm', () => {
  let matches = 0
  const times = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), {
    minLength: 4,
    maxLength: 4,
  })
  for (const some of fc.sample(times, { numRuns: 2000, seed: 7 }))
    if (findRhythm(at(...some.toSorted((a, b) => a - b)), RHYTHM_MS)) matches++
  expect(matches / 2000).toBeLessThan(0.05)
})
