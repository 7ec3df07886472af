import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMac, isGroupMac, parseMac } from '../../src/wire/mac.ts'

test.each(['02:00:5E:10:00:ff', '02-00-5e-10-00-ff', '0200.5e10.00ff'])('%s is read', (text) => {
  expect([...(parseMac(text) ?? [])]).toEqual([2, 0, 0x5e, 0x10, 0, 0xff])
})

test.each([
  '',
  '02:00:5e:10:00',
  '02:00:5e:10:00:ff:11',
  '02:00-5e:10:00:ff',
  '2:0:5e:10:0:ff',
  '02005e1000ff',
])('"%s" is none', (text) => {
  expect(parseMac(text)).toBeNull()
})

test('six bytes survive being written and read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
      expect(parseMac(formatMac(bytes))).toEqual(bytes)
    }),
  )
})

test('broadcast and multicast are groups, an adapter’s own address is not', () => {
  const group = (text: string): boolean => isGroupMac(parseMac(text) ?? new Uint8Array(0))
  expect(group('ff:ff:ff:ff:ff:ff')).toBe(true)
  expect(group('33:33:00:00:00:01')).toBe(true)
  expect(group('02:00:00:00:00:0a')).toBe(false)
})
