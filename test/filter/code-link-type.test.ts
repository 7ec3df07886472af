import { test } from 'vitest'
import { expectSame } from './front.ts'

test('each link type says in its way what it carries', () => {
  expectSame(
    [
      0, 1, 6, 7, 8, 9, 10, 50, 51, 99, 100, 101, 104, 105, 107, 108, 109, 113, 114, 117, 119, 122,
      123, 127, 129, 138, 163, 166, 226, 228, 229, 276,
    ],
    [
      'ip',
      'ip6',
      'arp',
      'rarp',
      'atalk',
      'aarp',
      'ipx',
      'netbeui',
      'stp',
      'iso',
      'decnet',
      'lat',
      'ether proto 0x1234',
      'ether proto 6',
      'ether proto 0x42',
    ],
  )
})

test('within MPLS only IP can be told', () => {
  expectSame([1, 9], ['mpls and ip', 'mpls and ip6', 'mpls and arp', 'mpls and iso'])
})

test('what says nothing of it is refused, but its bytes can be looked at', () => {
  expectSame([147, 140], ['ip', 'tcp port 80', 'ether[0] = 1', 'len > 1'])
})
