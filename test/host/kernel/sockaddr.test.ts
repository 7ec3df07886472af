import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  readLinkAddress,
  readSockaddr,
  writeLinkAddress,
  writeSockaddr,
} from '../../../src/host/kernel/sockaddr.ts'
import { type Address, parseAddress } from '../../../src/wire/address.ts'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(text)
  return parsed
}

test('an IPv4 address is a sockaddr_in in network order', () => {
  expect(writeSockaddr(address('192.0.2.7')).toString('hex')).toBe(
    '02000000c00002070000000000000000',
  )
})

test('an IPv6 address is a sockaddr_in6 with its scope', () => {
  expect(writeSockaddr(address('fe80::1'), 3).toString('hex')).toBe(
    '0a00000000000000fe80000000000000000000000000000103000000',
  )
})

test.each(['192.0.2.7', '2001:db8::7', '::', '0.0.0.0'])('%s is read back', (text) => {
  expect(readSockaddr(writeSockaddr(address(text)))).toBe(text)
  expect(readSockaddr(Buffer.concat([Buffer.alloc(16), writeSockaddr(address(text))]), 16)).toBe(
    text,
  )
})

test('a place on a link is a sockaddr_ll', () => {
  const mac = Uint8Array.of(2, 0, 0, 0, 0, 9)
  const name = writeLinkAddress(0x0806, 7, mac)
  expect(name.toString('hex')).toBe('11000806070000000000000602000000000900' + '00')
  expect(readLinkAddress(name)).toEqual({ hardwareType: 0, packetType: 0, mac })
  expect(readLinkAddress(writeLinkAddress(0x86dd, 1))?.mac.length).toBe(0)
})

test('no bytes throw', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(40), (bytes, at) => {
      readSockaddr(Buffer.from(bytes), at)
      readLinkAddress(Buffer.from(bytes))
    }),
  )
})
