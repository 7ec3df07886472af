import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutToWidth, displayWidth, padToWidth, wrap } from '../../src/report/width.ts'

// What wcswidth(3) of Debian's libc gives for the same texts in a UTF-8 locale.
test.for([
  ['', 0],
  ['plain', 5],
  ['né', 2],
  ['ne\u0301', 2],
  ['日本', 4],
  ['한국', 4],
  ['ｆ', 2],
  ['✓ ✗ – … →', 9],
  ['😀', 2],
  ['𠀀', 2],
  ['а\u200bб', 2],
] as const)('%j takes %i columns', ([text, columns]) => {
  expect(displayWidth(text)).toBe(columns)
})

describe('cutToWidth', () => {
  test.for([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['two words', 5, 'two…'],
    ['日本語', 4, '日…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ] as const)('%j in %i columns is %j', ([text, columns, cut]) => {
    expect(cutToWidth(text, columns)).toBe(cut)
  })

  test('never takes more than the columns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, columns) => {
        expect(displayWidth(cutToWidth(text, columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})

describe('wrap', () => {
  test('breaks at spaces', () => {
    expect(wrap('no answer to three SYNs', 10)).toEqual(['no answer', 'to three', 'SYNs'])
  })

  test('breaks a word that fits nowhere', () => {
    expect(wrap('a 0123456789 b', 4)).toEqual(['a', '0123', '4567', '89 b'])
  })

  test('keeps spaces that are not the plain one', () => {
    expect(wrap('\u3000a\u00a0', 10)).toEqual(['\u3000a\u00a0'])
  })

  test('gives one empty line for no text', () => {
    expect(wrap('', 10)).toEqual([''])
  })

  test('keeps every word and the width, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 30 }),
        (text, columns) => {
          const lines = wrap(text, columns)
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        },
      ),
    )
  })

  test('breaks no line before it is full', () => {
    const word = fc.string({ unit: fc.constantFrom('a', '-', '日'), minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1 }),
        fc.integer({ min: 10, max: 30 }),
        (words, columns) => {
          const lines = wrap(words.join(' '), columns)
          expect(lines.join(' ')).toBe(words.join(' '))
          for (const [index, line] of lines.entries()) {
            expect(displayWidth(line)).toBeLessThanOrEqual(columns)
            const [next = ''] = (lines[index + 1] ?? 'x'.repeat(columns)).split(' ')
            expect(displayWidth(`${line} ${next}`)).toBeGreaterThan(columns)
          }
        },
      ),
    )
  })

  test('takes a megabyte in its stride', () => {
    expect(wrap('x'.repeat(1 << 20), 80)).toHaveLength(Math.ceil((1 << 20) / 80))
  })
})

test('padToWidth counts columns, not characters', () => {
  expect(padToWidth('日', 4)).toBe('日  ')
  expect(padToWidth('long', 2)).toBe('long')
})
