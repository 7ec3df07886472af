import { test } from 'vitest'
import { expectSame } from './front.ts'

test('what follows a VLAN tag looks behind it', () => {
  expectSame(
    [1, 105, 127, 101, 113],
    [
      'vlan',
      'vlan 5',
      'vlan 4095',
      'vlan 4096',
      'vlan and ip',
      'vlan 5 and vlan 7 and ip',
      'vlan or ip',
      'ip or vlan',
      '(vlan and ip) or ip',
      'not vlan and ip',
      'vlan and host 10.0.0.1',
    ],
  )
})

test('what follows an MPLS label looks behind it', () => {
  expectSame(
    [1, 9, 104, 101],
    [
      'mpls',
      'mpls 16',
      'mpls 1048576',
      'mpls and mpls 17 and ip',
      'mpls and tcp port 80',
      'mpls and vlan',
      'mpls and host 10.0.0.1',
      'mpls or ip',
    ],
  )
})

test('what follows a PPPoE session looks into its PPP packet', () => {
  expectSame(
    [1, 113, 127],
    [
      'pppoed',
      'pppoes',
      'pppoes 5',
      'pppoes 65536',
      'pppoes and ip',
      'pppoes and tcp port 80',
      'pppoes and ether[0] = 0',
      'pppoes and mpls',
      'pppoes and pppoes',
      'vlan and pppoes and ip6',
      'pppoes and vlan',
    ],
  )
})
