import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineReader } from '../../../src/dialog/application/line.ts'
import { bytesOf } from './feed.ts'

const take = (reader: LineReader, text: string): string[] => {
  const bytes = bytesOf(text)
  return reader.take(new DataView(bytes.buffer), 0, bytes.length)
}

test('lines are the same however the stream is cut', () => {
  const texts = fc.array(fc.constantFrom('a', 'bc', '\r\n', '\n', ' '), { maxLength: 40 })
  fc.assert(
    fc.property(texts, (pieces) => {
      const reader = new LineReader()
      const cut = pieces.flatMap((piece) => take(reader, piece))
      const whole = pieces.join('').split(/\r?\n/)
      expect(cut).toEqual(whole.slice(0, -1).map((line) => line.replace(/\r$/, '')))
    }),
  )
})

test('a line without an end is kept to a limit, and a dropped one is forgotten', () => {
  const reader = new LineReader()
  for (let turn = 0; turn < 100; turn++) take(reader, 'x'.repeat(1000))
  expect(take(reader, '\n')[0]).toHaveLength(4096)
  take(reader, 'lost')
  reader.drop()
  expect(take(reader, 'found\n')).toEqual(['found'])
})
