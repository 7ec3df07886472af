import { expect, test } from 'vitest'
import type { Glimpse } from '../../src/facts/glimpse.ts'
import { jsonIsOfOthers, wordsAreOfOthers } from '../../src/facts/nft-glance.ts'
import { nftStatements } from '../../src/facts/nft-phrase.ts'
import { nftCursor } from '../../src/facts/nft-token.ts'
import { nftJson } from './nft-json-text.ts'

const packet: Glimpse = {
  family: 4,
  protocol: 'tcp',
  source: '192.0.2.9',
  destination: '192.0.2.1',
  sourcePort: null,
  destinationPort: 80,
  inputDevice: 'eth0',
  outputDevice: '',
}

/** The rule of these words as nft -j prints it. */
const inJson = (words: string): string => {
  const { expr, comment } = nftStatements(nftCursor(words), 'inet')
  const place = { family: 'inet', table: 't', chain: 'c', handle: 4 }
  return nftJson({ rule: { ...place, ...(comment === null ? {} : { comment }), expr } })
}

const both = (words: string, glimpse: Glimpse = packet): readonly boolean[] => [
  wordsAreOfOthers(words, glimpse),
  jsonIsOfOthers(inJson(words), glimpse),
]

test.each([
  'ip saddr 10.0.0.0/8 drop',
  'ip saddr != 10.0.0.0/8 ip daddr 192.0.2.2 counter drop',
  'iifname "eth1" drop',
  'oifname "eth0" accept',
  'tcp dport 81 reject',
  'tcp sport 1024-65535 tcp dport 443 accept',
  'udp dport 80 accept',
  'udp dport != 53 accept',
  'udp dport { 53, 80, 1000-2000 } accept',
  'tcp dport { 22, 443, 8080 } accept',
  'ip saddr { 10.0.0.1, 10.1.0.0/16 } tcp dport 81 accept',
  'ip saddr != { 10.0.0.1-10.0.0.9 } ip daddr @web tcp dport 81 accept',
  'ip6 saddr fd00::/8 accept',
  'ip6 daddr != fd00::1 jump web',
  'ip saddr 192.0.2.0/24 th dport 1-65535 ip daddr 10.0.0.1 drop comment "a [rule"',
])('%s is plainly about others, in words and in JSON', (words) => {
  expect(both(words)).toEqual([true, true])
})

test.each([
  'ip saddr 192.0.2.0/24 drop',
  'ip saddr != 10.0.0.0/8 drop',
  'ip saddr 10.0.0.1-10.0.0.9 drop',
  'ip saddr { 10.0.0.1 } drop',
  'ip saddr @bad drop',
  'ip saddr & 255.0.0.0 == 10.0.0.0 drop',
  'ip saddr . tcp dport { 10.0.0.1 . 22 } drop',
  'ip saddr set 10.0.0.1',
  'ip6 saddr set fd00::1',
  'ip6 saddr vmap { fd00::1 : drop }',
  'counter ip saddr 10.0.0.0/8 drop',
  'meta mark set 1 ip saddr 10.0.0.0/8 drop',
  'limit rate 5/second ip saddr 10.0.0.0/8 drop',
  'iifname "eth*" drop',
  'iifname != "eth1" drop',
  'iifname { "eth1" } drop',
  'tcp dport 80 drop',
  'tcp dport 81-90 drop',
  'tcp dport != 81 drop',
  'tcp dport 81, 82 drop',
  'tcp dport { 22, 80 } drop',
  'tcp dport { 80 } drop',
  'tcp dport { 22, 080 } drop',
  'tcp dport != { 22, 23 } drop',
  'tcp dport { 22, 81-90 } drop',
  'tcp dport 81 | 80 drop',
  'tcp dport ssh drop',
  'udp dport @ports accept',
  'udp dport set 80 accept',
  'udp dport vmap { 80 : drop }',
  'drop comment "ip saddr 10.0.0.0/8 drop"',
  '',
])('of %s nothing is said, in words or in JSON', (words) => {
  expect(both(words)).toEqual([false, false])
})

test('nothing is said by what is not known of the packet', () => {
  const vague: Glimpse = { ...packet, source: '', destinationPort: null, inputDevice: null }
  for (const words of ['ip saddr 10.0.0.0/8 drop', 'iifname "eth1" drop', 'tcp dport 81 drop'])
    expect(both(words, vague)).toEqual([false, false])
})

test('of IPv6 and ICMP the same is known', () => {
  const ping: Glimpse = {
    ...packet,
    family: 6,
    protocol: 'icmp',
    source: 'fd00::9',
    destination: 'fd00::1',
    destinationPort: null,
  }
  for (const words of ['ip saddr 192.0.2.9 drop', 'tcp dport 80 drop', 'ip6 saddr fd01::/16 drop'])
    expect(both(words, ping)).toEqual([true, true])
  for (const words of ['ip6 saddr fd00::/16 drop', 'th dport 81 drop', 'icmpv6 type 128 drop'])
    expect(both(words, ping)).toEqual([false, false])
})
