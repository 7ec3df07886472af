import { test } from 'vitest'
import { expectSame } from './front.ts'

test('ports are looked for over both versions of IP, and not in later fragments', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    [
      'port 80',
      'src port 80',
      'dst port 80',
      'src and dst port 80',
      'tcp port 80',
      'udp dst port 53',
      'sctp port 1',
      'portrange 1-9',
      'tcp src portrange 1-9',
      'mpls and port 80',
    ],
  )
})

test('only 802.11 frames have four addresses', () => {
  expectSame([1], ['addr1 port 80', 'ra port 80', 'ta portrange 1-2'])
})
