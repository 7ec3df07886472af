import { test } from 'vitest'
import { expectSame } from './front.ts'

test('addresses of IPv4 are those of IP, ARP and RARP', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    [
      'host 10.0.0.1',
      'src host 10.0.0.1',
      'dst 10.0.0.1',
      'src and dst 10.0.0.1',
      'ip host 10.0.0.1',
      'arp host 10.0.0.1',
      'rarp src 10.0.0.1',
      'net 10.0.0.0/8',
      'ether net 10.0.0.0/8',
    ],
  )
})

test('addresses of IPv6 are compared from their end', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    ['host 2001:db8::1', 'src 2001:db8::1', 'src and dst 2001:db8::1', 'net 2001:db8::/33'],
  )
})

test('only a protocol that has addresses takes one', () => {
  expectSame(
    [1],
    [
      'tcp host 10.0.0.1',
      'udp host 10.0.0.1',
      'sctp host 10.0.0.1',
      'icmp host 10.0.0.1',
      'igmp host 10.0.0.1',
      'igrp host 10.0.0.1',
      'atalk host 10.0.0.1',
      'lat host 10.0.0.1',
      'sca host 10.0.0.1',
      'moprc host 10.0.0.1',
      'mopdl host 10.0.0.1',
      'ip6 host 10.0.0.1',
      'icmp6 host 10.0.0.1',
      'ah host 10.0.0.1',
      'esp host 10.0.0.1',
      'pim host 10.0.0.1',
      'vrrp host 10.0.0.1',
      'aarp host 10.0.0.1',
      'iso host 10.0.0.1',
      'esis host 10.0.0.1',
      'isis host 10.0.0.1',
      'clnp host 10.0.0.1',
      'stp host 10.0.0.1',
      'ipx host 10.0.0.1',
      'netbeui host 10.0.0.1',
      'l1 host 10.0.0.1',
      'radio host 10.0.0.1',
      'carp host 10.0.0.1',
      'tcp host ::1',
      'arp host ::1',
      'addr1 10.0.0.1',
      'ta 10.0.0.1',
      'ra ::1',
    ],
  )
})

test('DECnet has four kinds of packet', () => {
  expectSame(
    [1, 9],
    ['decnet host 1.2', 'decnet src 10.15', 'decnet dst 1.1', 'decnet src and dst 1.1'],
  )
})
