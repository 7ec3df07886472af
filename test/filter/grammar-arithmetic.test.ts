import { test } from 'vitest'
import { expectSame } from './front.ts'

test('products bind more than sums, sums more than shifts, then “&”, then “|”', () => {
  expectSame(
    [1],
    [
      '1 + 2 * 3 = 7',
      '1 * 2 + 3 = 5',
      '1 << 2 + 3 = 32',
      '1 | 2 & 3 = 3',
      '10 - 3 - 2 = 5',
      '8 / 2 / 2 = 2',
      '1 & 3 << 1 | 4 = 4',
    ],
  )
})

test('behind “%” and “^” whatever follows is taken first, as libpcap takes it', () => {
  expectSame(
    [1],
    [
      '5 % 3 * 2 = 5',
      '2 * 5 % 3 = 4',
      '1 + 5 % 3 + 1 = 2',
      '6 ^ 3 & 1 = 7',
      '6 & 3 ^ 1 = 2',
      '9 % 5 % 3 = 1',
      '- 5 % 3 = 0',
      '1 ^ 2 ^ 3 | 4 = 0',
    ],
  )
})

test('a minus sign binds most', () => {
  expectSame([1], ['-1 + 2 = 1', '- - 1 = 1', '2 * - 3 = 1', '- len * 2 = 4', '-ip[0] = 1'])
})

test('what is no arithmetic is refused', () => {
  expectSame(
    [1],
    [
      'len >',
      'len > tcp',
      '1 + = 2',
      '(1 + 2 = 3',
      'ip[] = 1',
      'ip[0 = 1',
      'ip[0:x] = 1',
      'ip[0:] = 1',
      '* 1 = 1',
      '1 = 1 = 1',
      'len',
    ],
  )
})
