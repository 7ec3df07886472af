import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftText } from '../../src/facts/nft.ts'
import type { Hook, Rule } from '../../src/facts/rule-set.ts'
import { matches, rowFits, type Surroundings } from '../../src/policy/match.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { NOWHERE } from '../../src/policy/packet-field.ts'
import { passing } from './machine.ts'

const syn: Packet = { ...passing, outputDevice: '' }
const established: Packet = { ...syn, state: 'established', syn: false }
const synAck: Packet = { ...syn, state: 'established' }
const six: Packet = { ...syn, family: 6, source: '2001:db8::1', destination: '2001:db8::7' }
const ping: Packet = {
  ...syn,
  protocol: 'icmp',
  sourcePort: null,
  destinationPort: null,
  syn: false,
  icmpType: 'echo-request',
}
const at = (hook: Hook, more: Partial<Surroundings> = {}): Surroundings => ({
  ...NOWHERE,
  hook,
  ...more,
})

const nft = (words: string, family = 'inet'): Rule => {
  const set = parseNftText(`table ${family} t {\n chain c {\n ${words} drop\n }\n}`)
  const rule = set?.chains[0]?.rules[0]
  if (rule === undefined) throw new Error('no rule')
  return rule
}
const iptables = (words: string, family: 4 | 6 = 4): Rule => {
  const rule = parseIptablesSave(`*filter\n-A INPUT ${words} -j DROP\n`, family)?.chains[0]
    ?.rules[0]
  if (rule === undefined) throw new Error('no rule')
  return rule
}
const answer = (rule: Rule, packet: Packet, around?: Surroundings) =>
  matches(rule, packet, around).answer

describe('matches', () => {
  test.for([
    ['tcp dport 443', syn, 'yes'],
    ['tcp dport 22', syn, 'no'],
    ['udp dport 443', syn, 'no'],
    ['tcp dport { 80, 400-500 }', syn, 'yes'],
    ['tcp dport != 443', syn, 'no'],
    ['tcp sport 22', syn, 'no'],
    ['tcp sport 1024-65535', syn, 'yes'],
    ['tcp sport 40000', syn, 'unknown'],
    ['ip saddr 192.0.2.0/24', syn, 'yes'],
    ['ip saddr 192.0.2.0/24', six, 'no'],
    ['ip saddr != 192.0.2.0/24', six, 'no'],
    ['ip6 saddr 2001:db8::/32', six, 'yes'],
    ['ip6 saddr 2001:db8::-2001:db8::ff', six, 'yes'],
    ['ip saddr . tcp dport { 192.0.2.1 . 443 }', syn, 'yes'],
    ['ip saddr . tcp dport { 192.0.2.1 . 80 }', syn, 'no'],
    ['meta nfproto ipv6', syn, 'no'],
    ['meta l4proto { tcp, udp }', syn, 'yes'],
    ['th dport 443', syn, 'yes'],
    ['th dport 443', ping, 'unknown'],
    ['th sport 2048', ping, 'yes'],
    ['meta l4proto . th dport { tcp . 443 }', ping, 'no'],
    ['iifname "eth*"', syn, 'yes'],
    ['iifname "wg0"', syn, 'no'],
    ['oifname != "wg0"', syn, 'yes'],
    ['ct state new', syn, 'yes'],
    ['ct state established,related', syn, 'no'],
    ['ct state != established | related', established, 'yes'],
    ['tcp flags syn / fin,syn,rst,ack', syn, 'yes'],
    ['tcp flags syn / fin,syn,rst,ack', synAck, 'no'],
    ['tcp flags syn,ack / fin,syn,rst,ack', synAck, 'yes'],
    ['tcp flags == syn', established, 'no'],
    ['tcp flags psh', established, 'unknown'],
    ['rt type 0', syn, 'no'],
    ['exthdr hbh missing', syn, 'no'], // it is IPv4

    ['tcp flags ! syn', syn, 'no'],
    ['icmp type echo-request', ping, 'yes'],
    ['icmp type { echo-reply, destination-unreachable }', ping, 'no'],
    ['icmpv6 type echo-request', ping, 'no'],
    ['limit rate 5/second', syn, 'unknown'],
    ['ip daddr & 255.0.0.255 == 10.0.0.1', syn, 'no'],
    ['tcp dport 22 limit rate 5/second', syn, 'no'],
    ['meta pkttype broadcast', syn, 'no'],
  ] as const)('%s', ([words, packet, expected]) => {
    expect(answer(nft(words), packet)).toBe(expected)
  })

  test('a rule of one family does not see the other one', () => {
    expect(answer(nft('meta l4proto tcp', 'ip'), six)).toBe('no')
    expect(answer(nft('meta l4proto tcp', 'ip6'), six)).toBe('yes')
    expect(answer(iptables('-p tcp', 6), syn)).toBe('no')
  })

  test.for([
    ['-p tcp -m multiport --dports 80,400:500', syn, 'yes'],
    ['-p tcp -m multiport --ports 443', syn, 'yes'],
    ['! -s 192.0.2.1', syn, 'no'],
    ['-m iprange --src-range 192.0.2.0-192.0.2.9', syn, 'yes'],
    ['-p icmp --icmp-type 8', ping, 'yes'],
    ['-p icmp --icmp-type 8/0', ping, 'yes'],
    ['-p icmp --icmp-type any', ping, 'yes'],
    ['-i eth+', syn, 'yes'],
    ['-p tcp ! --syn', syn, 'no'],
    ['-p tcp -m tcp --tcp-flags ALL NONE', syn, 'no'],
    ['-m conntrack --ctstate DNAT', syn, 'unknown'],
    ['-m conntrack --ctstate NEW,DNAT', syn, 'yes'],
    ['-m set --match-set f2b src', syn, 'unknown'],
  ] as const)('%s', ([words, packet, expected]) => {
    expect(answer(iptables(words), packet)).toBe(expected)
  })

  test('a packet of no socket fits `! --uid-owner` of iptables, and no condition of nft', () => {
    expect(answer(iptables('-m owner ! --uid-owner 0'), syn, at('input'))).toBe('yes')
    expect(answer(iptables('-m owner --uid-owner 0'), syn, at('input'))).toBe('no')
    expect(answer(nft('meta skuid != 0'), syn, at('input'))).toBe('no')
  })

  test('an address is local at the hooks that say so, or where the addresses are known', () => {
    const local = nft('fib daddr type local')
    expect(answer(local, syn, at('input'))).toBe('yes')
    expect(answer(local, syn, at('forward'))).toBe('no')
    expect(answer(local, syn, at('prerouting'))).toBe('unknown')
    const localAddresses = ['198.51.100.7']
    expect(answer(local, syn, at('prerouting', { localAddresses }))).toBe('yes')
    expect(answer(local, six, at('prerouting', { localAddresses }))).toBe('no')
    expect(answer(iptables('-m addrtype --dst-type MULTICAST'), syn, at('input'))).toBe('no')
  })

  test('a mark counts by the bits of its mask, where it is known', () => {
    expect(answer(iptables('-m mark --mark 0x1/0xff'), syn)).toBe('unknown')
    expect(answer(iptables('-m mark --mark 0x1/0xff'), syn, at('input', { mark: 0x101 }))).toBe(
      'yes',
    )
    expect(answer(nft('meta mark 0x00000001'), syn, at('input', { mark: 0 }))).toBe('no')
  })

  test('nobody owns a new packet that comes in; who owns one that goes out is not known', () => {
    expect(answer(nft('meta skuid 1000'), syn, at('input'))).toBe('no')
    expect(answer(nft('meta skuid 1000'), syn, at('output'))).toBe('unknown')
  })

  test('says why it does not know', () => {
    expect(matches(nft('limit rate 5/second'), syn).because).toBe(
      '`limit rate 5/second` depends on what came before',
    )
    expect(matches(nft('oifname "eth1"'), { ...syn, outputDevice: null }).because).toBe(
      'the outgoing interface is not known',
    )
  })
})

test('rowFits wants every field of a row', () => {
  const row = [
    { kind: 'one', value: '192.0.2.1' },
    { kind: 'range', from: '400', to: '500' },
  ] as const
  const fields = ['source', 'destinationPort'] as const
  expect(rowFits(fields, row, syn, at('input')).answer).toBe('yes')
  expect(rowFits(fields, row, { ...syn, destinationPort: 80 }, at('input')).answer).toBe('no')
})
