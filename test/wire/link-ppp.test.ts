import { expect, test } from 'vitest'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'

test.each([
  ['PPP', LINK_TYPE.ppp, `0021 ${SYN_4}`],
  ['a compressed protocol', LINK_TYPE.ppp, `21 ${SYN_4}`],
  ["PPP in HDLC's frames", LINK_TYPE.pppHdlc, `ff030057 ${SYN_6}`],
  ['PPP with its direction', LINK_TYPE.pppWithDirection, `01ff030021 ${SYN_4}`],
  ['a bare PPPoE session', LINK_TYPE.pppEther, `11000001002a 0021 ${SYN_4}`],
  ["Cisco's HDLC", LINK_TYPE.ciscoHdlc, `0f000800 ${SYN_4}`],
])('%s is looked through', (_, linkType, digits) => {
  expect(headersOf(digits, linkType)).toMatchObject({ ...SYN, notes: 0 })
})

test('a control protocol carries no network layer', () => {
  expect(headersOf('ff03c02101010004', LINK_TYPE.ppp)).toMatchObject({ etherType: 0, notes: 0 })
})
