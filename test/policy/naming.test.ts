import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftText } from '../../src/facts/nft.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { addressesNamed, filters, type Named, rulesNaming } from '../../src/policy/naming.ts'

const nft = (...rules: readonly string[]): RuleSet => {
  const set = parseNftText(
    `table inet t {\nset ports {\ntype inet_service\nelements = { 22, 440-450 }\n}\nchain c {\n${rules.join('\n')}\n}\n}`,
  )
  if (set === null) throw new Error('nothing was read')
  return set
}

const https: Named = { port: 443, addresses: ['192.0.2.7', '2001:db8::7'], protocol: 'tcp' }
const names = (rule: string, named = https): boolean => rulesNaming(nft(rule), named).length === 1

describe('rulesNaming', () => {
  test.for([
    ['tcp dport 443 accept', true],
    ['tcp dport 22 accept', false],
    ['tcp dport 400-500 drop', true],
    ['tcp dport { 80, 443 } drop', true],
    ['tcp dport @ports drop', true],
    ['tcp dport != 443 drop', true],
    ['tcp sport 443 accept', true],
    ['udp dport 443 accept', false],
    ['th dport 443 accept', true],
    ['tcp dport vmap { 443 : drop }', true],
    ['ip saddr . tcp dport { 10.0.0.1 . 443 } drop', true],
    ['ip daddr 192.0.2.0/24 drop', true],
    ['ip daddr 192.0.2.1-192.0.2.9 drop', true],
    ['ip6 daddr 2001:db8::7 drop', true],
    ['ip daddr 10.0.0.0/8 drop', false],
    ['ip daddr 0.0.0.0/0 drop', false],
    ['ct state new accept', false],
    ['meta mark 443 drop', false],
  ] as const)('%s: %s', ([rule, expected]) => {
    expect(names(rule)).toBe(expected)
  })

  test('a rule about another protocol does not name the port', () => {
    expect(names('udp dport 443 drop', { ...https, protocol: 'udp' })).toBe(true)
  })
})

describe('filters', () => {
  test('rules that only accept, count or translate stop nothing', () => {
    expect(filters(nft('tcp dport 443 accept', 'counter', 'log prefix "drop"'))).toBe(false)
  })

  test('a drop, a reject, a map with one, or a policy can', () => {
    expect(filters(nft('tcp dport 1 drop'))).toBe(true)
    expect(filters(nft('tcp dport 1 reject'))).toBe(true)
    expect(filters(nft('tcp dport vmap { 1 : accept, 2 : drop }'))).toBe(true)
    const policy = parseIptablesSave('*filter\n:INPUT DROP [0:0]\nCOMMIT\n', 4)
    expect(policy && filters(policy)).toBe(true)
  })
})

test('addressesNamed tells those that a rule speaks of in some way, but not by every address', () => {
  const rules = nft(
    'ip saddr 192.0.2.0/24 drop',
    'ip daddr 198.51.100.1-198.51.100.9 accept',
    'ip saddr . tcp dport { 203.0.113.5 . 443 } drop',
    'ip6 saddr != 2001:db8::/32 drop',
    'ip saddr 0.0.0.0/0 accept',
  )
  const texts = [
    '192.0.2.7',
    '198.51.100.5',
    '198.51.100.10',
    '203.0.113.5',
    '10.0.0.1',
    '2001:db8::1',
    '::1',
    'none',
  ]
  expect([...addressesNamed([rules], texts)].toSorted()).toEqual([
    '192.0.2.7',
    '198.51.100.5',
    '2001:db8::1',
    '203.0.113.5',
  ])
})
