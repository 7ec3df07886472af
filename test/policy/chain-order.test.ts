import { describe, expect, test } from 'vitest'
import type { Hook, RuleSet } from '../../src/facts/rule-set.ts'
import { bookOf, isTied, stationsOf } from '../../src/policy/chain-order.ts'
import { base, iptables, nft, table } from './machine.ts'

const names = (sets: readonly RuleSet[], hook: Hook, family: 4 | 6 = 4): readonly string[] =>
  stationsOf(bookOf(sets), hook, family, 'listed').map((station) => {
    if (station.kind === 'chain') return station.chain.name
    if (station.kind === 'conntrack') return 'conntrack'
    return `nat(${station.chains.map(({ name }) => name).join(' ')})`
  })

describe('the order of a hook', () => {
  test('is that of the priorities, conntrack at -200 and NAT at -100 among them', () => {
    const set = nft(
      table(
        't',
        base('late', 'filter hook prerouting priority 10;'),
        base('raw', 'filter hook prerouting priority raw;'),
        base('turn', 'nat hook prerouting priority dstnat;', 'redirect'),
        base('mangle', 'filter hook prerouting priority mangle;'),
        base('other', 'filter hook input priority 0;'),
      ),
    )
    expect(names([set], 'prerouting')).toEqual(['raw', 'conntrack', 'mangle', 'nat(turn)', 'late'])
    expect(names([set], 'input')).toEqual(['other', 'nat()'])
  })

  test('puts nat chains at the priority of NAT, whatever theirs is, in their own order', () => {
    const set = nft(
      table(
        't',
        base('second', 'nat hook prerouting priority 5;', 'redirect'),
        base('first', 'nat hook prerouting priority -150;'),
        base('filter', 'filter hook prerouting priority -120;'),
      ),
    )
    expect(names([set], 'prerouting')).toEqual(['conntrack', 'filter', 'nat(first second)'])
  })

  test('of equal priorities the younger chain comes first', () => {
    const one = table('a', base('elder', 'filter hook input priority 0;'))
    const other = table('b', base('younger', 'filter hook input priority 0;'))
    expect(names([nft(one, other)], 'input')).toEqual(['younger', 'elder'])
  })

  test('has conntrack only where a rule asks for it, for the families of that rule', () => {
    const raw = base('raw', 'filter hook prerouting priority raw;', 'notrack')
    const nat = base('turn', 'nat hook prerouting priority dstnat;', 'accept')
    expect(names([nft(table('t', raw, nat))], 'prerouting')).toEqual(['raw', 'nat(turn)'])
    const asking = (family: string, rule: string) =>
      nft(`table ${family} t {\n${base('c', 'filter hook output priority 0;', rule)}}\n`)
    for (const rule of [
      'ct state new',
      'ct mark set 1',
      'meta mark set ct mark',
      'ct count over 5 drop',
      'ct state vmap { new : drop }',
    ])
      expect(names([asking('ip', rule)], 'output')).toEqual(['conntrack', 'c'])
    expect(names([asking('ip6', 'ct state new')], 'output')).toEqual([])
    expect(names([asking('inet', 'dnat ip6 to fd00::7')], 'output', 6)).toEqual(['conntrack', 'c'])
    expect(names([asking('inet', 'dnat ip6 to fd00::7')], 'output')).toEqual(['c'])
    expect(names([asking('inet', 'tcp dport 80')], 'output')).toEqual(['c'])
  })

  test("has iptables' tables at their places, and only the packet's family", () => {
    const four = iptables(
      '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n*mangle\n:INPUT ACCEPT [0:0]\nCOMMIT\n',
    )
    const six = iptables('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', 6)
    const stations = stationsOf(bookOf([four, six]), 'input', 4, 'listed')
    expect(stations.map((one) => (one.kind === 'chain' ? one.chain.table : ''))).toEqual([
      'mangle',
      'filter',
    ])
  })

  test('places the tables of iptables where nft lists them, without chains that do not exist', () => {
    const listed = nft(
      table('elder', base('first', 'filter hook input priority 0;')),
      'table ip filter {\nchain INPUT {\ntype filter hook input priority 0;\n}\n}\n',
      table('younger', base('last', 'filter hook input priority 0;')),
    )
    const save = iptables(
      '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
    )
    expect(names([listed, save], 'input')).toEqual(['last', 'INPUT', 'first'])
    expect(names([listed, save], 'forward')).toEqual([])
    expect(isTied(bookOf([listed, save]), 4)).toBe(false)
  })

  test('is open between tables of equal priority where one stands in no listing of nft', () => {
    const listed = nft(table('t', base('chain', 'filter hook input priority 0;')))
    const save = iptables('*filter\n:INPUT DROP [0:0]\nCOMMIT\n')
    expect(isTied(bookOf([listed, save]), 4)).toBe(true)
    expect(isTied(bookOf([listed, save]), 6)).toBe(false)
    expect(isTied(bookOf([save]), 4)).toBe(false)
  })

  test('is made once for a list of rule sets', () => {
    const sets = [nft(table('t', base('c', 'filter hook input priority 0;')))]
    expect(stationsOf(bookOf(sets), 'input', 4, 'listed')).toBe(
      stationsOf(bookOf(sets), 'input', 4, 'listed'),
    )
  })
})
