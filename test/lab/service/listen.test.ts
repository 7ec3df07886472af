import net from 'node:net'
import { expect, test } from 'vitest'
import { listen } from '../../../src/lab/service/listen.ts'
import { converse, freePort } from './loopback.ts'

test('every address gets a listener, and a taken one is an error', async () => {
  const port = await freePort()
  const make = (): net.Server => net.createServer((socket) => socket.end('hello'))
  await listen(make, { port, binds: ['127.0.0.1', '127.0.0.2'] })
  expect(await converse(port, '', 500)).toBe('hello')
  await expect(listen(make, { port, binds: ['127.0.0.2'] })).rejects.toThrow('EADDRINUSE')
})
