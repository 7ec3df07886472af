import { expect, test } from 'vitest'
import { HEADER_NOTE } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'

const bytesOf = (digits: string): number => digits.replace(/\s/g, '').length / 2
const four = (number: number): string => number.toString(16).padStart(4, '0')

/** An IPv4 packet around `digits`, from 198.51.100.1 to 198.51.100.2. */
const ip = (protocol: string, digits: string): string =>
  `4500${four(20 + bytesOf(digits))} 00004000 40${protocol}0000 c6336401c6336402 ${digits}`

const udp = (port: number, digits: string): string =>
  ip('11', `c000${four(port)}${four(8 + bytesOf(digits))}0000 ${digits}`)

const INNER = `02000000000a 02000000000b 0800 ${SYN_4}`

test.each([
  ['IPIP', ip('04', SYN_4)],
  ['6in4', ip('29', SYN_6)],
  ['4in6', `60000000 0028 04 40 ${'00'.repeat(16)} ${'00'.repeat(16)} ${SYN_4}`],
  ['GRE', ip('2f', `00000800 ${SYN_4}`)],
  ['GRE with checksum, key and sequence', ip('2f', `b00086dd 00000000 00000001 00000002 ${SYN_6}`)],
  ['GRE with Ethernet', ip('2f', `00006558 ${INNER}`)],
  ['PPTP', ip('2f', `3081880b 002c0001 00000001 00000001 ff030021 ${SYN_4}`)],
  ['ERSPAN II', ip('2f', `100088be 00000001 1000000000000000 ${INNER}`)],
  ['ERSPAN III', ip('2f', `100022eb 00000001 ${'20'}${'00'.repeat(11)} ${INNER}`)],
  ['VXLAN', udp(4789, `08000000 00002a00 ${INNER}`)],
  ['Geneve', udp(6081, `01006558 00002a00 01020304 ${INNER}`)],
  ['VXLAN in IPIP', ip('04', udp(4789, `08000000 00002a00 ${INNER}`))],
])('%s is looked into', (_, digits) => {
  expect(headersOf(digits, LINK_TYPE.raw)).toMatchObject({ ...SYN, notes: HEADER_NOTE.tunnelled })
})

test("the port alone makes no VXLAN: without its flag it is UDP's payload", () => {
  expect(headersOf(udp(4789, `00000000 00002a00 ${INNER}`), LINK_TYPE.raw)).toMatchObject({
    protocol: 17,
    destinationPort: 4789,
    notes: 0,
  })
})

test('ARP within VXLAN has no IP', () => {
  const arp = `ffffffffffff 02000000000b 0806 ${'00'.repeat(28)}`
  expect(headersOf(udp(4789, `08000000 00002a00 ${arp}`), LINK_TYPE.raw)).toMatchObject({
    etherType: 0x0806,
    ipVersion: 0,
    protocol: -1,
    sourcePort: 0,
  })
})

test('a fragment is not looked into', () => {
  const fragment = ip('04', SYN_4).replace('00004000', '00002000')
  expect(headersOf(fragment, LINK_TYPE.raw)).toMatchObject({
    protocol: 4,
    notes: HEADER_NOTE.fragment,
  })
})

test('nesting is followed to a bounded depth', () => {
  let digits = SYN_4
  for (let depth = 0; depth < 40; depth++) digits = ip('04', digits)
  expect(headersOf(digits, LINK_TYPE.raw)).toMatchObject({ protocol: 4, networkAt: 8 * 20 })
})
