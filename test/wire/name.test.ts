import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { isHostName, readName, reverseName, sameName, writeName } from '../../src/wire/name.ts'
import { hex } from './hex.ts'

function read(view: DataView, at = 0): string {
  const result = readName(view, 0, at, view.byteLength)
  return isStopped(result) ? explainStopped(result) : `${result.name} then ${result.next}`
}

// RFC 1035 §4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
const example = viewOf(new Uint8Array(93))
for (const [at, text] of [
  [20, '0146 03495349 0441525041 00'],
  [40, '03464f4f c014'],
  [64, 'c01a'],
  [92, '00'],
] as const) {
  const piece = hex(text)
  for (let index = 0; index < piece.byteLength; index++) {
    example.setUint8(at + index, piece.getUint8(index))
  }
}

test('the compressed names of RFC 1035 §4.1.4 are read', () => {
  expect(read(example, 20)).toBe('F.ISI.ARPA then 32')
  expect(read(example, 40)).toBe('FOO.F.ISI.ARPA then 46')
  expect(read(example, 64)).toBe('ARPA then 66')
  expect(read(example, 92)).toBe('. then 93')
})

test.each([
  ['c000', 'dns name pointing forward at 0: needs 2 bytes, has 0'],
  ['0161 c000', 'dns name pointing forward at 2: needs 2 bytes, has 0'],
  ['c0ff', 'dns name pointing forward at 0: needs 2 bytes, has 0'],
  ['c0', 'dns name at 0: needs 2 bytes, has 1'],
  ['0361', 'dns name at 0: needs 4 bytes, has 2'],
  ['0161', 'dns name at 2: needs 1 bytes, has 0'],
  ['', 'dns name at 0: needs 1 bytes, has 0'],
])('the name %s stops', (bytes, why) => {
  expect(read(hex(bytes))).toBe(why)
})

test('a name of more than 255 bytes stops, even where pointers make it', () => {
  const label = `3f${'61'.repeat(63)}`
  expect(read(hex(`${label.repeat(3)}3d${'61'.repeat(61)}00`))).toMatch(/ then 255$/)
  expect(read(hex(`${label.repeat(3)}3e${'61'.repeat(62)}00`))).toMatch(/^dns name too long/)
  expect(read(hex(`40${'61'.repeat(64)}00`))).toMatch(/^dns name too long/)
})

test('a chain of thousands of pointers is given up', () => {
  const view = viewOf(new Uint8Array(10_000))
  for (let at = 2; at < 10_000; at += 2) view.setUint16(at, 0xc000 | (at - 2))
  expect(read(view, 9998)).toMatch(/^dns name of many pointers/)
})

test('bytes that would be misread are escaped as in a master file', () => {
  expect(read(hex('05 612e625c20 02 00ff 00'))).toBe('a\\.b\\\\\\032.\\000\\255 then 10')
  expect(writeName('a\\.b\\\\\\032.\\000\\255')).toEqual(
    new Uint8Array(hex('05 612e625c20 02 00ff 00').buffer),
  )
})

test.each([
  'a..b',
  '.a',
  '..',
  'a'.repeat(64),
  '\\',
  'a\\',
  '\\256',
  '\\12',
  'bücher—',
  `${'a.'.repeat(127)}a`,
])('"%s" is no name', (text) => {
  expect(writeName(text)).toBeNull()
})

test('a last dot changes nothing, and the root is written as one zero', () => {
  expect(writeName('a.b.')).toEqual(writeName('a.b'))
  expect([...(writeName('.') ?? [])]).toEqual([0])
})

test('every name survives being read and written', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 })
  fc.assert(
    fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
      const bytes = Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), 0])
      const name = readName(viewOf(bytes), 0, 0, bytes.length)
      if (isStopped(name)) throw new Error(explainStopped(name))
      expect(name.next).toBe(bytes.length)
      expect(writeName(name.name)).toEqual(bytes)
    }),
  )
})

test('no bytes and no text make it throw', () => {
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0xc0, 0xc1))
  fc.assert(
    fc.property(fc.array(byte), fc.nat(20), (bytes, at) => {
      readName(viewOf(Uint8Array.from(bytes)), 0, at, bytes.length)
    }),
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void writeName(text)))
})

test('names compare without case and without their last dot', () => {
  expect(sameName('WWW.Example.org.', 'www.example.ORG')).toBe(true)
  expect(sameName('.', '.')).toBe(true)
  expect(sameName('a.b', 'ab')).toBe(false)
})

describe('a host name', () => {
  test.each([
    'localhost',
    'www.example.org',
    'www.example.org.',
    '_dmarc.example.org',
    '3com.example',
    'a-b.c',
    'xn--bcher-kva.example',
    `${'a'.repeat(63)}.b`,
  ])('%s is one', (text) => {
    expect(isHostName(text)).toBe(true)
  })

  test.each([
    '',
    '.',
    '..',
    'a..b',
    '-a.b',
    'a-.b',
    'a b',
    'bücher.example',
    '192.0.2.7',
    '::1',
    'a/b',
    'a:80',
    '$(id)',
    `${'a'.repeat(64)}.b`,
    `${'a.'.repeat(127)}a`,
    'a\n',
  ])('"%s" is none', (text) => {
    expect(isHostName(text)).toBe(false)
  })

  test('an international name is one once it is converted', () => {
    expect(isHostName(domainToASCII('bücher.example'))).toBe(true)
  })
})

test('reverse names are those that dig -x asks for', () => {
  expect(reverseName(Uint8Array.of(192, 0, 2, 7))).toBe('7.2.0.192.in-addr.arpa')
  expect(reverseName(new Uint8Array(hex('20010db8000000000000000000000007').buffer))).toBe(
    '7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  )
})
