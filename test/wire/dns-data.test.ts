import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import {
  absolute,
  type DnsData,
  describeData,
  hexData,
  readData,
  writeData,
} from '../../src/wire/dns-data.ts'
import { typeNumber } from '../../src/wire/dns-number.ts'
import { hex } from './hex.ts'

function read(type: string, bytes: Uint8Array | DataView): string {
  const view = bytes instanceof DataView ? bytes : viewOf(bytes)
  const data = readData(typeNumber(type) ?? 0, { view, message: 0, at: 0, end: view.byteLength })
  return isStopped(data) ? explainStopped(data) : describeData(data)
}

test.each([
  ['A', 'c00002', 'dns A at 0: needs 4 bytes, has 3'],
  ['A', 'c000020700', 'dns A at 0: needs 4 bytes, has 5'],
  ['AAAA', 'c0000207', 'dns AAAA at 0: needs 16 bytes, has 4'],
  ['MX', '000a', 'dns MX at 0: needs 3 bytes, has 2'],
  ['TXT', '0361', 'dns TXT at 0: needs 4 bytes, has 2'],
  ['SOA', '00 00 00000001', 'dns SOA at 2: needs 20 bytes, has 4'],
  ['SRV', '000100020003', 'dns SRV at 0: needs 7 bytes, has 6'],
  ['CAA', '00 05 69', 'dns CAA at 0: needs 7 bytes, has 3'],
  ['CAA', '00', 'dns CAA at 0: needs 2 bytes, has 1'],
])('%s data %s stops', (type, bytes, why) => {
  expect(read(type, hex(bytes))).toBe(why)
})

test('a type without a reader stays hexadecimal, as RFC 3597 §5 writes it', () => {
  expect(read('TYPE65280', hex('0102ff'))).toBe('\\# 3 0102FF')
  expect(read('TYPE65280', hex(''))).toBe('\\# 0')
  expect(hexData({ view: hex('00ab01'), message: 0, at: 1, end: 2 })).toEqual({
    kind: 'other',
    hex: 'ab',
  })
})

test('a quote, a backslash and a control character in a text are escaped', () => {
  expect(describeData({ kind: 'TXT', texts: ['a "b" \\ c\u0007', ''] })).toBe(
    '"a \\"b\\" \\\\ c\\007" ""',
  )
})

const host = fc.constantFrom('.', 'example.org', 'a\\.b.example.org')
const word = fc.nat(0xffff)
const long = fc.nat(0xffffffff)
const text = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 255,
})
const anyData: fc.Arbitrary<readonly [string, DnsData]> = fc.oneof(
  fc.constant(['A', { kind: 'A', address: '192.0.2.7' }] as const),
  fc.constant(['AAAA', { kind: 'AAAA', address: '2001:db8::7' }] as const),
  fc
    .record({ kind: fc.constant('PTR' as const), name: host })
    .map((data) => ['PTR', data] as const),
  fc
    .record({ kind: fc.constant('MX' as const), preference: word, exchange: host })
    .map((data) => ['MX', data] as const),
  fc
    .record({ kind: fc.constant('TXT' as const), texts: fc.array(text) })
    .map((data) => ['TXT', data] as const),
  fc
    .record({
      kind: fc.constant('SRV' as const),
      priority: word,
      weight: word,
      port: word,
      target: host,
    })
    .map((data) => ['SRV', data] as const),
  fc
    .record({ kind: fc.constant('CAA' as const), flags: fc.nat(255), tag: text, value: text })
    .map((data) => ['CAA', data] as const),
  fc
    .record({
      kind: fc.constant('SOA' as const),
      primary: host,
      mailbox: host,
      serial: long,
      refreshSeconds: long,
      retrySeconds: long,
      expireSeconds: long,
      minimumSeconds: long,
    })
    .map((data) => ['SOA', data] as const),
)

test('every kind of data survives being written and read', () => {
  fc.assert(
    fc.property(anyData, ([type, data]) => {
      const view = viewOf(writeData(data))
      const place = { view, message: 0, at: 0, end: view.byteLength }
      expect(readData(typeNumber(type) ?? 0, place)).toEqual(data)
    }),
  )
})

test('what cannot be written is refused', () => {
  expect(() => writeData({ kind: 'NS', name: 'a..b' })).toThrow(RangeError)
  expect(() => writeData({ kind: 'TXT', texts: ['x'.repeat(256)] })).toThrow(RangeError)
  expect(() => writeData({ kind: 'A', address: 'example.org' })).toThrow(RangeError)
  expect(() => writeData({ kind: 'other', hex: 'abc' })).toThrow(RangeError)
})

test('no bytes make a reader throw', () => {
  const type = fc.constantFrom(
    'A',
    'AAAA',
    'NS',
    'CNAME',
    'PTR',
    'MX',
    'TXT',
    'SOA',
    'SRV',
    'CAA',
    'DS',
  )
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 60 }), (name, bytes) => void read(name, bytes)),
  )
})

test('only the root is absolute by itself', () => {
  expect([absolute('.'), absolute('a.b')]).toEqual(['.', 'a.b.'])
})
