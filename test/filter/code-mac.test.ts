import { test } from 'vitest'
import { expectSame } from './front.ts'

test('link-layer addresses lie where the link type has them', () => {
  expectSame(
    [1, 6, 10, 122, 105, 101, 113],
    [
      'ether host 02:00:00:00:00:01',
      'ether src 02:00:00:00:00:01',
      'ether dst 02:00:00:00:00:01',
      'ether src and dst 02:00:00:00:00:01',
      'ether broadcast',
      'ether multicast',
      'wlan addr1 02:00:00:00:00:01',
    ],
  )
})

test('ARCNET has addresses of one byte', () => {
  expectSame([7, 129], ['broadcast', 'multicast', 'ether host 02:00:00:00:00:01', 'link addr1 $01'])
})
