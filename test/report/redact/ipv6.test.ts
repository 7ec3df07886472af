import { expect, test } from 'vitest'
import { disguiseIpv4 } from '../../../src/report/redact/ipv4.ts'
import { disguiseIpv6 } from '../../../src/report/redact/ipv6.ts'
import { type Address, formatAddress, parseAddress } from '../../../src/wire/address.ts'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(text)
  return parsed
}

const images = (...texts: string[]): string[] => {
  const disguise = disguiseIpv6(texts.map(address), disguiseIpv4([]))
  return texts.map((text) => formatAddress(disguise(address(text))))
}

test('a site becomes one of the documentation, its subnets stay apart', () => {
  expect(images('2a02:8071:1::1', '2a02:8071:1:5::1', '2a02:9999:1::1')).toEqual([
    '2001:db8:1::3',
    '2001:db8:1:1::3',
    '2001:db8:2::3',
  ])
})

test('the interface part that holds a MAC address is replaced, in every subnet by the same', () => {
  expect(images('fe80::5054:ff:fe12:3456', '2a02:8071:1:0:5054:ff:fe12:3456')).toEqual([
    'fe80::1:1',
    '2001:db8:1::1:1',
  ])
})

test('unique local stays unique local', () => {
  expect(images('fd12:3456:789a:1::2')).toEqual(['fd00:db8:1:3::1'])
})

test('the group of a solicited node tells nothing of its address', () => {
  expect(images('ff02::1:ff12:3456')).toEqual(['ff02::1:ff00:1'])
})

test.for(['::1', '::', 'ff02::1'])('%s stays', (text) => {
  expect(images(text)).toEqual([text])
})

test('an IPv4 address inside is disguised as one', () => {
  const disguise = disguiseIpv6([], disguiseIpv4([address('45.1.2.3')]))
  expect(formatAddress(disguise(address('::ffff:45.1.2.3')))).toBe('::ffff:192.0.2.1')
  expect(formatAddress(disguise(address('64:ff9b::2d01:203')))).toBe('64:ff9b::c000:201')
})
