import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordsIn } from '../../../src/dialog/application/words.ts'

test('words are the bytes’ own, whatever was asked for before', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(pieces, (all) => {
      for (const bytes of [...all, ...all]) {
        const view = new DataView(Uint8Array.of(9, ...bytes, 9).buffer)
        expect(wordsIn(view, 1, 1 + bytes.length)).toBe(String.fromCharCode(...bytes))
      }
    }),
  )
})
