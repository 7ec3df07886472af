import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openTunnel } from '../../../src/host/probe/tunnel.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const REQUEST = 'CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org:443\r\n\r\n'

/** Asks a proxy that behaves so. */
async function ask(behave: (socket: Socket) => void, patienceMs = 2000) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => behave(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  closing.push(
    () => socket.destroy(),
    () => server.close(),
  )
  const to = { address: '127.0.0.1', family: 4, port } as const
  return { socket, led: await openTunnel(socket, to, REQUEST, { patienceMs, tls: true }) }
}

test('a 200 opens the tunnel, and the connection goes on', async () => {
  const { socket, led } = await ask((proxy) => {
    proxy.write('HTTP/1.1 200 Connection est')
    proxy.write('ablished\r\n\r\n')
    proxy.on('data', (data) => proxy.write(data))
  })
  expect(led).toMatchObject({ open: true, ending: null, tunnel: { status: 200 } })
  expect(led.tunnel.command).toMatch(
    /^curl -v -x http:\/\/127\.0\.0\.1:\d+ https:\/\/www\.example\.org\/$/,
  )
  socket.write('ping')
  socket.resume()
  const [echo] = await once(socket, 'data')
  expect(String(echo)).toBe('ping')
})

test('an error is told with what the proxy said', async () => {
  const { led } = await ask((proxy) =>
    proxy.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n'),
  )
  expect(led).toMatchObject({ open: false, tunnel: { status: 407 } })
  expect(led.tunnel.lines).toContain('Proxy-Authenticate: Basic')
})

test('a proxy that closes, or says nothing, does not open it', async () => {
  expect((await ask((proxy) => proxy.end())).led).toMatchObject({
    open: false,
    ending: 'fin',
    tunnel: { status: null },
  })
  expect((await ask(() => {}, 50)).led).toMatchObject({ open: false, ending: null })
})

test('words without end are not waited for', async () => {
  const { led } = await ask((proxy) => proxy.write('x'.repeat(40_000)))
  expect(led).toMatchObject({ open: false, tunnel: { status: null } })
})
