import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { drainErrors, explainName } from '../../../src/host/kernel/error-queue.ts'
import { OPTIONS } from '../../../src/host/kernel/ip-option.ts'
import { pollUntil } from '../../../src/host/kernel/poll.ts'
import { writeSockaddr } from '../../../src/host/kernel/sockaddr.ts'
import { AF, openSocket, SOCK } from '../../../src/host/kernel/socket.ts'
import { parseAddress } from '../../../src/wire/address.ts'

test('a name is explained in words, an unknown one by itself', () => {
  expect(explainName('EPERM')).toBe('operation not permitted')
  expect(explainName('ENONSENSE')).toBe('ENONSENSE')
})

/** A port of UDP that nobody has. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

test('the error that a closed port sends is taken, with who sent it', async () => {
  const address = parseAddress('127.0.0.1')
  const socket = openSocket(AF.inet, SOCK.datagram, 0)
  if (!address || 'errno' in socket) return expect(socket).toHaveProperty('errno')
  const to = writeSockaddr(address)
  to.writeUInt16BE(await freePort(), 2)
  socket.set(OPTIONS[4].level, OPTIONS[4].receiveError, 1)
  socket.send(Uint8Array.of(1), to)
  const errors: unknown[] = []
  await pollUntil(() => {
    errors.push(...drainErrors(socket, 4, () => true))
    return errors.length > 0
  }, 1000)
  socket.close()
  expect(errors).toEqual([{ from: '127.0.0.1', text: 'port unreachable', mtu: null }])
})

test('an error about something else is passed over', async () => {
  const socket = openSocket(AF.inet, SOCK.datagram, 0)
  if ('errno' in socket) return expect(socket.errno).toMatch(/^E/)
  expect(drainErrors(socket, 4, () => false)).toEqual([])
  socket.close()
})
