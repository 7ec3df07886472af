import { test } from 'vitest'
import { expectSame } from './front.ts'

test('each operator, comparison and size has its instruction', () => {
  expectSame(
    [1, 101],
    [
      'ip[0] + 1 = 2',
      'ip[0] - 1 = 2',
      'ip[0] * 2 = 2',
      'ip[0] / 2 = 2',
      'ip[0] % 2 = 0',
      'ip[0] & 2 = 2',
      'ip[0] | 2 = 2',
      'ip[0] ^ 2 = 2',
      'ip[0] << 2 = 2',
      'ip[0] >> 2 = 2',
      '- ip[0] = 1',
      'len > 1',
      'len < 1',
      'len >= 1',
      'len <= 1',
      'len != 1',
      'ip[0:1] = 1',
      'ip[0:2] = 1',
      'ip[0:4] = 1',
      'ip[0:3] = 1',
    ],
  )
})

test('every header that can be looked into is looked for first', () => {
  expectSame(
    [0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276],
    [
      'ip[0] = 1',
      'ip6[0] = 1',
      'arp[0] = 1',
      'tcp[0] = 1',
      'udp[0] = 1',
      'icmp[0] = 1',
      'icmp6[0] = 1',
      'sctp[0] = 1',
      'igmp[0] = 1',
      'pim[0] = 1',
      'vrrp[0] = 1',
      'ether[0] = 1',
      'radio[0] = 1',
      'ah[0] = 1',
      'isis[0] = 1',
      'decnet[0] = 1',
      'ip[ip[0] & 0xf] = 1',
      'tcp[tcp[12] >> 2] = 1',
    ],
  )
})

test('what divides by zero or shifts too far is refused', () => {
  expectSame(
    [1],
    ['1 / 0 = 1', '1 % 0 = 1', '1 << 32 = 1', '1 >> 32 = 1', 'len / 0 = 1', '1 << 31 = 1'],
  )
})

test('of two sides of an operator only the left one is looked for, as libpcap does it', () => {
  expectSame(
    [1],
    ['ip[0] + tcp[0] = 3', 'tcp[0] + ip[0] = 3', 'ip[0] = tcp[0]', 'ip6[6] + ip6[7] > udp[4:2]'],
  )
})

test('there are sixteen words of memory', () => {
  expectSame(
    [1],
    [
      '1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1)))))))))))))) = 15',
      '1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1)))))))))))))))) = 17',
    ],
  )
})
