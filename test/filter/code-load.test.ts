import { test } from 'vitest'
import { expectSame } from './front.ts'

test('fields are loaded where the header lies, also where that changes', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    [
      'ether[5] = 1',
      'ip[8] = 1',
      'tcp[0:2] = 80',
      'ip6[6] = 6',
      'ether host 02:00:00:00:00:01',
      'portrange 80-90',
      'vlan and ip[8] = 1',
    ],
  )
})
