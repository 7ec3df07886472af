import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Line } from '../../src/report/line.ts'
import { proseLines } from '../../src/report/prose.ts'
import { displayWidth } from '../../src/report/width.ts'

const text = (line: Line): string => line.map((span) => span.text).join('')

test('a command stays whole on one line, with the comma after it', () => {
  const lines = proseLines('the flag is absent from `ip link show IF`, and `carrier` is 0', 30)
  expect(lines.map(text)).toEqual([
    'the flag is absent from',
    '`ip link show IF`, and',
    '`carrier` is 0',
  ])
  expect(lines[1]?.filter(({ style }) => style === 'command').map((one) => one.text)).toEqual([
    '`ip link show IF`',
  ])
})

test('a command that is wider than the page is broken', () => {
  expect(proseLines('see `a very long command indeed`.', 12).map(text)).toEqual([
    'see `a very',
    'long command',
    'indeed`.',
  ])
})

test('any text keeps its words and never exceeds the page', () => {
  const piece = fc.constantFrom('a', 'word', '`', ' ', 'x'.repeat(30), '日本', '`ip a`', ',')
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 4, max: 40 }), (pieces, columns) => {
      const lines = proseLines(pieces.join(''), columns)
      for (const line of lines) expect(displayWidth(text(line))).toBeLessThanOrEqual(columns)
      const letters = (whole: string) => whole.replaceAll(' ', '')
      expect(letters(lines.map(text).join(''))).toBe(letters(pieces.join('')))
    }),
  )
})
