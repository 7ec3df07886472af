import { expect, test } from 'vitest'
import { gate } from '../../../src/host/run/gate.ts'

test('no more tasks run at a time than may, and each has its turn', async () => {
  const enter = gate(2)
  let running = 0
  let most = 0
  const order: number[] = []
  const task = (name: number) => async () => {
    most = Math.max(most, ++running)
    order.push(name)
    await new Promise((resolve) => setTimeout(resolve, 2))
    running--
    return name
  }
  expect(await Promise.all([1, 2, 3, 4, 5].map((name) => enter(task(name))))).toEqual([
    1, 2, 3, 4, 5,
  ])
  expect(most).toBe(2)
  expect(order).toEqual([1, 2, 3, 4, 5])
})

test('a task that fails lets the next one in', async () => {
  const enter = gate(1)
  const failed = enter(() => Promise.reject(new Error('no')))
  const next = enter(async () => 'in')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('in')
})
