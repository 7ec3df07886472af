import { expect, test } from 'vitest'
import { horizon, waitFor } from '../../../src/diagnose/trace/horizon.ts'

const state = { farthest: 0, asked: 0, end: null, quiet: false }

test('so many hops are asked as may be ahead of the farthest that answered', () => {
  expect(horizon(state, 4, 30)).toBe(4)
  expect(horizon({ ...state, farthest: 3, asked: 4 }, 4, 30)).toBe(7)
})

test('where nothing comes any more, as many again are asked, up to the most', () => {
  expect(horizon({ ...state, farthest: 3, asked: 7, quiet: true }, 4, 30)).toBe(11)
  expect(horizon({ ...state, asked: 28, quiet: true }, 4, 30)).toBe(30)
})

test('beyond the end nothing is asked', () => {
  expect(horizon({ ...state, farthest: 10, asked: 10, end: 10, quiet: true }, 4, 30)).toBe(10)
})

test('what is asked already stays asked', () => {
  expect(horizon({ ...state, asked: 16, farthest: 2 }, 4, 30)).toBe(16)
})

test('an answer is waited for some times as long as the slowest took, and never longer than may be', () => {
  expect(waitFor(null, 1500)).toBe(1500)
  expect(waitFor(0, 1500)).toBe(300)
  expect(waitFor(100, 1500)).toBe(700)
  expect(waitFor(1000, 1500)).toBe(1500)
})
