import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOfBytes, addressOfWords } from '../../src/facts/proc-address.ts'

test.for([
  ['0203000A', '10.0.3.2'],
  ['0100007F', '127.0.0.1'],
  ['00000000000000000000000001000000', '::1'],
  ['000080FE00000000FF023D942ACF96FE', 'fe80::943d:2ff:fe96:cf2a'],
  ['0000000000000000FFFF00000709000A', '::ffff:10.0.9.7'],
  ['0203', null],
  ['0203000G', null],
  ['', null],
] as const)('the words %s are %s', ([hex, address]) => {
  expect(addressOfWords(hex)).toBe(address)
})

test.for([
  ['20010db8000300000000000000000002', '2001:db8:3::2'],
  ['00000000000000000000000000000000', '::'],
  ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
] as const)('the bytes %s are %s', ([hex, address]) => {
  expect(addressOfBytes(hex)).toBe(address)
})

test('IPv6 addresses are shortened as a URL shortens them', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const text = groups.map((each) => each.toString(16)).join(':')
      const hex = groups.map((each) => each.toString(16).padStart(4, '0')).join('')
      fc.pre(!hex.startsWith(`${'0'.repeat(20)}ffff`)) // a URL writes a mapped address in hex
      expect(`[${addressOfBytes(hex)}]`).toBe(new URL(`http://[${text}]/`).hostname)
    }),
  )
})
