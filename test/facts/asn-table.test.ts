import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findAsn, parseAsnTable } from '../../src/facts/asn-table.ts'
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
  const found = parsed && findAsn(parseAsnTable(TABLE).entries, parsed)
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
  expect(parseAsnTable('nonsense\n192.0.2.0/24 x\n192.0.2.0/24 1')).toMatchObject({ unread: 2 })
  expect(parseAsnTable('').entries).toEqual([])
})

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { entries, unread } = parseAsnTable(text)
      expect(entries.length + unread).toBeLessThanOrEqual(text.split(/\r?\n/).length)
    }),
  )
})
