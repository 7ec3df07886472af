import { test } from 'vitest'
import { expectSame } from './front.ts'

test('geneve is looked for over IPv4 and IPv6, and what follows lies within', () => {
  expectSame(
    [1, 101, 113, 127],
    [
      'geneve',
      'geneve 5',
      'geneve 16777216',
      'geneve and ip',
      'geneve and tcp port 80',
      'geneve and ether host 02:00:00:00:00:01',
      'geneve and broadcast',
      'geneve and vlan',
      'geneve and geneve and arp',
      'geneve or tcp',
      'vlan and geneve and ip',
    ],
  )
})
