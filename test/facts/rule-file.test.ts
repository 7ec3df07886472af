import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import { LONGEST_RULE_FILE, parseRuleFile } from '../../src/facts/rule-file.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'

const data = (name: string): string =>
  readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')

const rules = (text: string, family: 4 | 6 = 4): RuleSet => {
  const found = parseRuleFile(text, family)
  if ('error' in found) throw new Error(found.error)
  return found
}
const error = (text: string): string => {
  const found = parseRuleFile(text, 4)
  return 'error' in found ? found.error : ''
}

const chains = ({ chains }: RuleSet): readonly string[] =>
  chains.map(({ backend, family, table, name }) => `${backend} ${family} ${table} ${name}`)

describe('parseRuleFile', () => {
  test('tells which listing a file is', () => {
    expect(rules(data('nft-bits.json'))).toEqual(parseNftJson(data('nft-bits.json')))
    expect(rules(data('nft-bits.txt'))).toEqual(parseNftText(data('nft-bits.txt')))
    expect(rules(data('iptables-save-c.txt'))).toEqual(
      parseIptablesSave(data('iptables-save-c.txt'), 4),
    )
    expect(rules(JSON.stringify(JSON.parse(data('nft-bits.json')), null, 2))).toEqual(
      parseNftJson(data('nft-bits.json')),
    )
  })

  test('reads several listings one after the other, each for what it is', () => {
    expect(chains(rules(data('iptables-save-of-three.txt')))).toEqual([
      ...['INPUT', 'FORWARD', 'OUTPUT'].map((name) => `iptables ip filter ${name}`),
      ...['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((name) => `iptables ip nat ${name}`),
      ...['INPUT', 'FORWARD', 'OUTPUT'].map((name) => `iptables ip6 filter ${name}`),
      ...['INPUT', 'FORWARD', 'OUTPUT'].map((name) => `iptables-legacy ip filter ${name}`),
    ])
    expect(chains(rules(data('iptables-S-of-three.txt')))).toEqual([
      ...['INPUT', 'FORWARD', 'OUTPUT'].map((name) => `iptables ip filter ${name}`),
      ...['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((name) => `iptables ip nat ${name}`),
      ...['INPUT', 'FORWARD', 'OUTPUT'].map((name) => `iptables ip6 filter ${name}`),
    ])
    const all = `$ sudo nft list ruleset\n${data('nft-bits.txt')}\n\n${data('iptables-save-of-three.txt')}${data('nft-translations.json')}`
    expect(rules(all).chains).toHaveLength(
      rules(data('nft-bits.txt')).chains.length +
        13 +
        rules(data('nft-translations.json')).chains.length,
    )
  })

  test('reads /etc/nftables.conf with its definitions, several statements in a line', () => {
    const set = rules(
      '#!/usr/sbin/nft -f\nflush ruleset\ndefine lan = 10.0.0.0/8\n\ntable inet filter {\n  chain input { type filter hook input priority 0; policy drop; ct state established accept; ip saddr $lan accept\n  }\n}\n',
    )
    expect(set.chains).toMatchObject([
      {
        policy: 'drop',
        rules: [
          { verdict: { kind: 'accept' } },
          { matches: [{}, { values: [{ address: '10.0.0.0' }] }] },
        ],
      },
    ])
  })

  test('puts the members of sets that are listed beside into the rules', () => {
    const rule = '*filter\n-A INPUT -m set --match-set bad src -j DROP\nCOMMIT\n'
    const sets = 'create bad hash:ip family inet\nadd bad 10.0.0.1\n'
    const matches = (text: string) => rules(text).chains[0]?.rules[0]?.matches
    for (const text of [rule + sets, sets + rule])
      expect(matches(text)).toMatchObject([
        { kind: 'is', field: 'source', set: 'bad', values: [{}] },
      ])
    expect(matches(rule)).toMatchObject([{ kind: 'ipset', name: 'bad' }])
    expect(error(sets)).toContain('has sets of ipset and no rule')
    expect(error(`${rule}${sets.trimEnd()}`)).toBe('line 5: the line does not end: it is cut off')
  })

  test('the family is told by the header, by an address, or by who asks', () => {
    const family = (text: string, asked: 4 | 6) => rules(text, asked).chains[0]?.family
    expect(family('-P INPUT ACCEPT\n-A INPUT -s 10.0.0.1/32 -j DROP', 6)).toBe('ip')
    expect(family('-P INPUT ACCEPT\n-A INPUT -s fd00::1/128 -j DROP', 4)).toBe('ip6')
    expect(family('-P INPUT DROP', 6)).toBe('ip6')
  })
})

test.for([
  ['iptables-save-ufw.txt', 100],
  ['iptables-save-firewalld.txt', 300],
  ['nft-firewalld.txt', 140],
] as const)('reads every rule of %s, and leaves nothing unknown', ([name, least]) => {
  const set = rules(data(name))
  const all = set.chains.flatMap((chain) => chain.rules)
  expect(all.length).toBeGreaterThan(least)
  expect(set.unreadable).toEqual([])
  const unknown = all.filter(
    ({ matches, verdict }) =>
      verdict.kind === 'unknown' ||
      matches.some((match) => match.kind === 'unknown' && !match.text.startsWith('-m rt ')),
  )
  expect(unknown.map(({ place }) => place.text)).toEqual([])
})

describe('a file that is not whole', () => {
  test.for(['nft-bits.json', 'nft-bits.txt', 'nft-translations.txt', 'iptables-save-of-three.txt'])(
    '%s, cut anywhere, is never read as if it were',
    (name) => {
      const text = data(name)
      const whole = rules(text)
      const count = (set: RuleSet): number => set.chains.flatMap((chain) => chain.rules).length
      for (let length = 1; length < text.length; length += 31) {
        const found = parseRuleFile(text.slice(0, length), 4)
        if ('error' in found) continue
        // The only cut that cannot be seen: between two tables.
        expect(text.slice(0, length).trimEnd()).toMatch(/(?:^\}|COMMIT|^#.*)$/m)
        expect(count(found)).toBeLessThanOrEqual(count(whole))
      }
    },
  )

  test.for([
    ['{"nftables": [{"metainfo": {}}, {"ta', 'line 1: the JSON ends in the middle: it is cut off'],
    ['{"nftables": [}]', 'line 1: the JSON is broken'],
    ['{"hello": 1}', 'line 1: this JSON is not what nft -j list ruleset prints'],
    [
      'table inet t {\n\tchain c {\n\t\ttcp dport 22 acc',
      'line 3: the end is missing: "chain c {" of line 2 is not closed',
    ],
    [
      'table inet t {\n\tchain c {\n\t\tlog prefix "dro',
      'line 3: a string that does not end: it is cut off',
    ],
    ['table ip t {\n}\n}', 'line 3: "}" is no line'],
    [
      '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT',
      'line 3: the table filter has no COMMIT: it is cut off',
    ],
    [
      '-P INPUT DROP\n-A INPUT -p tcp -m tcp --dp',
      'line 2: "-A INPUT -p tcp -m tcp --dp" leads nowhere',
    ],
  ] as const)('%j', ([text, because]) => {
    expect(error(text)).toContain(because)
  })
})

describe('a file that is no listing', () => {
  test('says what it is and what to give instead', () => {
    expect(error(data('iptables-L-n.txt'))).toBe(
      'line 1: iptables -L leaves out the devices and more: give what iptables-save prints',
    )
    expect(error('# comment\n\npass in quick on em0 proto tcp to port 22\n')).toContain(
      'line 3: rules of pf',
    )
    expect(error('table ip t {\n}\ninclude "x"\n')).toBe(
      'line 3: what it includes is not here: include "x"',
    )
    expect(error('-P INPUT DROP\nhello')).toContain(
      'line 2: "hello" is no line of what nft list ruleset',
    )
    expect(error('')).toBe('is empty')
    expect(error('\0P\0')).toContain('is no text')
  })

  test('says a table that is listed twice', () => {
    const text = data('nft-bits.txt')
    expect(error(`${text}-P INPUT DROP\n${text}`)).toContain(
      'the table inet x was listed already, from line 1 on',
    )
    expect(error('-P INPUT DROP\n-P INPUT ACCEPT')).toBe(
      'line 2: the table iptables ip filter was listed already, from line 1 on',
    )
  })
})

describe('a hostile file', () => {
  test('is bounded', () => {
    expect(error('x'.repeat(LONGEST_RULE_FILE + 1))).toBe('is longer than 64 MB')
  })

  test('nested without end makes nothing overflow', () => {
    const deep = 50_000
    const nested = [
      `{"nftables":${'['.repeat(deep)}`,
      `{"nftables":[{"rule":{"expr":[{"match":{"op":"==","right":1,"left":${'{"&":['.repeat(deep)}1${',1]}'.repeat(deep)}}}]}}]}`,
      `{"nftables":[{"rule":{"expr":[${'{"meter":{"stmt":'.repeat(deep)}1${'}}'.repeat(deep)}]}}]}`,
      `{"nftables":[{"rule":{"expr":[{"match":{"op":"==","right":${'{"elem":{"val":'.repeat(deep)}1${'}}'.repeat(deep)},"left":{"meta":{"key":"mark"}}}}]}}]}`,
      `table ip t {\nchain c {\n${'jhash '.repeat(deep)}\n}\n}`,
      `table ip t {\nchain c {\n${'{ '.repeat(deep)}${'} '.repeat(deep)}\n}\n}`,
    ]
    for (const text of nested) expect(() => parseRuleFile(text, 4)).not.toThrow()
  })

  test('names that mean something to JavaScript are only names', () => {
    const set = rules(
      'table inet __proto__ {\n\tset constructor {\n\t\ttype ipv4_addr\n\t}\n\tchain toString {\n\t\tip saddr @constructor jump __proto__\n\t\ttcp dport @hasOwnProperty drop\n\t}\n}\n*filter\n:__proto__ - [0:0]\n-A INPUT -j __proto__\n-A INPUT -m __proto__ --constructor x -j toString\nCOMMIT\n',
    )
    expect(set.chains.flatMap(({ rules }) => rules.map(({ verdict }) => verdict))).toEqual([
      { kind: 'jump', target: '__proto__' },
      { kind: 'drop' },
      { kind: 'jump', target: '__proto__' },
      { kind: 'unknown', text: 'toString' },
    ])
  })

  test('never throws, whatever the text', () => {
    const words = [
      data('nft-bits.txt'),
      data('iptables-save-c.txt'),
      data('nft-bits.json'),
    ].flatMap((text) => text.split(/(?<=\s)/))
    const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 40 })
    fc.assert(fc.property(text, (parts) => void parseRuleFile(parts.join(''), 4)))
  })
})
