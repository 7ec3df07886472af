import { describe, expect, test } from 'vitest'
import { openRawTrace } from '../../../src/host/kernel/trace-raw.ts'
import { listening, opening, sendAndReceive } from './trace-on-loopback.ts'

describe.each(['127.0.0.1', '::1'] as const)('on %s', (host) => {
  test.each(['udp', 'icmp', 'tcp'] as const)(
    '%s is answered by its probe, with the time to live',
    async (protocol) => {
      const found = opening(host, protocol, 21)
      if ('reason' in found) throw new Error(found.errno)
      const socket = openRawTrace(found)
      // Without the privilege there is none, and other sockets are for that.
      if (socket === null) return found.egress.close()
      try {
        const { arrivals, sentMs } = await sendAndReceive(socket, 4321)
        expect(arrivals).toHaveLength(1)
        expect(arrivals[0]).toMatchObject({
          number: 4321,
          reply: { kind: 'arrived', from: host, ttl: 64, rewritten: [] },
        })
        expect((arrivals[0]?.atMs ?? 0) - sentMs).toBeLessThan(1000)
      } finally {
        socket.close()
      }
    },
  )

  test('a port where somebody listens answers a SYN as well', async () => {
    await listening(host, async (port) => {
      const found = opening(host, 'tcp', 22, port)
      if ('reason' in found) throw new Error(found.errno)
      const socket = openRawTrace(found)
      if (socket === null) return found.egress.close()
      const { arrivals } = await sendAndReceive(socket, 7)
      socket.close()
      expect(arrivals[0]).toMatchObject({ number: 7, reply: { kind: 'arrived' } })
    })
  })
})
