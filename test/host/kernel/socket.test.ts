import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readSockaddr } from '../../../src/host/kernel/sockaddr.ts'
import {
  AF,
  interfaceIndex,
  type KernelSocket,
  openSocket,
  SOCK,
} from '../../../src/host/kernel/socket.ts'
import { closedPort } from '../server.ts'

const LOOPBACK = [127, 0, 0, 1]

/** A UDP socket, which needs no privilege. */
const openUdp = (): KernelSocket => {
  const socket = openSocket(AF.inet, SOCK.datagram, 17)
  if ('errno' in socket) throw new Error(socket.errno)
  return socket
}

const place = (port: number): Buffer => {
  const name = Buffer.alloc(16)
  name.writeUInt16LE(AF.inet, 0)
  name.writeUInt16BE(port, 2)
  name.set(LOOPBACK, 4)
  return name
}

test('datagrams go out and come in, and an empty queue says EAGAIN', async () => {
  const node = createSocket('udp4')
  await new Promise<void>((resolve) => node.bind(0, '127.0.0.1', resolve))
  node.on('message', (message, from) => node.send(`<${message}>`, from.port, from.address))
  const socket = openUdp()
  expect(socket.receive()).toBe('EAGAIN')
  expect(socket.send(Buffer.from('hello'), place(node.address().port))).toBeNull()
  await expect.poll(() => socket.receive()).not.toBe('EAGAIN')
  socket.send(Buffer.from('again'), place(node.address().port))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const message = socket.receive()
  if (typeof message === 'string') throw new Error(message)
  expect(message.bytes.toString()).toBe('<again>')
  expect(readSockaddr(message.from)).toBe('127.0.0.1')
  expect(message.from.readUInt16BE(2)).toBe(node.address().port)
  socket.close()
  node.close()
})

test('what the kernel says beside a message is read: the TTL of what came', async () => {
  const socket = openUdp()
  expect(socket.set(0, 12, 1)).toBeNull()
  expect(socket.bind(place(0))).toBeNull()
  const own = socket.localAddress()
  expect(readSockaddr(own)).toBe('127.0.0.1')
  expect(socket.set(0, 2, 33)).toBeNull()
  expect(socket.send(Buffer.from('x'), own)).toBeNull()
  const message = socket.receive()
  if (typeof message === 'string') throw new Error(message)
  expect(
    message.control.map(({ level, type, bytes }) => [level, type, bytes.readInt32LE(0)]),
  ).toEqual([[0, 2, 33]])
  socket.close()
})

test('an ICMP error comes by the error queue, with who sent it', async () => {
  const socket = openUdp()
  socket.set(0, 11, 1)
  const { port } = await closedPort()
  expect(socket.connect(place(port))).toBeNull()
  expect(socket.send(Buffer.from('anybody?'))).toBeNull()
  await expect.poll(() => socket.receive()).toBe('ECONNREFUSED')
  const error = socket.receiveError()
  if (typeof error === 'string') throw new Error(error)
  const [extended] = error.control
  expect(extended).toMatchObject({ level: 0, type: 11 })
  expect([...(extended?.bytes.subarray(4, 7) ?? [])]).toEqual([2, 3, 3])
  expect(readSockaddr(extended?.bytes ?? Buffer.alloc(0), 16)).toBe('127.0.0.1')
  expect(error.bytes.toString()).toBe('anybody?')
  expect(socket.receiveError()).toBe('EAGAIN')
  socket.close()
})

test('an error has its name, and a closed socket does nothing', () => {
  expect(openSocket(999, 1, 0)).toEqual({ errno: 'EAFNOSUPPORT' })
  const socket = openUdp()
  expect(socket.set(9999, 1, 1)).toMatch(/^E/)
  expect(socket.connect(Buffer.alloc(1))).toBe('EINVAL')
  socket.close()
  socket.close()
})

test('a device has its index', () => {
  expect(interfaceIndex('lo')).toBe(Number(readFileSync('/sys/class/net/lo/ifindex', 'utf8')))
  expect(interfaceIndex('no-such-device')).toBe(0)
})
