import { expect, test } from 'vitest'
import { openConnection, probeConnect } from '../../../src/host/probe/connect.ts'
import { closedPort, listen } from '../server.ts'

test('a port that listens is connected to, and left at once', async () => {
  let ended: () => void = () => {}
  const left = new Promise<void>((resolve) => {
    ended = resolve
  })
  const server = await listen((socket) => socket.resume().on('end', ended))
  const result = await probeConnect(server.to, 1000)
  expect(result).toMatchObject({
    outcome: 'connected',
    errno: null,
    endpoint: server.to,
    localAddress: '127.0.0.1',
    command: `nping --tcp-connect -p ${server.to.port} -c 1 127.0.0.1`,
  })
  expect(result.localPort).toBe(server.sockets[0]?.remotePort)
  await left
  server.close()
})

test('IPv6 works the same', async () => {
  const server = await listen(() => {}, '::1')
  const result = await probeConnect(server.to, 1000)
  expect(result).toMatchObject({ outcome: 'connected', localAddress: '::1' })
  expect(result.command).toBe(`nping -6 --tcp-connect -p ${server.to.port} -c 1 ::1`)
  expect(result.lines[0]).toContain(`[::1]:${server.to.port}: connected from ::1 port `)
  server.close()
})

test('a port where nobody listens refuses', async () => {
  const to = await closedPort()
  const result = await probeConnect(to, 1000)
  expect(result).toMatchObject({ outcome: 'refused', errno: 'ECONNREFUSED', localPort: null })
  expect(result.lines[0]).toMatch(/^127\.0\.0\.1:\d+: ECONNREFUSED after [\d.]+ ms$/)
})

test('a broadcast address is denied by the kernel', async () => {
  const to = { address: '255.255.255.255', family: 4, port: 9 } as const
  const result = await probeConnect(to, 1000)
  expect(['unreachable', 'denied']).toContain(result.outcome)
  expect(['ENETUNREACH', 'EACCES']).toContain(result.errno)
})

test('what is no address fails and does not throw', async () => {
  const result = await probeConnect({ address: 'fe80::1', family: 6, port: 1 }, 500)
  expect(result.outcome).not.toBe('connected')
})

test("an open connection is the caller's", async () => {
  const server = await listen((socket) => socket.end('hello'))
  const { socket, connect } = await openConnection(server.to, 1000)
  expect(connect.outcome).toBe('connected')
  const text = await new Promise((resolve) => socket?.once('data', (data) => resolve(String(data))))
  expect(text).toBe('hello')
  socket?.destroy()
  server.close()
})
