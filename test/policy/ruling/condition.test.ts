import { expect, test } from 'vitest'
import {
  type Condition,
  iptablesCondition,
  namesAddress,
  nftCondition,
} from '../../../src/policy/ruling/condition.ts'
import { smtp } from './smtp.ts'

test.for<[string, Partial<Condition>, string, string]>([
  ['a port at an interface', {}, 'oifname "eth0" tcp dport 25', '-o eth0 -p tcp --dport 25'],
  [
    'both addresses, of which a zone is no part',
    {
      family: 6,
      outputDevice: null,
      source: 'fe80::1%eth0',
      destination: '2001:db8::1',
    },
    'ip6 saddr fe80::1 ip6 daddr 2001:db8::1 tcp dport 25',
    '-s fe80::1 -d 2001:db8::1 -p tcp --dport 25',
  ],
  [
    'a reply, known by the port that it comes from',
    {
      outputDevice: null,
      inputDevice: 'eth1',
      protocol: 'udp',
      sourcePort: 53,
      destinationPort: null,
      state: 'established',
    },
    'iifname "eth1" udp sport 53 ct state established',
    '-i eth1 -p udp --sport 53 -m conntrack --ctstate ESTABLISHED',
  ],
  [
    'a ping',
    { outputDevice: null, protocol: 'icmp', destinationPort: null, icmpType: 'echo-request' },
    'icmp type echo-request',
    '-p icmp --icmp-type echo-request',
  ],
  [
    'a ping of IPv6',
    {
      family: 6,
      outputDevice: null,
      protocol: 'icmp',
      destinationPort: null,
      icmpType: 'echo-request',
    },
    'icmpv6 type echo-request',
    '-p ipv6-icmp --icmpv6-type echo-request',
  ],
  ['a protocol alone', { outputDevice: null, destinationPort: null }, 'meta l4proto tcp', '-p tcp'],
])('%s', ([, change, nft, iptables]) => {
  const condition = { ...smtp, ...change }
  expect(nftCondition(condition)).toBe(nft)
  expect(iptablesCondition(condition).join(' ')).toBe(iptables)
})

test('an address or a message of ICMP is of one family, a port is of both', () => {
  expect(namesAddress(smtp)).toBe(false)
  expect(namesAddress({ ...smtp, source: '192.0.2.1' })).toBe(true)
  expect(namesAddress({ ...smtp, protocol: 'icmp' })).toBe(true)
})
