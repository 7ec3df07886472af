import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AsnTable } from '../../src/facts/asn-table.ts'
import { parseAddress } from '../../src/wire/address.ts'

const TABLE = [
  '# a table of three kinds',
  '',
  '192.0.2.0/24 64500 EXAMPLE - An example',
  '192.0.2.128/25\t64501',
  '2001:db8::/32 AS64502 Six',
  '198.51.100.0\t24\t64503_64504',
  '203.0.113.0\t203.0.113.63\t64505\tZZ\tRANGE-AS - Range',
  '10.0.0.0\t10.255.255.255\t0\tNone\tNot routed',
].join('\n')

const find = (address: string) => {
  const parsed = parseAddress(address)
  const found = parsed && new AsnTable(TABLE).find(parsed)
  return found && [found.number, found.name, found.range]
}

test.each([
  ['192.0.2.1', [64_500, 'EXAMPLE - An example', '192.0.2.0/24']],
  ['192.0.2.200', [64_501, null, '192.0.2.128/25']],
  ['2001:db8:1::1', [64_502, 'Six', '2001:db8::/32']],
  ['198.51.100.9', [64_503, null, '198.51.100.0/24']],
  ['203.0.113.63', [64_505, 'RANGE-AS - Range', '203.0.113.0 - 203.0.113.63']],
  ['203.0.113.64', null],
  ['10.1.2.3', null],
  ['8.8.8.8', null],
])('%s is found in the nearest entry that holds it', (address, found) => {
  expect(find(address)).toEqual(found)
})

test('lines that are none are counted', () => {
  const table = new AsnTable(
    'nonsense\n192.0.2.0/33 1\n192.0.2.0/24 1\n2001:db8::/129 1\n192.0.2.9 192.0.2.1 5\n',
  )
  expect([table.size, table.unread]).toEqual([1, 4])
  expect(new AsnTable('').size).toBe(0)
})

test('a range whose number is none tells nothing', () => {
  const address = parseAddress('192.0.2.1')
  expect(address && new AsnTable('192.0.2.0/24 many').find(address)).toBeNull()
})

test('a range of IPv6 is one, and the ends of a prefix belong to it', () => {
  const table = new AsnTable(
    '2001:db8::\t2001:db8::ff\t1\tZZ\tA\n2001:db8:1::/48\t2\n2001:db8:2:: 47 3',
  )
  const found = (text: string) => {
    const address = parseAddress(text)
    return address && table.find(address)?.number
  }
  expect(['2001:db8::', '2001:db8::ff', '2001:db8::100'].map(found)).toEqual([1, 1, undefined])
  expect(['2001:db8:1::', '2001:db8:1:ffff:ffff:ffff:ffff:ffff'].map(found)).toEqual([2, 2])
  expect(['2001:db8:3:ffff::', '2001:db8:4::'].map(found)).toEqual([3, undefined])
})

test('every address of a prefix is found in it, and none beside it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: 1, max: 32 }),
      (number, length) => {
        const quad = (value: number): string =>
          [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')
        const table = new AsnTable(`${quad(number)}/${length} 7`)
        const find = (value: number) => {
          const address = parseAddress(quad(value))
          return address && table.find(address)?.number
        }
        const mask = length === 32 ? 0xffffffff : ~(0xffffffff >>> length)
        const [first, last] = [(number & mask) >>> 0, (number | ~mask) >>> 0]
        expect([find(number), find(first), find(last)]).toEqual([7, 7, 7])
        if (first > 0) expect(find(first - 1)).toBeUndefined()
        if (last < 0xffffffff) expect(find(last + 1)).toBeUndefined()
      },
    ),
  )
})

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { size, unread } = new AsnTable(text)
      expect(size + unread).toBeLessThanOrEqual(text.split('\n').length)
    }),
  )
})
