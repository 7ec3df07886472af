import { expect, test } from 'vitest'
import { isTlsRecord } from '../../../src/dialog/tls.ts'
import { patientBytes, probeLargeWrite } from '../../../src/host/probe/large-write.ts'
import { closedPort, listen } from '../server.ts'

test('what is written makes a server wait: empty lines, or the head of a TLS record', () => {
  expect(Buffer.from(patientBytes(80, 5)).toString()).toBe('\r\n\r\n\r')
  expect(isTlsRecord(patientBytes(443, 4000))).toBe(true)
  expect(patientBytes(443, 3).length).toBe(3)
})

test.each(['127.0.0.1', '::1'])('what is read at %s is acknowledged', async (address) => {
  const server = await listen((socket) => socket.resume(), address)
  expect((await probeLargeWrite(server.to, 20_000, 1000)).outcome).toBe('acknowledged')
  server.close()
})

test('what is not read is stuck once the buffers are full', async () => {
  const server = await listen((socket) => socket.pause())
  const result = await probeLargeWrite(server.to, 32 << 20, 300)
  expect(result.outcome).toBe('stuck')
  server.close()
})

test('a far end that closes before it has read all is told', async () => {
  const server = await listen((socket) => {
    socket.pause()
    setTimeout(() => socket.resetAndDestroy(), 60)
  })
  const result = await probeLargeWrite(server.to, 32 << 20, 2000)
  expect(result.outcome).toBe('closed')
  server.close()
})

test('a port where nobody listens fails', async () => {
  const result = await probeLargeWrite(await closedPort(), 100, 500)
  expect(result.outcome).toBe('failed')
  expect(result.lines[0]).toContain('ECONNREFUSED')
})
