import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eachText, type Page, showOn, signsOf } from '../../src/report/page.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }
const ascii: Page = { ...page, unicode: false }

test.for([
  ['a – b… “c” → d', 'a - b... "c" -> d'],
  ['café 日', 'caf\\u{e9} \\u{65e5}'],
  ['\u001b[2J', '\\x1b[2J'],
] as const)('%j is %j in ASCII', ([text, shown]) => {
  expect(showOn(ascii, text)).toBe(shown)
})

test('any text becomes one line without control characters, and ASCII where it must', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(showOn(page, text)).not.toMatch(/[\p{Cc}\p{Cs}]/u)
      expect(showOn(ascii, text)).toMatch(/^[ -~]*$/)
    }),
  )
})

test('every sign has an ASCII one of its own', () => {
  const signs = Object.values(signsOf(ascii).status)
  expect(new Set(signs).size).toBe(signs.length)
  expect(signs.join('')).toMatch(/^[!-~]+$/)
})

test('eachText reaches every text and leaves the rest alone', () => {
  const value = { a: 'x', b: [1, null, { c: 'y' }], d: true }
  expect(eachText(value, (text) => text.toUpperCase())).toEqual({
    a: 'X',
    b: [1, null, { c: 'Y' }],
    d: true,
  })
})
