import { describe, expect, test } from 'vitest'
import { openDatagramTrace } from '../../../src/host/kernel/trace-datagram.ts'
import { opening, sendAndReceive } from './trace-on-loopback.ts'

describe.each(['127.0.0.1', '::1'] as const)('on %s', (host) => {
  test.each(['udp', 'icmp'] as const)('%s is answered by its probe', async (protocol) => {
    const found = opening(host, protocol, 23)
    if ('reason' in found) throw new Error(found.errno)
    const socket = openDatagramTrace(found)
    if ('reason' in socket) {
      // Where the group may not have an ICMP socket.
      expect([protocol, socket.reason]).toEqual(['icmp', 'no-privilege'])
      return found.egress.close()
    }
    try {
      for (const number of [1, 65_535]) {
        const { arrivals } = await sendAndReceive(socket, number)
        expect(arrivals[0]).toMatchObject({
          number,
          reply: { kind: 'arrived', from: host, ttl: 64 },
        })
      }
    } finally {
      socket.close()
    }
  })
})
