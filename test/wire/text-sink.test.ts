import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextSink } from '../../src/wire/text-sink.ts'

test('numbers are written in decimal, negative ones as 32 bits without a sign', () => {
  fc.assert(
    fc.property(fc.integer({ min: -0x80000000, max: 0xffffffff }), (number) => {
      const sink = new TextSink()
      sink.number(number)
      expect(sink.slice(0)).toBe(String(number < 0 ? number >>> 0 : number))
    }),
  )
})

test('digits keep their width', () => {
  const sink = new TextSink()
  sink.digits(7, 2)
  sink.digits(123, 6)
  sink.digits(0, 1)
  expect(sink.slice(0)).toBe('070001230')
})

test('it grows for whatever is written', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary-ascii', maxLength: 50 })), (pieces) => {
      const sink = new TextSink()
      sink.bytes = new Uint8Array(4)
      for (const piece of pieces) {
        sink.text(piece)
        sink.byte(0x2e)
        sink.number(12)
        sink.copy(Uint8Array.of(0x2c))
      }
      expect(sink.slice(0)).toBe(pieces.map((piece) => `${piece}.12,`).join(''))
    }),
  )
})
