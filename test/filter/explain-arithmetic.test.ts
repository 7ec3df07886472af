import { expect, test } from 'vitest'
import { explainExpression } from '../../src/filter/explain.ts'
import { parseExpression } from '../../src/filter/grammar.ts'

const told = (expression: string): string =>
  explainExpression(parseExpression(expression)).replace(/^Selects packets that |\.$/g, '')

test('flags of TCP are told by name', () => {
  expect(told('tcp[tcpflags] & (tcp-syn|tcp-fin) != 0')).toBe(
    'have one of the TCP flags SYN or FIN set',
  )
  expect(told('tcp[13] & 2 = 0')).toBe('do not have the TCP flag SYN set')
  expect(told('tcp[13] = 18')).toBe('have exactly the TCP flags SYN and ACK set')
  expect(told('tcp[13] & (tcp-syn|tcp-ack) = tcp-syn')).toBe(
    'have the TCP flag SYN set and not ACK',
  )
  expect(told('tcp[13] = 0')).toBe('have no TCP flag set')
})

test('fields and messages are told by name, others by their place', () => {
  expect(told('ip[8] < 5')).toBe('are such that the time to live is less than 5')
  expect(told('ip[6:2] & 0x1fff != 0')).toBe('are such that the fragment offset of IPv4 is not 0')
  expect(told('icmp[icmptype] = icmp-echo')).toBe('are ICMP messages of type 8 (icmp-echo)')
  expect(told('icmp6[0] != 135')).toBe(
    'are not ICMPv6 messages of type 135 (icmp6-neighborsolicit)',
  )
  expect(told('udp[8:4] = 0x12345678')).toBe(
    'are such that the 4 bytes from 8 of the UDP header is 0x12345678',
  )
  expect(told('ip[ip[0] & 0xf] >= 1')).toBe(
    'are such that byte at (the length of the IPv4 header in words of 4 bytes) of the IPv4 header is at least 1',
  )
})

test('operators are words, and brackets stand where they count', () => {
  expect(told('len - (2 + ip[0]) * 4 > 1')).toBe(
    'are such that the length of the packet minus ((2 plus byte 0 of the IPv4 header) times 4) is more than 1',
  )
  expect(told('- len = 1 << 2')).toBe(
    'are such that minus the length of the packet is 1 shifted left by 2',
  )
})
