import { expect, test } from 'vitest'
import { OPTIONS, toldNumber } from '../../../src/host/kernel/ip-option.ts'
import { AF, openSocket, SOCK } from '../../../src/host/kernel/socket.ts'

test.each([4, 6] as const)('the kernel takes every option of IPv%i by its number', (family) => {
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.datagram, 0)
  if ('errno' in socket) return expect(socket.errno).toMatch(/^E/)
  const { level, ttlMessage, trafficClassMessage, ...options } = OPTIONS[family]
  for (const [name, option] of Object.entries(options))
    expect(socket.set(level, option, 1), name).toBeNull()
  expect([ttlMessage, trafficClassMessage]).not.toContain(0)
  socket.close()
})

test('a number that the kernel tells is found by its type, and one that is cut is none', () => {
  const control = (type: number, bytes: number) => [
    { level: 0, type, bytes: Buffer.alloc(bytes, 1) },
  ]
  expect(toldNumber(control(2, 4), 4, 2)).toBe(0x01010101)
  expect(toldNumber(control(2, 3), 4, 2)).toBeNull()
  expect(toldNumber(control(2, 4), 6, 2)).toBeNull()
  expect(toldNumber(control(3, 4), 4, 2)).toBeNull()
})
