import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { watchSegments } from '../../../src/host/kernel/tcp-watch.ts'
import { listen } from '../server.ts'

test.each(['127.0.0.1', '::1'])(
  '%s: the SYN-ACK and the reset of one connection are heard, with TTL and time',
  async (address) => {
    const server = await listen((socket) => setTimeout(() => socket.resetAndDestroy(), 20), address)
    const watch = watchSegments(server.to)
    if (!watch) return expect(process.getuid?.()).not.toBe(0)
    const socket = connect(server.to.port, address)
    await new Promise((resolve) => socket.once('connect', resolve))
    const port = socket.localPort ?? 0
    await new Promise((resolve) => socket.once('close', resolve).on('error', () => {}))
    const heard = watch.stop()
    expect(heard.filter((one) => one.port === port)).toMatchObject([
      { kind: 'syn-ack', ttl: 64, timed: true },
      { kind: 'reset', ttl: 64, timed: true },
    ])
    server.close()
  },
)

test('what is no address is not watched', () => {
  expect(watchSegments({ address: 'www.example.org', family: 4, port: 80 })).toBeNull()
})
