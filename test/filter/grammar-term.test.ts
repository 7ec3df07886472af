import { test } from 'vitest'
import { expectSame } from './front.ts'

test('a number may stand behind a tunnel’s word, in brackets or not', () => {
  expectSame(
    [1],
    [
      'vlan 5',
      'vlan (5)',
      'vlan ((5))',
      'vlan (5',
      'vlan ()',
      'vlan and 5',
      'mpls (16)',
      'pppoes 1',
      'geneve (7)',
      'pppoed 5',
      'vlan foo',
    ],
  )
})

test('words that need a number or a name behind them are refused without', () => {
  expectSame(
    [1],
    [
      'less',
      'greater tcp',
      'byte',
      'byte 0',
      'byte 0 !',
      'byte 0 != 1',
      'ifindex',
      'ifindex eth0',
      'type',
      'dir',
      'on',
      'less (5)',
      'llc (i)',
      'vpi',
      'vci (5',
    ],
  )
})

test('behind a protocol’s word only some of them may stand', () => {
  expectSame(
    [1, 127],
    [
      'ip broadcast',
      'ether multicast',
      'wlan type data',
      'wlan subtype beacon',
      'wlan dir tods',
      'tcp less 5',
      'ip vlan',
      'ether llc',
      'ip inbound',
    ],
  )
})
