import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  canonicalAddress,
  classify,
  compareAddress,
  contains,
  covers,
  familyOf,
  formatAddress,
  formatPrefix,
  inRange,
  isPrivate,
  kindOf,
  neighbourOf,
  networkOf,
  type Prefix,
  parseAddress,
  parsePrefix,
  transplant,
} from '../../src/wire/address.ts'

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`no address: ${text}`)
  return parsed
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text)
  if (parsed === null) throw new Error(`no prefix: ${text}`)
  return parsed
}

describe('canonical text', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::0001', '::1'],
    ['1::', '1::'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['::ffff:c000:207', '::ffff:192.0.2.7'],
    ['::192.0.2.7', '::c000:207'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })
})

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.256',
  '1.2.3.4 ',
  '0x7f.0.0.1',
  '127.1',
  '1.2.3.4%eth0',
  '[::1]',
  ':',
  ':::',
  '::1::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '12345::',
  '::1.2.3.4:5',
  '1.2.3.4::',
  '::1%',
  '::1%a b',
  '::1/64',
  'g::',
  'default',
  'example.org',
  '١.٢.٣.٤',
])('"%s" is no address', (text) => {
  expect(parseAddress(text)).toBeNull()
  expect(familyOf(text)).toBeNull()
})

test('what is an address and of which family is judged as by Node’s own parser', () => {
  const piece = fc.constantFrom(
    '1',
    '0',
    'ff',
    '255',
    '256',
    '01',
    ':',
    '::',
    '.',
    'abcd',
    'fffff',
    '10',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = pieces.join('')
      expect(familyOf(text) ?? 0).toBe(isIP(text))
    }),
    { numRuns: 5000 },
  )
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      expect(familyOf(text)).toBe(isIP(text))
    }),
  )
})

test('the canonical text of an IPv6 address is that of the URL standard, embedded IPv4 apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 1, 0xffff, 0xab0), { minLength: 8, maxLength: 8 }),
      (groups) => {
        const text = groups.map((group) => group.toString(16)).join(':')
        const standard = new URL(`http://[${text}]/`).hostname.slice(1, -1)
        expect(canonicalAddress(text)?.replace(/^::ffff:[\d.]+$/, standard)).toBe(standard)
      },
    ),
  )
})

test('every address survives being written and read', () => {
  const four = fc.uint8Array({ minLength: 4, maxLength: 4 })
  const six = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(fc.oneof(four, six), (bytes) => {
      const one: Address = { family: bytes.length === 4 ? 4 : 6, bytes, zone: null }
      expect(parseAddress(formatAddress(one))).toEqual(one)
    }),
  )
})

test('no text makes the parsers throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseAddress(text)
      parsePrefix(text)
    }),
  )
})

describe('a prefix', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['192.0.2.7/24', '192.0.2.7/24'],
  ])('%s reads as %s', (text, formatted) => {
    expect(formatPrefix(prefix(text))).toBe(formatted)
  })

  test.each([
    'default',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '::/129',
    '10.0.0.0/8/8',
    '10/8',
    '/8',
  ])('"%s" is none', (text) => {
    expect(parsePrefix(text)).toBeNull()
  })

  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.99.99.99/8', '10.1.1.1', true],
    ['172.16.0.0/12', '172.31.255.255', true],
    ['172.16.0.0/12', '172.32.0.0', false],
    ['0.0.0.0/0', '255.1.2.3', true],
    ['0.0.0.0/0', '::1', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.6', false],
    ['fe80::/10', 'febf::1%eth0', true],
    ['fe80::/10', 'fec0::1', false],
    ['2001:db8::/127', '2001:db8::1', true],
    ['2001:db8::/127', '2001:db8::2', false],
  ])('%s contains %s: %s', (text, inside, expected) => {
    expect(contains(prefix(text), address(inside))).toBe(expected)
  })

  test('its network has every later bit cleared', () => {
    expect(formatPrefix(networkOf(prefix('172.31.255.255/12')))).toBe('172.16.0.0/12')
    expect(formatPrefix(networkOf(prefix('10.1.2.3/0')))).toBe('0.0.0.0/0')
    expect(formatPrefix(networkOf(prefix('2001:db8::ffff/112')))).toBe('2001:db8::/112')
    expect(formatPrefix(networkOf(prefix('192.0.2.7')))).toBe('192.0.2.7/32')
  })
})

test.each([
  ['127.0.0.53', 'loopback'],
  ['::1', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['169.254.1.1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['10.1.1.1', 'private'],
  ['172.20.0.1', 'private'],
  ['172.32.0.1', 'global'],
  ['192.168.1.1', 'private'],
  ['fd00::1', 'private'],
  ['224.0.0.251', 'multicast'],
  ['ff02::1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['2001:db8::1', 'documentation'],
  ['100.64.0.1', 'shared'],
  ['100.128.0.1', 'global'],
  ['240.0.0.1', 'reserved'],
  ['198.19.0.1', 'benchmarking'],
  ['64:ff9b::1', 'translation'],
  ['::ffff:10.0.0.1', 'private'],
  ['8.8.8.8', 'global'],
  ['2606:4700::1', 'global'],
])('%s is %s', (text, kind) => {
  expect(classify(address(text))).toBe(kind)
})

test('addresses sort by family, then by value, then by zone', () => {
  const sorted = ['9.0.0.1', '10.0.0.1', '10.0.0.2', '::1', 'fe80::1', 'fe80::1%a', 'fe80::1%b']
  const parsed = sorted.toReversed().map(address)
  expect(parsed.sort(compareAddress).map(formatAddress)).toEqual(sorted)
  expect(compareAddress(address('::1'), address('0:0::1'))).toBe(0)
})

test('a range includes both of its ends and stays within its family', () => {
  const range = (text: string): boolean =>
    inRange(address(text), address('10.0.0.5'), address('10.0.1.2'))
  expect(['10.0.0.5', '10.0.0.255', '10.0.1.2'].map(range)).toEqual([true, true, true])
  expect(['10.0.0.4', '10.0.1.3', '::1'].map(range)).toEqual([false, false, false])
})

test.for([
  ['10.0.0.0/8', '10.9.8.7', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['2001:db8::/32', '2001:db8:0:1::10', true],
  ['10.0.0.0/8', '2001:db8::1', false],
  ['10.0.0.0', 'nobody', false],
  ['nothing', '10.0.0.1', false],
] as const)('the prefix %s takes in %s: %s', ([prefix, address, answer]) => {
  expect(covers(prefix, address)).toBe(answer)
})

test.for([
  ['10.0.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.0', false],
  ['100.64.0.1', true],
  ['fd00::1', true],
  ['::ffff:192.168.1.1', true],
  ['192.0.2.1', false],
  ['127.0.0.1', false],
  ['2001:db8::1', false],
  ['ten.example', false],
] as const)('%s is private: %s', ([text, expected]) => {
  expect(isPrivate(text)).toBe(expected)
})

test.each([
  ['10.1.2.3', '192.0.2.0/24', '192.0.2.3'],
  ['10.1.2.200', '192.0.2.64/26', '192.0.2.72'],
  ['10.1.2.3', '192.0.2.9/32', '192.0.2.9'],
  ['10.1.2.3', '192.0.2.9/0', '10.1.2.3'],
  ['2001:db8::7', 'fd00:1::/64', 'fd00:1::7'],
  ['2001:db8::7', '10.0.0.0/8', null],
])('%s in %s is %s', (own, prefix, expected) => {
  const [address, into] = [parseAddress(own), parsePrefix(prefix)]
  const moved = address && into && transplant(address, into)
  expect(moved && formatAddress(moved)).toBe(expected)
})

test('an address has a neighbour on each side, but for the first and the last', () => {
  const beside = (text: string, by: 1 | -1): string | null => {
    const address = parseAddress(text)
    const next = address && neighbourOf(address, by)
    return next && formatAddress(next)
  }
  expect(beside('10.0.0.255', 1)).toBe('10.0.1.0')
  expect(beside('fd00::1:0', -1)).toBe('fd00::ffff')
  expect(beside('255.255.255.255', 1)).toBeNull()
  expect(beside('::', -1)).toBeNull()
})

test('kindOf tells what an address given as text is for, and that other text is none', () => {
  expect(kindOf('127.0.0.1')).toBe('loopback')
  expect(kindOf('fe80::1%eth0')).toBe('link-local')
  expect(kindOf('localhost')).toBeNull()
})
