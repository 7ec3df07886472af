import { expect, test } from 'vitest'
import { openTraceSocket, type TraceRequest } from '../../../src/host/kernel/trace-socket.ts'
import { parseAddress } from '../../../src/wire/address.ts'
import { sendAndReceive } from './trace-on-loopback.ts'

const request = (more: Partial<TraceRequest>): TraceRequest => {
  const target = parseAddress('127.0.0.1')
  if (target === null) throw new Error('no address')
  return {
    target,
    protocol: 'udp',
    port: 33_434,
    flowNumber: 26,
    device: null,
    source: null,
    ...more,
  }
}

test('whoever asks has a socket for UDP', async () => {
  const socket = openTraceSocket(request({}))
  if ('reason' in socket) throw new Error(socket.errno)
  const { arrivals } = await sendAndReceive(socket, 5)
  expect(arrivals[0]).toMatchObject({ number: 5, reply: { kind: 'arrived', from: '127.0.0.1' } })
  expect(['raw', 'datagram']).toContain(socket.kind)
  socket.close()
})

test('what was opened is closed: the port is free again', () => {
  for (const _ of Array.from({ length: 20 })) {
    const socket = openTraceSocket(request({ flowNumber: 27 }))
    if ('reason' in socket) throw new Error(socket.errno)
    expect(socket.flow.sourcePort).toBe(61_027)
    socket.close()
  }
})

test('a device that is not there is the reason why there is none', () => {
  expect(openTraceSocket(request({ device: 'nosuchdevice' }))).toMatchObject({
    reason: 'no-device',
  })
})
