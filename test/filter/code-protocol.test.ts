import { test } from 'vitest'
import { expectSame } from './front.ts'

test('each protocol’s word', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    [
      'sctp',
      'tcp',
      'udp',
      'icmp',
      'igmp',
      'igrp',
      'pim',
      'vrrp',
      'carp',
      'ip',
      'arp',
      'rarp',
      'atalk',
      'aarp',
      'decnet',
      'sca',
      'lat',
      'mopdl',
      'moprc',
      'ip6',
      'icmp6',
      'ah',
      'esp',
      'iso',
      'esis',
      'isis',
      'l1',
      'l2',
      'iih',
      'lsp',
      'snp',
      'csnp',
      'psnp',
      'clnp',
      'stp',
      'ipx',
      'netbeui',
      'radio',
      'ether',
    ],
  )
})

test('what carries tells what it carries', () => {
  expectSame(
    [1, 104, 107],
    [
      'proto 6',
      'ip proto 6',
      'ip6 proto 6',
      'iso proto 0x83',
      'isis proto 18',
      'tcp proto 6',
      'arp proto 1',
      'esis proto 1',
      'stp proto 1',
      'ether proto 2048',
    ],
  )
})
