import { describe, expect, test } from 'vitest'
import { describePlace, icmpTypeText, type Place, protocolText } from '../../src/facts/rule-set.ts'

const place: Place = {
  backend: 'nft',
  family: 'inet',
  table: 'filter',
  chain: 'input',
  handle: 12,
  number: 3,
  policy: false,
  text: 'tcp dport 443 drop',
}

describe('describePlace', () => {
  test('names an nft rule by its handle', () => {
    expect(describePlace(place)).toBe('inet filter input handle 12')
  })

  test('names an iptables rule by its number, and the tool by the family', () => {
    const rule: Place = { ...place, backend: 'iptables', chain: 'INPUT', handle: null }
    expect(describePlace({ ...rule, family: 'ip' })).toBe('iptables filter INPUT rule 3')
    expect(describePlace({ ...rule, family: 'ip6' })).toBe('ip6tables filter INPUT rule 3')
  })

  test('says that a policy is one', () => {
    const policy: Place = { ...place, handle: null, number: null, policy: true }
    expect(describePlace(policy)).toBe('the policy of inet filter input')
  })
})

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
