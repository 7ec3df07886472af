import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Glimpse,
  glance,
  otherAddresses,
  otherDevice,
  otherPort,
} from '../../src/facts/glimpse.ts'
import { contains, formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.ts'

/** Whether one of the patterns is that of a prefix or an address. */
const isOther = (address: string, prefix: string): boolean =>
  otherAddresses(address).some(({ address: pattern, length }) =>
    new RegExp(`^${pattern}(?:/${length})?$`).test(prefix),
  )

const holds = (prefix: string, text: string): boolean => {
  const [outer, inner] = [parsePrefix(prefix), parseAddress(text)]
  return outer !== null && inner !== null && contains(outer, inner)
}

/** Addresses that often have their first bytes in common, and zeros. */
const bytes = (family: 4 | 6) =>
  fc
    .array(fc.constantFrom(0, 0, 1, 10, 32, 192, 0xfd, 0xff), {
      minLength: family === 4 ? 4 : 16,
      maxLength: family === 4 ? 4 : 16,
    })
    .map((list) => formatAddress({ family, bytes: Uint8Array.from(list), zone: null }))

describe('otherAddresses', () => {
  test.each([4, 6] as const)('never takes the packet for another one, IPv%i', (family) => {
    const length = fc.integer({ min: 0, max: family === 4 ? 32 : 128 })
    let seen = 0
    fc.assert(
      fc.property(bytes(family), bytes(family), length, (own, other, bits) => {
        for (const prefix of [`${other}/${bits}`, `${own}/${bits}`, other, own]) {
          if (!isOther(own, prefix)) continue
          seen++
          expect(parsePrefix(prefix)).not.toBeNull()
          expect(holds(prefix, own)).toBe(false)
        }
      }),
      { numRuns: 2000 },
    )
    expect(seen).toBeGreaterThan(500)
  })

  test.each([
    ['192.0.2.9', '10.0.0.0/8'],
    ['192.0.2.9', '192.1.0.0/16'],
    ['192.0.2.9', '192.0.3.0/24'],
    ['192.0.2.9', '192.0.2.10'],
    ['192.0.2.9', '192.0.2.10/32'],
    ['2001:db8::9', 'fd00::/16'],
    ['2001:db8::9', '2001:db9::/32'],
    ['2001:db8::9', '2001:db8:0:1::/64'],
    ['2001:db8::9', '2001:1:2:3:4:5:6:7'],
  ])('%s is not in %s', (own, prefix) => {
    expect(isOther(own, prefix)).toBe(true)
  })

  test.each([
    ['192.0.2.9', '192.0.2.0/24'],
    ['192.0.2.9', '192.0.3.0/22'],
    ['192.0.2.9', '0.0.0.0/0'],
    ['192.0.2.9', '64.0.0.0/0'],
    ['192.0.2.9', '10.0.0.0/33'],
    ['192.0.2.9', '10.0.0.256'],
    ['192.0.2.9', '010.0.0.1'],
    ['192.0.2.9', '10.0.0.0/255.0.0.0'],
    ['192.0.2.9', '10.0.0.1-10.0.0.9'],
    ['192.0.2.9', 'fd00::/16'],
    ['2001:db8::9', '2001:0db8::/32'],
    ['2001:db8::9', '2001:DB8::/32'],
    ['2001:db8::9', 'fd00::1::2'],
    ['2001:db8::9', '1:2:3:4:5:6:7:8:9'],
    ['2001:db8::9', 'fe80::1%eth0'],
    ['', '10.0.0.0/8'],
    ['nonsense', '10.0.0.0/8'],
  ])('of %s and %s nothing is said', (own, prefix) => {
    expect(isOther(own, prefix)).toBe(false)
  })
})

test('other ports are numbers, and not this one', () => {
  const is = (text: string): boolean => new RegExp(`^${otherPort(80)}$`).test(text)
  expect(['8', '800', '81', '0', '65535'].map(is)).toEqual([true, true, true, true, true])
  expect(['80', '080', '0081', '80:90', 'http', ''].some(is)).toBe(false)
})

test('other devices are whole names', () => {
  const is =
    (own: string, quote = '') =>
    (text: string): boolean =>
      new RegExp(`^${otherDevice(own, quote)}$`).test(text)
  expect(['eth1', 'eth', 'eth01', 'eth0.5', 'lo'].map(is('eth0'))).not.toContain(false)
  expect(['eth0', 'eth+', 'eth*', '"lo"', ''].some(is('eth0'))).toBe(false)
  expect(['"eth1"', '"eth0"', 'eth1'].map(is('eth0', '"'))).toEqual([true, false, false])
  expect(['eth0', 'lo'].map(is(''))).toEqual([true, true])
  expect(['a.b', 'axb'].map(is('a.b'))).toEqual([false, true])
})

test('a pattern is made once for each packet', () => {
  let made = 0
  const ask = glance(() => {
    made++
    return /a/
  })
  const glimpse: Glimpse = {
    family: 4,
    protocol: 'tcp',
    source: '',
    destination: '',
    sourcePort: null,
    destinationPort: null,
    inputDevice: null,
    outputDevice: null,
  }
  expect([ask('a', glimpse), ask('b', glimpse), ask('a', { ...glimpse })]).toEqual([
    true,
    false,
    true,
  ])
  expect(made).toBe(2)
})
