import { expect, test } from 'vitest'
import { arrival } from '../../../src/diagnose/trace/reply.ts'
import { drainArrivals } from '../../../src/host/kernel/drain.ts'
import type { Message } from '../../../src/host/kernel/socket.ts'

/** struct timespec: 5 s and half of one. */
const STAMP = Buffer.alloc(16)
STAMP.writeBigInt64LE(5n, 0)
STAMP.writeBigInt64LE(500_000_000n, 8)

const message = (byte: number, stamped = true): Message => ({
  bytes: Buffer.of(byte),
  from: Buffer.alloc(0),
  control: stamped ? [{ level: 1, type: 35, bytes: STAMP }] : [],
})

/** A socket that gives these, and then has no more. */
const giving = (all: readonly (Message | string)[]) => {
  const left = [...all]
  return () => left.shift() ?? 'EAGAIN'
}

const read = ({ bytes }: Message) =>
  bytes[0] === 0 ? null : { number: bytes[0] ?? 0, reply: arrival('10.9.10.2', 1) }

test('what is of this trace comes with the time of its arrival', () => {
  const found = drainArrivals(giving([message(1), message(0), message(2)]), read)
  expect(found.map(({ number, atMs }) => [number, atMs])).toEqual([
    [1, 5500],
    [2, 5500],
  ])
})

test('an error that is told between does not hide what comes behind it', () => {
  expect(drainArrivals(giving([message(1), 'ECONNREFUSED', message(2)]), read)).toHaveLength(2)
})

test('without a stamp it arrived just now', () => {
  const [found] = drainArrivals(giving([message(1, false)]), read)
  expect(Math.abs((found?.atMs ?? 0) - Date.now())).toBeLessThan(1000)
})

test('a flood, and an error that does not end, are left for later', () => {
  let asked = 0
  const flood = (): Message => {
    asked++
    return message(1)
  }
  expect(drainArrivals(flood, read)).toHaveLength(2000)
  expect(asked).toBe(2000)
  expect(drainArrivals(() => 'EBADF', read)).toEqual([])
})
