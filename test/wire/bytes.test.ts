import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bytesBetween,
  formatHex,
  joinBytes,
  latin1,
  parseHex,
  stoppedAt,
  viewOf,
} from '../../src/wire/bytes.ts'

test('a view sees the bytes that it was made from, not those around them', () => {
  const inner = Uint8Array.of(1, 2, 3, 4).subarray(1, 3)
  expect(viewOf(inner).byteLength).toBe(2)
  expect(viewOf(inner).getUint16(0)).toBe(0x0203)
  expect([...bytesBetween(viewOf(inner), 1, 2)]).toEqual([3])
})

test('hexadecimal digits are those of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(formatHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
      expect(parseHex(formatHex(bytes))).toEqual(bytes)
    }),
  )
})

test.each(['a', 'zz', '0x', '1 2'])('"%s" is not hexadecimal', (text) => {
  expect(parseHex(text)).toBeNull()
})

test('each byte becomes one character, as in Node’s latin1, also of a megabyte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(latin1(bytes)).toBe(Buffer.from(bytes).toString('latin1'))
    }),
  )
  expect(latin1(new Uint8Array(1 << 20).fill(0xe9))).toBe('é'.repeat(1 << 20))
})

test('pieces are joined in order', () => {
  expect([...joinBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))]).toEqual([
    1, 2, 3,
  ])
})

test('a reader that starts past the end has no bytes, never a negative number', () => {
  expect(stoppedAt('tcp', 30, 20, 10)).toEqual({
    stopped: true,
    layer: 'tcp',
    at: 30,
    need: 20,
    have: 0,
  })
})
