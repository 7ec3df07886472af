import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSocketAddress } from '../../src/facts/socket.ts'

test.for([
  ['0.0.0.0:80', '0.0.0.0', 80, null],
  ['[::]:https', '::', 443, null],
  ['*:*', '*', null, null],
  ['*:22', '*', 22, null],
  ['0.0.0.0%veth1:7777', '0.0.0.0', 7777, 'veth1'],
  ['[fe80::1]%eth0:546', 'fe80::1', 546, 'eth0'],
  ['[::ffff:10.0.9.7]:8443', '::ffff:10.0.9.7', 8443, null],
  [':::443', '::', 443, null],
  ['::1:631', '::1', 631, null],
  ['localhost:ipp', 'localhost', 631, null],
  ['10.0.0.1:nosuchservice', '10.0.0.1', null, null],
] as const)('%s', ([text, address, port, device]) => {
  expect(parseSocketAddress(text)).toEqual({ address, port, device })
})

test.for(['', '80', 'Address:', '"x",pid=1:2 3', '10.0.0.1:'])('%j is no address', (text) => {
  expect(parseSocketAddress(text)).toBeNull()
})

test('nothing makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseSocketAddress(text)))
})
