import { test } from 'vitest'
import { expectSame } from './front.ts'

test('a number, a short address and a whole one are as long as they have bytes', () => {
  expectSame(
    [1, 101, 276],
    [
      'host 10.0.0.1',
      'host 10.0',
      'net 10',
      'net 10.1',
      'net 10.1.2',
      'net 167772160',
      'host 256',
      'net 0',
      'host 0x0a000001',
      'decnet host 1.2',
      'decnet host 7',
    ],
  )
})

test('a mask belongs to a network, and may not cut off bits', () => {
  expectSame(
    [1, 113],
    [
      'net 10.0.0.0/8',
      'net 10.0.0.1/8',
      'net 10.0.0.0/33',
      'host 10.0.0.0/8',
      'net 10.0.0.0 mask 255.0.0.0',
      'net 10.0.0.1 mask 255.0.0.0',
      'net 10.0 mask 255.255',
      'net 0.0.0.0/0',
      'net 10.0.0.0 mask 300.0.0.0',
    ],
  )
})

test('addresses of IPv6 are those of hosts and networks', () => {
  expectSame(
    [0, 1, 101, 229],
    [
      'host 2001:db8::1',
      'net 2001:db8::/32',
      'net 2001:db8::1/32',
      'net 2001:db8::/129',
      'host 2001:db8::/32',
      'host 2001:db8::1/128',
      'net ::/0',
      'port 2001:db8::1',
      'proto ::1',
      'host ::ffff:10.0.0.1',
      'host ::ffff:300.1.1.1',
      'ip host ::1',
    ],
  )
})

test('an Ethernet address is written in many ways and needs its qualifier', () => {
  expectSame(
    [1, 127, 101],
    [
      'ether host 02:00:00:00:00:01',
      'ether host 2:0:0:0:0:1',
      'ether host 02-00-00-00-00-01',
      'ether host 0200.0000.0001',
      'ether host 020000000001',
      'host 02:00:00:00:00:01',
      'ether net 02:00:00:00:00:01',
      'ip host 02:00:00:00:00:01',
    ],
  )
})

test('an ARCNET address is read as libpcap reads it, and nobody tells a gateway', () => {
  expectSame(
    [7, 129, 1],
    [
      'link host $10',
      'link src $0a',
      'host $10',
      'gateway 10.0.0.1',
      'gateway router',
      'ip gateway router',
    ],
  )
})

test('names of networks are known, of DECnet not, and what names do not mean is refused', () => {
  expectSame(
    [1],
    [
      'net loopback',
      'net link-local',
      'net default',
      'net nosuch',
      'decnet host node',
      'host a..b',
      'ether host nosuch',
      'host \\\\10.0.0.1',
    ],
  )
})
