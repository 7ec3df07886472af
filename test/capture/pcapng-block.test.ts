import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eachOption, padded } from '../../src/capture/pcapng-block.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { hex } from '../wire/hex.ts'

const codesOf = (view: DataView, little = false): number[] => {
  const codes: number[] = []
  eachOption(view, 0, view.byteLength, little, (code) => codes.push(code))
  return codes
}

test('options are told up to the one that ends them', () => {
  expect(codesOf(hex('0001 0002 6162 0000  0002 0000  0000 0000  0005 0000'))).toEqual([1, 2])
})

test('one that runs past the end is left out, and so is all behind it', () => {
  expect(codesOf(hex('0001 0000 0002 0009 00000000'))).toEqual([1])
})

test('lengths are filled up to four bytes', () => {
  expect([0, 1, 4, 5].map(padded)).toEqual([0, 4, 4, 8])
})

test('no bytes make a value lie outside of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, little) => {
      eachOption(viewOf(bytes), 0, bytes.length, little, (_, at, length) => {
        expect(at + length).toBeLessThanOrEqual(bytes.length)
      })
    }),
  )
})
