import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { isTlsRecord } from '../../../src/dialog/tls.ts'
import {
  parseUnacknowledged,
  patientBytes,
  probeLargeWrite,
} from '../../../src/host/probe/large-write.ts'
import { closedPort, listen } from '../server.ts'

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0
   1: 0A0002C0:D431 077100CB:01BB 01 00003E80:00000000 01:00000014 00000002  1000        0 2 2 0000000000000000 24 4 30 10 -1
`

test('the queue of one socket is read from the table of the kernel', () => {
  expect(parseUnacknowledged(TCP, 54321, 443)).toBe(16000)
  expect(parseUnacknowledged(TCP, 53, 0)).toBe(0)
  expect(parseUnacknowledged(TCP, 54321, 80)).toBeNull()
  expect(parseUnacknowledged('', 1, 2)).toBeNull()
})

test('a socket of our own is in that table', async () => {
  const server = await listen((socket) => socket.resume())
  const socket = connect(server.to.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  const text = readFileSync('/proc/net/tcp', 'latin1')
  expect(parseUnacknowledged(text, socket.localPort ?? 0, server.to.port)).toBe(0)
  socket.destroy()
  server.close()
})

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
