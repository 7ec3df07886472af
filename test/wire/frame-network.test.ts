import { expect, test } from 'vitest'
import { HEADER_NOTE } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf, SYN } from './header-of.ts'

const SEGMENT = '12340050 00000001 00000000 50020400 00000000'
const ADDRESSES_4 = 'c000020a c0000201'
const ADDRESSES_6 = '20010db800000000000000000000000a 20010db8000000000000000000000001'
const raw = (digits: string) => headersOf(digits, LINK_TYPE.raw)

test('options of IPv4 are skipped', () => {
  const headers = raw(`4600002c 00004000 40060000 ${ADDRESSES_4} 94040000 ${SEGMENT}`)
  expect(headers).toMatchObject({ ...SYN, transportAt: 24, dontFragment: true })
})

test('a total length of 0, as segmentation offload leaves it, means all that was sent', () => {
  expect(raw(`45000000 00004000 40060000 ${ADDRESSES_4} ${SEGMENT} 010203`)).toMatchObject({
    ...SYN,
    payloadBytes: 3,
  })
})

test('an authentication header is skipped in both versions', () => {
  const ah = '06040000 00000001 00000001 000000000000000000000000'
  expect(raw(`45000040 00004000 40330000 ${ADDRESSES_4} ${ah} ${SEGMENT}`)).toMatchObject(SYN)
  expect(raw(`60000000 002c 33 40 ${ADDRESSES_6} ${ah} ${SEGMENT}`)).toMatchObject(SYN)
})

test('extension headers of IPv6 are skipped, also a routing header and an atomic fragment', () => {
  const chain = '2b00010400000000 2c00000000000000 3c00000000000007 0600010400000000'
  const headers = raw(`60000000 0034 00 40 ${ADDRESSES_6} ${chain} ${SEGMENT}`)
  expect(headers).toMatchObject({ ...SYN, identification: 7, notes: 0 })
})

test('the length of a jumbogram stands in its option', () => {
  const headers = raw(`60000000 0000 00 40 ${ADDRESSES_6} 0600c20400011170 ${SEGMENT}`)
  expect(headers.payloadBytes).toBe(70_000 - 8 - 20)
})

test('a first fragment has ports, a later one none, and both tell their place', () => {
  const first = raw(`45000028 00072000 40060000 ${ADDRESSES_4} ${SEGMENT}`)
  expect(first).toMatchObject({
    sourcePort: 4660,
    notes: HEADER_NOTE.fragment,
    fragmentOffset: 0,
    moreFragments: true,
  })
  const later = raw(`45000028 00070003 40060000 ${ADDRESSES_4} ${SEGMENT}`)
  expect(later).toMatchObject({ sourcePort: 0, fragmentOffset: 24, moreFragments: false })
  const six = raw(`60000000 001c 2c 40 ${ADDRESSES_6} 06000018 00000007 ${SEGMENT}`)
  expect(six).toMatchObject({ protocol: 6, sourcePort: 0, fragmentOffset: 24, identification: 7 })
})

test('headers that are cut off or impossible are told, and what stood before them is kept', () => {
  expect(raw('4500')).toMatchObject({ stoppedLayer: 'ipv4', ipVersion: 0 })
  expect(raw(`44000028 00004000 40060000 ${ADDRESSES_4}`).stoppedLayer).toBe('ipv4')
  expect(raw(`60000000 0014 06 40`)).toMatchObject({ stoppedLayer: 'ipv6', ipVersion: 0 })
  expect(raw(`60000000 0008 00 40 ${ADDRESSES_6} 06ff000000000000`)).toMatchObject({
    stoppedLayer: 'ipv6 extension',
    stoppedAt: 40,
    ipVersion: 6,
    protocol: -1,
  })
})
