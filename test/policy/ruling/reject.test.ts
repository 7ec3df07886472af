import { expect, test } from 'vitest'
import {
  iptablesReject,
  nftReject,
  parseRejection,
  REJECTIONS,
} from '../../../src/policy/ruling/reject.ts'

test.for([
  ['host-unreachable', 'host-unreachable'],
  ['icmp-host-unreachable', 'host-unreachable'],
  ['icmp6-addr-unreachable', 'host-unreachable'],
  ['icmp6-adm-prohibited', 'admin-prohibited'],
  ['tcp-reset', 'tcp-reset'],
  ['no-route', 'net-unreachable'],
  ['constructor', null],
  ['', null],
] as const)('%s means %s', ([word, rejection]) => {
  expect(parseRejection(word)).toBe(rejection)
})

test('nft and iptables call the same message by their own names', () => {
  expect(REJECTIONS.map((one) => nftReject(one, 'icmpx'))).toEqual([
    'reject with icmpx type host-unreachable',
    'reject with icmpx type no-route',
    'reject with icmpx type port-unreachable',
    'reject with icmpx type admin-prohibited',
    'reject with tcp reset',
  ])
  expect(nftReject('host-unreachable', 'icmpv6')).toBe('reject with icmpv6 type addr-unreachable')
  expect(iptablesReject('admin-prohibited', 4)).toBe('icmp-admin-prohibited')
  expect(iptablesReject('admin-prohibited', 6)).toBe('icmp6-adm-prohibited')
  expect(iptablesReject('tcp-reset', 6)).toBe('tcp-reset')
})
