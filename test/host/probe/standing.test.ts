import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { readStanding } from '../../../src/host/probe/standing.ts'
import { listen } from '../server.ts'

test.each(['127.0.0.1', '::1'])(
  'a connection of our own to %s stands in the table',
  async (address) => {
    const server = await listen((socket) => socket.resume(), address)
    const socket = connect(server.to.port, address)
    await new Promise((resolve) => socket.once('connect', resolve))
    expect(readStanding(server.to, socket.localPort ?? 0)).toMatchObject({ unacknowledgedBytes: 0 })
    socket.destroy()
    server.close()
  },
)

test('data for a far end that does not read waits for its window', async () => {
  const server = await listen((socket) => socket.pause())
  const socket = connect(server.to.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(Buffer.alloc(16 << 20))
  await expect
    .poll(() => readStanding(server.to, socket.localPort ?? 0)?.waitsFor, { timeout: 3000 })
    .toBe('window')
  socket.destroy()
  server.close()
})

test('where there is no such connection, nothing is known', () => {
  expect(readStanding({ address: '127.0.0.1', family: 4, port: 1 }, 2)).toBeNull()
})
