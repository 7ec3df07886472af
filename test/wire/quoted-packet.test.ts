import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../../src/wire/address.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { readQuotedPacket } from '../../src/wire/quoted-packet.ts'
import { hex } from './hex.ts'

const bytesOf = (digits: string): Uint8Array => new Uint8Array(hex(digits).buffer)

/** What a router of Debian quoted of a datagram of traceroute, taken with tcpdump -x. */
const UDP_4 = bytesOf('4500003c 4d2a 0000 0111 0000 0a090101 0a090a02 d431 829a 0028 1f5b 40414243')
const SYN_6 = bytesOf(
  '60000000 0018 06 01 fd090001000000000000000000000001 fd090010000000000000000000000002 ee48 0050 12345678',
)

test('addresses, ports, time to live and identification of a quoted datagram are read', () => {
  const quoted = readQuotedPacket(viewOf(UDP_4), 0, UDP_4.length, 4)
  expect(quoted).toMatchObject({
    protocol: 17,
    ttl: 1,
    id: 0x4d2a,
    trafficClass: 0,
    transportAt: 20,
    sourcePort: 54_321,
    destinationPort: 33_434,
  })
  expect(quoted && formatAddress(quoted.source)).toBe('10.9.1.1')
  expect(quoted && formatAddress(quoted.destination)).toBe('10.9.10.2')
})

test('a segment in IPv6 has no identification', () => {
  const quoted = readQuotedPacket(viewOf(SYN_6), 0, SYN_6.length, 6)
  expect(quoted).toMatchObject({ protocol: 6, ttl: 1, id: null, destinationPort: 80 })
  expect(quoted && formatAddress(quoted.destination)).toBe('fd09:10::2')
})

test.each([0, 1, 19])('%i bytes are no packet', (length) => {
  expect(readQuotedPacket(viewOf(UDP_4.subarray(0, length)), 0, length, 4)).toBeNull()
})

test('a header without ports has none', () => {
  expect(readQuotedPacket(viewOf(UDP_4), 0, 22, 4)).toMatchObject({
    sourcePort: null,
    destinationPort: null,
  })
})

test('a packet of the other family is none', () => {
  expect(readQuotedPacket(viewOf(SYN_6), 0, SYN_6.length, 4)).toBeNull()
  expect(readQuotedPacket(viewOf(UDP_4), 0, UDP_4.length, 6)).toBeNull()
})

test('any bytes are read or not, and nothing throws', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 120 }),
      fc.constantFrom<4 | 6>(4, 6),
      (bytes, family) => {
        const quoted = readQuotedPacket(viewOf(bytes), 0, bytes.length, family)
        if (quoted) expect(quoted.transportAt).toBeLessThanOrEqual(bytes.length)
      },
    ),
  )
})
