import { expect, test } from 'vitest'
import { writeSockaddr } from '../../../src/host/kernel/sockaddr.ts'
import { AF, kernelNowMs, type Message, openSocket, SOCK } from '../../../src/host/kernel/socket.ts'
import {
  arrivalMs,
  bindToDevice,
  resetAtClose,
  SOL_SOCKET,
  tellArrivals,
} from '../../../src/host/kernel/socket-option.ts'

const LOOPBACK = { family: 4, bytes: Uint8Array.of(127, 0, 0, 1), zone: null } as const

function open(type: number = SOCK.datagram) {
  const socket = openSocket(AF.inet, type, 0)
  if ('errno' in socket) throw new Error(socket.errno)
  return socket
}

test('a message comes with the time at which it arrived, by the clock of the kernel', () => {
  const socket = open()
  try {
    expect(tellArrivals(socket)).toBeNull()
    expect(socket.bind(writeSockaddr(LOOPBACK))).toBeNull()
    const before = kernelNowMs()
    expect(socket.send(Uint8Array.of(1), socket.localAddress())).toBeNull()
    const message = socket.receive()
    if (typeof message === 'string') throw new Error(message)
    const at = arrivalMs(message) ?? 0
    // Stamps have begun a moment before with the option, and may be a tick behind.
    expect(at - before).toBeGreaterThan(-5)
    expect(at - before).toBeLessThan(1000)
    expect(Math.abs(before - Date.now())).toBeLessThan(1000)
  } finally {
    socket.close()
  }
})

test('a message without a stamp, or with one that is cut, has none', () => {
  const message = (type: number, bytes: number): Message => ({
    bytes: Buffer.alloc(0),
    from: Buffer.alloc(0),
    control: [{ level: SOL_SOCKET, type, bytes: Buffer.alloc(bytes) }],
  })
  expect(arrivalMs(message(35, 15))).toBeNull()
  expect(arrivalMs(message(1, 16))).toBeNull()
  expect(arrivalMs(message(35, 16))).toBe(0)
})

test('a device that is not there cannot be bound to', () => {
  const socket = open()
  expect(bindToDevice(socket, 'nosuchdevice')).toMatch(/^E(NODEV|PERM)$/)
  socket.close()
})

test('a stream can be told to end by a reset', () => {
  const socket = open(SOCK.stream)
  expect(resetAtClose(socket)).toBeNull()
  // SO_LINGER, as getsockopt gives it back.
  expect([...socket.get(SOL_SOCKET, 13, 8)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  socket.close()
})
