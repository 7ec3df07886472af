import { test } from 'vitest'
import { expectSame } from './front.ts'

test('the headers of each link type lie where libpcap finds them', () => {
  expectSame(
    [
      0, 1, 6, 7, 8, 9, 10, 12, 50, 51, 99, 100, 101, 104, 105, 107, 108, 109, 113, 114, 117, 119,
      122, 123, 127, 129, 138, 163, 166, 226, 228, 229, 276, 147,
    ],
    [
      'ip[0] = 1',
      'tcp port 80',
      'ether[0] = 1',
      'host 10.0.0.1',
      'isis',
      'ether host 02:00:00:00:00:01',
    ],
  )
})
