import { expect, test } from 'vitest'
import { HEADER_NOTE } from '../../src/wire/headers.ts'
import { ETHERNET_HEADER_BYTES } from '../../src/wire/link-ethernet.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'

const MACS = '02000000000a 02000000000b'

test.each([
  ['an Ethernet header', `${MACS} 0800 ${SYN_4}`, -1],
  ['one 802.1Q tag', `${MACS} 8100 6064 0800 ${SYN_4}`, 100],
  ['an 802.1ad tag and an 802.1Q tag', `${MACS} 88a8 0001 8100 0002 86dd ${SYN_6}`, 2],
  ['two MPLS labels', `${MACS} 8847 00010040 00011140 ${SYN_4}`, -1],
  ['MPLS over IPv6', `${MACS} 8847 00011140 ${SYN_6}`, -1],
  ['a PPPoE session', `${MACS} 8864 11000001002a 0021 ${SYN_4}`, -1],
  ['LLC and SNAP', `${MACS} 0030 aaaa03000000 0800 ${SYN_4}`, -1],
])('%s is looked through', (_, digits, vlan) => {
  expect(headersOf(digits)).toMatchObject({ ...SYN, vlan, etherAt: 0, notes: 0 })
})

test('padding up to the shortest frame is not payload', () => {
  expect(headersOf(`${MACS} 0800 ${SYN_4} 000000000000`)).toMatchObject({ ...SYN, notes: 0 })
})

test('an LLC frame without SNAP has no EtherType, and its length ends it', () => {
  const headers = headersOf(`${MACS} 0003 424203 ${'00'.repeat(43)}`)
  expect(headers).toMatchObject({ etherType: 0, ipVersion: 0, networkAt: 14, payloadBytes: 3 })
})

test('a header, a tag and a label that are cut off are told', () => {
  expect(headersOf('0200')).toMatchObject({ notes: HEADER_NOTE.damaged, stoppedLayer: 'ethernet' })
  expect(headersOf(`${MACS} 8100 00`)).toMatchObject({ stoppedLayer: 'vlan', stoppedAt: 14 })
  expect(headersOf(`${MACS} 8847 0000`)).toMatchObject({ stoppedLayer: 'mpls', etherType: 0x8847 })
  expect(headersOf(`${MACS} 8864 1100`)).toMatchObject({ stoppedLayer: 'pppoe' })
  expect(ETHERNET_HEADER_BYTES).toBe(14)
})
