import { test } from 'vitest'
import { expectSame } from './front.ts'

test('joints, brackets and negations lead where they should', () => {
  expectSame(
    [1],
    [
      'tcp and udp or icmp',
      'tcp or udp and icmp',
      'not (tcp or udp)',
      'not not tcp',
      'tcp and not (udp or (icmp and not ip6))',
    ],
  )
})

test('lengths, bytes and groups are tested', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    [
      'less 64',
      'greater 64',
      'byte 0 = 2',
      'byte 0 < 2',
      'byte 0 > 2',
      'byte 0 & 1',
      'byte 0 | 1',
      'broadcast',
      'multicast',
      'ip multicast',
      'ip6 multicast',
      'tcp multicast',
      'arp broadcast',
    ],
  )
})

test('without a netmask “ip broadcast” is refused', () => {
  expectSame([1], ['ip broadcast'])
})
