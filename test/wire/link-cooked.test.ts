import { expect, test } from 'vitest'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'

const SLL = '0000 0001 0006 02000000000a0000'
const SLL2 = '0000 00000002 0001 00 06 02000000000a0000'

test('SLL and SLL2 are looked through, with or without a tag', () => {
  expect(headersOf(`${SLL} 0800 ${SYN_4}`, LINK_TYPE.sll)).toMatchObject({ ...SYN, etherAt: -1 })
  expect(headersOf(`${SLL} 8100 0007 86dd ${SYN_6}`, LINK_TYPE.sll)).toMatchObject({
    ...SYN,
    vlan: 7,
  })
  expect(headersOf(`0800 ${SLL2} ${SYN_4}`, LINK_TYPE.sll2)).toMatchObject(SYN)
})

test("a netlink message's protocol is no EtherType", () => {
  const netlink = '0004 0338 0000 0000000000000000 0000 00000000'
  expect(headersOf(netlink, LINK_TYPE.sll)).toMatchObject({ etherType: 0, networkAt: 16 })
})

test('a header that is cut off is told', () => {
  expect(headersOf('0000', LINK_TYPE.sll).stoppedLayer).toBe('sll')
  expect(headersOf('0000', LINK_TYPE.sll2).stoppedLayer).toBe('sll2')
})
