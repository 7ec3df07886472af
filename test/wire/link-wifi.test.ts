import { expect, test } from 'vitest'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'

const ADDRESS = '02000000000a'
const THREE = `0000 ${ADDRESS} ${ADDRESS} ${ADDRESS} 0000`
const SNAP_4 = `aaaa03000000 0800 ${SYN_4}`

test.each([
  ['data', `0801 ${THREE} ${SNAP_4}`],
  ['QoS data', `8801 ${THREE} 0000 aaaa03000000 86dd ${SYN_6}`],
  ['QoS data with HT control', `8881 ${THREE} 0000 00000000 ${SNAP_4}`],
  ['four addresses', `0803 ${THREE} ${ADDRESS} ${SNAP_4}`],
  ['an aggregate', `8801 ${THREE} 8000 ${ADDRESS} ${ADDRESS} 0030 ${SNAP_4}`],
])('%s is looked through', (_, digits) => {
  expect(headersOf(digits, LINK_TYPE.wifi)).toMatchObject({ ...SYN, notes: 0 })
})

test('radiotap is skipped, with the checksum that its flags announce', () => {
  const plain = `0000 0800 00000000 0801 ${THREE} ${SNAP_4}`
  expect(headersOf(plain, LINK_TYPE.radiotap)).toMatchObject(SYN)
  const withFlags = `0000 0900 02000000 10 0801 ${THREE} ${SNAP_4} 01020304`
  expect(headersOf(withFlags, LINK_TYPE.radiotap)).toMatchObject(SYN)
  const padded = `0000 1200 03000000 ${'00'.repeat(8)} 20 00 8801 ${THREE} 0000 0000 ${SNAP_4}`
  expect(headersOf(padded, LINK_TYPE.radiotap)).toMatchObject(SYN)
})

test('AVS and Prism headers are skipped by their length', () => {
  const avs = `80211001 00000040 ${'00'.repeat(56)} 0801 ${THREE} ${SNAP_4}`
  expect(headersOf(avs, LINK_TYPE.avs)).toMatchObject(SYN)
  const prism = `44000000 90000000 ${'00'.repeat(136)} 0801 ${THREE} ${SNAP_4}`
  expect(headersOf(prism, LINK_TYPE.prism)).toMatchObject(SYN)
})

test('a beacon, a frame without data and an encrypted one carry no network layer', () => {
  for (const control of ['8000', '4801', '0841']) {
    expect(headersOf(`${control} ${THREE} ${SNAP_4}`, LINK_TYPE.wifi).etherType).toBe(0)
  }
})
