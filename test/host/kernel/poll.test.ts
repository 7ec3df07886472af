import { expect, test } from 'vitest'
import { pollUntil } from '../../../src/host/kernel/poll.ts'

test('what is there at once is seen at once', async () => {
  let looks = 0
  expect(await pollUntil(() => ++looks === 1, 1000)).toBe(true)
  expect(looks).toBe(1)
})

test('what comes later is seen soon after', async () => {
  let there = false
  setTimeout(() => {
    there = true
  }, 40)
  const began = performance.now()
  expect(await pollUntil(() => there, 1000)).toBe(true)
  expect(performance.now() - began).toBeLessThan(120)
})

test('the time is kept, others have their turn, and little is looked', async () => {
  let looks = 0
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  const began = performance.now()
  expect(await pollUntil(() => ++looks < 0, 100)).toBe(false)
  clearInterval(timer)
  expect(performance.now() - began).toBeGreaterThanOrEqual(99)
  expect(turns).toBeGreaterThan(5)
  expect(looks).toBeLessThan(40)
})
