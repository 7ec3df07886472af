import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSsid } from '../../src/facts/ssid.ts'
import { expectSurvival } from './hostile.ts'

test.for([
  ['seax', 'seax'],
  ['caf\\xc3\\xa9 2', 'café 2'],
  ['\\x20spaced\\x20', ' spaced '],
  ['back\\x5cslash', 'back\\slash'],
  ['back\\\\slash', 'back\\slash'],
  ['\\"quoted\\"', '"quoted"'],
  ['two\\nlines', 'two\nlines'],
  ['\\xff', '\ufffd'],
  ['\\xf0\\x9f\\x93\\xb6', '📶'],
] as const)('%s is %s', ([text, ssid]) => {
  expect(parseSsid(text)).toBe(ssid)
})

test('a hidden network has no name', () => {
  expect(parseSsid('')).toBeNull()
  expect(parseSsid('\\x00\\x00\\x00\\x00')).toBeNull()
})

test('every name that iw escapes is read back', () => {
  const escaped = (name: string) =>
    Array.from(new TextEncoder().encode(name), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(name, (text) => {
      // U+FEFF at the beginning is a mark of the encoding, which a decoder takes away.
      fc.pre(!text.startsWith('\ufeff'))
      expect(parseSsid(escaped(text).join(''))).toBe(text)
    }),
  )
})

test('any text is survived', () =>
  expectSurvival(({ stdout }) => parseSsid(stdout), 'caf\\xc3\\xa9'))
