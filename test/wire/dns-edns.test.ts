import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DnsEdns, extendedErrors, readEdns, writeEdns } from '../../src/wire/dns-edns.ts'

test('every OPT record survives being written and read', () => {
  const edns: fc.Arbitrary<DnsEdns> = fc.record({
    udpPayloadBytes: fc.nat(0xffff),
    version: fc.nat(255),
    dnssecOk: fc.boolean(),
    options: fc.array(fc.record({ code: fc.nat(0xffff), data: fc.uint8Array() })),
  })
  fc.assert(
    fc.property(edns, fc.nat(0xfff), (written, rcode) => {
      const record = writeEdns(written, rcode)
      expect(readEdns(record.class, record.ttlSeconds, record.data)).toEqual(written)
      expect(record.ttlSeconds >>> 24).toBe(rcode >> 4)
    }),
  )
})

const option = (hex: string): DnsEdns => readEdns(1232, 0, { kind: 'other', hex })

test('an extended error is its number and the server’s own words', () => {
  expect(extendedErrors(option('000f000200 0e'.replaceAll(' ', '')))).toEqual([
    { code: 14, text: '' },
  ])
  expect(extendedErrors(option('000f000600066578c3a9'))).toEqual([{ code: 6, text: 'exé' }])
  expect(extendedErrors(option('000f000100'))).toEqual([])
  expect(extendedErrors(null)).toEqual([])
})

test('an option that is cut short ends the list', () => {
  expect(option('0003000161000f0009').options.map(({ code }) => code)).toEqual([3])
})
