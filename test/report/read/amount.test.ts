import { expect, test } from 'vitest'
import {
  describeBytes,
  describeCount,
  describeDuration,
  formatCount,
} from '../../../src/report/read/amount.ts'

test.for([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1460, '1.5 kB'],
  [9949, '9.9 kB'],
  [12_345, '12 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [393_000_000, '393 MB'],
  [4.2e15, '4.2 PB'],
] as const)('%d bytes are %s', ([bytes, told]) => {
  expect(describeBytes(bytes)).toBe(told)
})

test.for([
  [0, '0 s'],
  [369_000, '369 µs'],
  [12_300, '12.3 µs'],
  [999_499, '999 µs'],
  [999_500, '1.00 ms'],
  [4_560_000, '4.56 ms'],
  [1.0316e9, '1.03 s'],
  [60.071e9, '60.1 s'],
  [119.4e9, '119 s'],
  [119.6e9, '2 min 0 s'],
  [200e9, '3 min 20 s'],
  [7500e9, '2 h 5 min'],
  [-4_560_000, '-4.56 ms'],
] as const)('%d ns are %s', ([ns, told]) => {
  expect(describeDuration(ns)).toBe(told)
})

test('one is not many', () => {
  expect(describeCount(1, 'packet')).toBe('1 packet')
  expect(describeCount(1234, 'packet')).toBe('1,234 packets')
})

test('thousands are set apart', () => {
  expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567'])
})
