import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recogniseBytes } from '../../src/dialog/greeting-binary.ts'
import { dnsQuery, writeDns } from '../../src/wire/dns.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0))
const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** A MySQL packet: length 24 (little-endian), number 0, body. */
const packet = (body: string): Uint8Array =>
  bytes(`${String.fromCharCode(body.length & 255, body.length >> 8)}\0\0${body}`)

test('MySQL and MariaDB say their version in the handshake', () => {
  const rest = '\x08\0\0\0abcdefgh\0\xff\xf7\x08\x02\0'
  expect(recogniseBytes(packet(`\x0a8.0.36\0${rest}`), null)).toEqual({
    service: 'mysql',
    product: 'MySQL',
    version: '8.0.36',
    text: '8.0.36',
  })
  expect(
    recogniseBytes(packet(`\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\0${rest}`), null),
  ).toMatchObject({
    product: 'MariaDB',
    version: '10.11.6',
  })
})

test('MySQL that refuses the host says why', () => {
  const refusal = "Host '192.0.2.7' is not allowed to connect to this MySQL server"
  expect(recogniseBytes(packet(`\xff\x6a\x04${refusal}`), null)).toEqual({
    service: 'mysql',
    text: refusal,
  })
})

test('PostgreSQL answers a foreign request with a fatal error', () => {
  const error = bytes(
    'E\0\0\0\x9bSFATAL\0VFATAL\0C0A000\0Munsupported frontend protocol 18245.8263\0\0',
  )
  expect(recogniseBytes(error, null)).toMatchObject({
    service: 'postgres',
    text: 'unsupported frontend protocol 18245.8263',
  })
  expect(recogniseBytes(bytes('N'), 'postgres')?.service).toBe('postgres')
  expect(recogniseBytes(bytes('N'), null)).toBeNull()
})

test.each([
  ['1503030002 0228', 'tls'],
  ['fffd18 fffd20 fffd23 fffd27', 'telnet'],
  ['0300001300000000', null],
  ['030000130ed0000012340002 1f080002000000', 'rdp'],
  ['300c02010161070a010004000400', 'ldap'],
  ['30840000001002010161840000000702', 'ldap'],
  ['414d5150 00000901', 'amqp'],
  ['000006040000000000000400100000', 'http'],
  ['', null],
  ['00', null],
  ['3000', null],
])('%s is %s', (text, service) => {
  expect(recogniseBytes(hex(text), null)?.service ?? null).toBe(service)
})

test('the words after telnet’s negotiation are its line', () => {
  expect(
    recogniseBytes(bytes('\xff\xfd\x18\xff\xfb\x01\r\nDebian GNU/Linux 12\r\nlogin: '), null),
  ).toEqual({
    service: 'telnet',
    text: 'Debian GNU/Linux 12',
  })
})

test('RabbitMQ names itself in its first frame', () => {
  const start = bytes(
    '\x01\0\0\0\0\x01\xfc\0\x0a\0\x0a\0\x09\0\0\x01\xd7\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8',
  )
  expect(recogniseBytes(start, null)).toMatchObject({
    service: 'amqp',
    product: 'RabbitMQ',
    version: '3.10.8',
  })
})

test('a DNS response is known over UDP and, with its length, over TCP; a query is not one', () => {
  const response = writeDns({ ...dnsQuery({ id: 1, name: 'a.b', type: 1 }), qr: true })
  expect(recogniseBytes(response, null)?.service).toBe('dns')
  expect(recogniseBytes(Uint8Array.from([0, response.length, ...response]), null)?.service).toBe(
    'dns',
  )
  expect(recogniseBytes(writeDns(dnsQuery({ id: 1, name: 'a.b', type: 1 })), null)).toBeNull()
})

test('no bytes make it throw', () => {
  const first = fc.constantFrom(0, 1, 3, 0x16, 0x30, 0x41, 0x45, 0x52, 0xff)
  fc.assert(
    fc.property(first, fc.uint8Array({ maxLength: 60 }), (byte, tail) => {
      recogniseBytes(Uint8Array.from([byte, ...tail]), null)
    }),
    { numRuns: 3000 },
  )
})
