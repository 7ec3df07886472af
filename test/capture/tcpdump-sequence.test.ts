import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextSequences } from '../../src/capture/tcpdump-sequence.ts'

test('numbers count from the SYN, whether the printed ones are relative or (with -S) absolute', () => {
  const word = fc.nat(0xffffffff)
  fc.assert(
    fc.property(word, fc.array(fc.tuple(fc.nat(65_000), fc.boolean())), (first, segments) => {
      const sequences = new TextSequences()
      expect(sequences.sent('a', first, 1, true)).toBe(first)
      let sent = 1
      for (const [length, absolute] of segments) {
        const number = (first + sent) >>> 0
        // Near each other the two ways cannot be told apart, and need not be.
        fc.pre(first > 10_000_000 && first < 0xf0000000)
        expect(sequences.sent('a', absolute ? number : sent, length, false)).toBe(number)
        sent += length
        expect(sequences.acknowledged('a', absolute ? first + sent : sent)).toBe(first + sent)
      }
    }),
  )
})

test('a segment without a number stands where its side was last', () => {
  const sequences = new TextSequences()
  sequences.sent('a', 5000, 1, true)
  expect(sequences.sent('a', null, 0, false)).toBe(5001)
})

test('what a first segment acknowledges is where the other side counts from', () => {
  const sequences = new TextSequences()
  sequences.acknowledged('b', 4_000_000)
  expect(sequences.sent('b', 1, 10, false)).toBe(4_000_000)
})

test('a reset by number 0 does not make its side count from there', () => {
  const sequences = new TextSequences()
  expect(sequences.sent('b', 0, 0, false)).toBe(0)
  expect(sequences.sent('b', 7_000_000, 1, true)).toBe(7_000_000)
  expect(sequences.sent('b', 1, 3, false)).toBe(7_000_001)
})
