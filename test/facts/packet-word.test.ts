import { expect, test } from 'vitest'
import {
  icmpCodeText,
  icmpTypeText,
  isIcmpType,
  protocolText,
  serviceClassText,
  tcpFlagsText,
} from '../../src/facts/packet-word.ts'

test('a protocol has one spelling', () => {
  expect(['6', 'TCP', '58', 'icmpv6', 'sctp', 'constructor'].map(protocolText)).toEqual([
    'tcp',
    'tcp',
    'ipv6-icmp',
    'ipv6-icmp',
    'sctp',
    'constructor',
  ])
})

test('an ICMP type has one spelling, and keeps its code', () => {
  expect(icmpTypeText('8', 4)).toBe('echo-request')
  expect(icmpTypeText('128', 6)).toBe('echo-request')
  expect(icmpTypeText('3/4', 4)).toBe('destination-unreachable/4')
  expect(icmpTypeText('echo-reply', 4)).toBe('echo-reply')
})

test('a type that nobody knows is none', () => {
  expect(
    ['echo-request', '3/4', 'destination-unreachable', '200'].every((type) =>
      isIcmpType(icmpTypeText(type, 4), 4),
    ),
  ).toBe(true)
  expect(isIcmpType(icmpTypeText('hello', 4), 4)).toBe(false)
})

test('codes, service classes and flags have one spelling', () => {
  expect(['host-unreachable', '3'].map((word) => icmpCodeText(word, 4))).toEqual(['1', '3'])
  expect(icmpCodeText('port-unreachable', 6)).toBe('4')
  expect(['cs0', 'CS7', 'af11', 'AF43', 'ef', '0x10', '9', 'odd'].map(serviceClassText)).toEqual([
    ...['0', '56', '10', '38', '46', '16', '9', 'odd'],
  ])
  expect(tcpFlagsText(['ack', 'syn'])).toBe('syn,ack')
  expect(tcpFlagsText([])).toBe('')
})
