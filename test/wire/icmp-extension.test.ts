import fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewOf } from '../../src/wire/bytes.ts'
import { checksum } from '../../src/wire/checksum.ts'
import { readMplsLabels } from '../../src/wire/icmp-extension.ts'

/** An error with a quote of so many bytes, a told length, and an extension of these bytes. */
function error(
  quoteBytes: number,
  words: number,
  extension: readonly number[],
  sum = true,
): Uint8Array {
  const bytes = new Uint8Array(8 + quoteBytes + extension.length)
  bytes[0] = 11
  bytes[5] = words
  bytes.set(extension, 8 + quoteBytes)
  const view = viewOf(bytes)
  if (sum && extension.length >= 4)
    view.setUint16(8 + quoteBytes + 2, checksum(view, 8 + quoteBytes, bytes.length))
  return bytes
}

/** RFC 4950 §5: labels 24015 (bottom not reached, TTL 1) and 16 (bottom, TTL 254). */
const STACK = [0x20, 0, 0, 0, 0, 12, 1, 1, 0x05, 0xdc, 0xf0, 0x01, 0x00, 0x01, 0x01, 0xfe]

const labels = (bytes: Uint8Array) => readMplsLabels(viewOf(bytes), 0, bytes.length, 4)

test('the labels of a stack are read, the outermost first', () => {
  expect(labels(error(128, 32, STACK))).toEqual([
    { label: 24_015, trafficClass: 0, ttl: 1 },
    { label: 16, trafficClass: 0, ttl: 254 },
  ])
})

test('a quote whose length is not told has 128 bytes, as routers of before had it', () => {
  expect(labels(error(128, 0, STACK))).toHaveLength(2)
  expect(labels(error(120, 0, STACK))).toEqual([])
})

test('in ICMPv6 the length stands elsewhere and counts in words of eight', () => {
  const bytes = error(128, 0, STACK)
  bytes[4] = 16
  expect(readMplsLabels(viewOf(bytes), 0, bytes.length, 6)).toHaveLength(2)
})

test('a wrong checksum or version makes it no extension', () => {
  const wrong = error(128, 32, STACK)
  wrong[8 + 128 + 2] = (wrong[8 + 128 + 2] ?? 0) ^ 1
  expect(labels(wrong)).toEqual([])
  expect(labels(error(128, 32, [0x10, ...STACK.slice(1)]))).toEqual([])
})

test('objects of other classes are passed over', () => {
  const other = [0x20, 0, 0, 0, 0, 8, 2, 1, 9, 9, 9, 9, ...STACK.slice(4)]
  expect(labels(error(128, 32, other))).toHaveLength(2)
})

test('any bytes are read to their end and no further', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom<4 | 6>(4, 6),
      (bytes, family) => {
        expect(readMplsLabels(viewOf(bytes), 0, bytes.length, family).length).toBeLessThanOrEqual(
          16,
        )
      },
    ),
  )
})
