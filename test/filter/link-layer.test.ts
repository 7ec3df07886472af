import { test } from 'vitest'
import { expectSame } from './front.ts'

test('the headers of each link type lie where libpcap finds them', () => {
  expectSame(
    [
      0, 1, 6, 7, 8, 9, 10, 12, 50, 51, 99, 100, 101, 104, 105, 107, 108, 109, 113, 114, 117, 119,
      122, 123, 127, 129, 138, 163, 166, 130, 131, 132, 133, 134, 135, 136, 137, 164, 165, 167, 168,
      178, 179, 180, 181, 183, 192, 194, 200, 226, 228, 229, 232, 233, 234, 238, 240, 241, 276, 147,
    ],
    [
      'ip[0] = 1',
      'tcp port 80',
      'ether[0] = 1',
      'host 10.0.0.1',
      'isis',
      'type data',
      'vlan 5 and ip',
      'llc',
      'radio[0] = 1',
      'ether host 02:00:00:00:00:01',
    ],
  )
})
