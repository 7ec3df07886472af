import { describe, expect, test } from 'vitest'
import { openConnectTrace } from '../../../src/host/kernel/trace-connect.ts'
import { listening, opening, sendAndReceive } from './trace-on-loopback.ts'

describe.each(['127.0.0.1', '::1'] as const)('on %s', (host) => {
  test('a port where somebody listens is reached again and again from one port', async () => {
    await listening(host, async (port) => {
      const found = opening(host, 'tcp', 24, port)
      if ('reason' in found) throw new Error(found.errno)
      const socket = openConnectTrace(found)
      if ('reason' in socket) throw new Error(socket.errno)
      expect(socket.oneAtATime).toBe(true)
      for (const number of [1, 2, 3]) {
        const { arrivals, errno } = await sendAndReceive(socket, number)
        expect(errno).toBeNull()
        expect(arrivals).toMatchObject([{ number, reply: { kind: 'arrived', from: host } }])
      }
      socket.close()
    })
  })

  test('a port where nobody listens answers by a reset', async () => {
    let closed = 0
    await listening(host, async (port) => {
      closed = port
    })
    const found = opening(host, 'tcp', 25, closed)
    if ('reason' in found) throw new Error(found.errno)
    const socket = openConnectTrace(found)
    if ('reason' in socket) throw new Error(socket.errno)
    const { arrivals } = await sendAndReceive(socket, 9)
    socket.close()
    expect(arrivals).toMatchObject([{ number: 9, reply: { kind: 'arrived' } }])
  })
})
