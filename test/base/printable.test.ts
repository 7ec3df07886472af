import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableLines } from '../../src/base/printable.ts'

test.for([
  ['plain', 'plain'],
  ['a\tb', 'a b'],
  ['\u001b[31m', '\\x1b[31m'],
  ['\u009b31m', '\\x9b31m'],
  ['a\nb\r', 'a\\x0ab\\x0d'],
  ['\u007f\u0000', '\\x7f\\x00'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['\u2066x\u2069', '\\u2066x\\u2069'],
  ['\ud800', '\\ud800'],
  ['日本 😀 é', '日本 😀 é'],
] as const)('%j is shown as %j', ([text, shown]) => {
  expect(printable(text)).toBe(shown)
})

test('nothing that steers a terminal is left, and doing it twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      expect(printable(shown)).toBe(shown)
    }),
  )
})

test('lines are kept apart, without empty ones at the end, and counted beyond the most', () => {
  expect(printableLines('a\r\nb\u0007 \n\n')).toEqual(['a', 'b\\x07'])
  expect(printableLines('1\n2\n3\n4', 2)).toEqual(['1', '2', '… 2 more lines'])
})
