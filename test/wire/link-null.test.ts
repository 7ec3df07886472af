import { expect, test } from 'vitest'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'

test.each([
  ['00000002', SYN_4],
  ['02000000', SYN_4],
  ['0000001e', SYN_6],
  ['1c000000', SYN_6],
  ['18000000', SYN_6],
])('family %s is looked through, in either order', (family, digits) => {
  expect(headersOf(`${family} ${digits}`, LINK_TYPE.null)).toMatchObject(SYN)
  expect(headersOf(`${family} ${digits}`, LINK_TYPE.loop)).toMatchObject(SYN)
})

test('another family has no EtherType', () => {
  expect(headersOf('00000007 0102', LINK_TYPE.null)).toMatchObject({ etherType: 0, notes: 0 })
})
