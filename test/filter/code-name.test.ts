import { test } from 'vitest'
import { expectSame } from './front.ts'

test('a service is of the protocols under which it is known', () => {
  expectSame(
    [1],
    [
      'port http',
      'tcp port http',
      'udp port http',
      'sctp port http',
      'port domain',
      'udp port domain',
      'port syslog',
      'tcp port syslog',
      'port nosuch',
      'port \\\\80',
    ],
  )
})

test('a range has two ends, in any order', () => {
  expectSame(
    [1, 101],
    [
      'portrange 80-90',
      'portrange 90-80',
      'portrange 80',
      'portrange 0-65535',
      'portrange 80-65536',
      'portrange ftp-ssh',
      'portrange domain-ntp',
      'portrange http-domain',
      'portrange ssh',
      'tcp portrange http-domain',
      'udp portrange http-ssh',
      'portrange 20-ssh',
    ],
  )
})

test('ports are of TCP, UDP and SCTP', () => {
  expectSame(
    [1],
    ['icmp port 80', 'ip port 80', 'ether port 80', 'port 65536', 'port 0', 'igmp portrange 1-2'],
  )
})

test('protocols have names where their carrier has some', () => {
  expectSame(
    [1],
    [
      'ip proto \\\\tcp',
      'ip proto ospf',
      'proto \\\\udp',
      'ip6 proto ipv6-icmp',
      'ip proto nosuch',
      'ether proto \\\\arp',
      'ether proto loopback',
      'ether proto \\\\stp',
      'ether proto nosuch',
      'iso proto \\\\clnp',
      'iso proto nosuch',
      'tcp proto foo',
    ],
  )
})
