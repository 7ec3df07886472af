import net from 'node:net'
import { expect, test, vi } from 'vitest'
import {
  serveAcceptClose,
  serveHold,
  serveReset,
  serveSilent,
  serveUnread,
} from '../../../src/lab/service/broken.ts'
import { BINDS, client, converse, freePort } from './loopback.ts'

test('one that accepts and closes says no byte: curl calls it an empty reply', async () => {
  const port = await freePort()
  await serveAcceptClose({ port, binds: BINDS })
  const { code } = await client('curl', '-sS', '--noproxy', '*', `http://127.0.0.1:${port}/`)
  expect([52, 56]).toContain(code)
})

test('a silent one keeps the connection and says nothing', async () => {
  const port = await freePort()
  await serveSilent({ port, binds: BINDS })
  const startedAt = performance.now()
  expect(await converse(port, 'hello\r\n', 400)).toBe('')
  expect(performance.now() - startedAt).toBeGreaterThan(380)
})

test('connections are held, as many as were wanted', async () => {
  let open = 0
  const server = net.createServer(() => {
    open++
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await serveHold('127.0.0.1', port, 7)
  await vi.waitFor(() => expect(open).toBe(7))
})

test('one that resets greets, answers once, and resets', async () => {
  const port = await freePort()
  await serveReset({ port, binds: BINDS, greeting: '220 x\r\n', answer: '250 y\r\n' })
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8')
  let heard = ''
  socket.on('data', (text) => {
    heard += text
    if (heard === '220 x\r\n') socket.write('EHLO z\r\n')
  })
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve))
  expect([error.code, heard]).toEqual(['ECONNRESET', '220 x\r\n250 y\r\n'])
})

/** How much of many bytes such a server leaves unread after a while. */
async function unreadOf(delayMs: number | null): Promise<number> {
  const port = await freePort()
  await serveUnread({ port, binds: BINDS, answer: 'HTTP/1.1 200 OK\r\n\r\n', delayMs })
  const socket = net.connect(port, '127.0.0.1').on('error', () => {})
  socket.write('PUT / HTTP/1.1\r\n\r\n')
  socket.write(Buffer.alloc(24 << 20))
  await new Promise((resolve) => setTimeout(resolve, 600))
  const left = socket.writableLength
  socket.destroy()
  return left
}

test('one that does not read takes no more than its buffers hold', async () => {
  expect(await unreadOf(null)).toBeGreaterThan(1 << 20)
})

test('one that reads a piece now and then gets through in the end', async () => {
  expect(await unreadOf(1)).toBe(0)
})

test('one that answers a GET answers it whatever else it leaves unread', async () => {
  const port = await freePort()
  await serveUnread({ port, binds: BINDS, answer: 'HTTP/1.0 200 OK\r\n\r\nok', delayMs: null })
  const { code, stdout } = await client(
    'curl',
    '-sS',
    '--noproxy',
    '*',
    `http://127.0.0.1:${port}/`,
  )
  expect([code, stdout]).toEqual([0, 'ok'])
})
