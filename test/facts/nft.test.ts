import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nftRuleSet, parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import { type Chain, fieldIs, one, type Rule, type RuleSet } from '../../src/facts/rule-set.ts'
import { printed } from '../../src/facts/source.ts'

const data = (name: string): string =>
  readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')

const must = (rules: RuleSet | null): RuleSet => {
  if (rules === null) throw new Error('nothing was read')
  return rules
}

const json = must(parseNftJson(data('nft-many-matches.json')))
const more = must(parseNftJson(data('nft-more-matches.json')))

const chain = (rules: RuleSet, table: string, name: string): Chain => {
  const found = rules.chains.find((one) => one.table === table && one.name === name)
  if (found === undefined) throw new Error(`no chain ${table} ${name}`)
  return found
}

const rule = (rules: RuleSet, text: string): Rule => {
  const found = rules.chains.flatMap((one) => one.rules).find((one) => one.place.text === text)
  if (found === undefined) throw new Error(`no rule ${text}`)
  return found
}

const tcp = fieldIs('protocol', [one('tcp')])
const ipv4 = fieldIs('family', [one('ipv4')])

describe('parseNftJson', () => {
  test('reads hook, priority, type and policy of a base chain', () => {
    expect(chain(json, 'filter', 'input')).toMatchObject({
      backend: 'nft',
      family: 'inet',
      hook: 'input',
      priority: 0,
      type: 'filter',
      policy: 'drop',
    })
    expect(chain(json, 'nat', 'post')).toMatchObject({
      hook: 'postrouting',
      priority: 100,
      type: 'nat',
    })
    expect(chain(json, 'filter', 'other')).toMatchObject({ hook: null, policy: null })
  })

  test('reads place, counter, conditions, verdict and comment of a rule', () => {
    const numbered = rule(json, 'tcp dport { 80, 443, 8000-8100 } accept comment "web x"')
    expect(numbered).toEqual({
      place: {
        backend: 'nft',
        family: 'inet',
        table: 'filter',
        chain: 'input',
        handle: 22,
        number: 7,
        policy: false,
        text: 'tcp dport { 80, 443, 8000-8100 } accept comment "web x"',
      },
      counter: null,
      countedAfter: 0,
      changes: [],
      matches: [
        tcp,
        fieldIs('destinationPort', [
          one(80),
          one(443),
          { kind: 'range', from: '8000', to: '8100' },
        ]),
      ],
      verdict: { kind: 'accept' },
      comment: 'web x',
    })
    expect(
      rule(more, 'tcp dport 1-1023 counter log prefix "drop " drop comment "it\'s $5; ok"'),
    ).toMatchObject({
      counter: { packets: 5, bytes: 600 },
      comment: "it's $5; ok",
    })
  })

  test('puts the elements of a named set into the condition', () => {
    expect(rule(json, 'ip saddr @bad counter drop').matches).toEqual([
      ipv4,
      fieldIs(
        'source',
        [
          { kind: 'prefix', address: '10.0.0.0', length: 8 },
          { kind: 'range', from: '192.168.1.5', to: '192.168.1.9' },
        ],
        false,
        'bad',
      ),
    ])
    expect(rule(json, 'ip saddr . tcp dport @pair drop').matches).toEqual([
      ipv4,
      tcp,
      {
        kind: 'tuple',
        fields: ['source', 'destinationPort'],
        negated: false,
        rows: [[one('10.0.0.1'), one(22)]],
        set: 'pair',
      },
    ])
  })

  test('reads elements with a timeout, a comment or a counter', () => {
    expect(rule(more, 'ip saddr @s tcp option maxseg size 1400 drop').matches[1]).toMatchObject({
      values: [one('10.0.0.1'), one('10.0.0.2')],
      set: 's',
    })
  })

  test('reads verdict maps, anonymous and named, with their wildcard', () => {
    expect(rule(json, 'tcp dport vmap { 25 : drop, 26 : goto other }').verdict).toEqual({
      kind: 'vmap',
      fields: ['destinationPort'],
      set: null,
      rows: [
        { values: [one(25)], verdict: { kind: 'drop' } },
        { values: [one(26)], verdict: { kind: 'goto', target: 'other' } },
      ],
    })
    expect(rule(more, 'ip saddr . tcp dport vmap @m').verdict).toMatchObject({
      kind: 'vmap',
      fields: ['source', 'destinationPort'],
      set: 'm',
      rows: [
        { verdict: { kind: 'drop' } },
        { values: [one('*'), one('*')], verdict: { kind: 'accept' } },
      ],
    })
  })

  test('says what nft leaves unsaid about a reject', () => {
    expect(rule(json, 'reject with icmp host-unreachable')).toMatchObject({
      matches: [ipv4],
      verdict: { kind: 'reject', with: 'host-unreachable' },
    })
    expect(rule(json, 'meta l4proto tcp reject with tcp reset').verdict).toEqual({
      kind: 'reject',
      with: 'tcp-reset',
    })
    expect(rule(json, 'reject')).toMatchObject({
      matches: [],
      verdict: { kind: 'reject', with: 'port-unreachable' },
    })
  })

  test('tells the three ways of asking for TCP flags apart', () => {
    const flags = (text: string) => rule(more, text).matches[1]
    expect(flags('tcp flags == syn drop')).toMatchObject({ how: 'all', set: ['syn'] })
    expect(flags('tcp flags syn,ack drop')).toMatchObject({ how: 'any', mask: ['syn', 'ack'] })
    expect(flags('tcp flags syn,ack / syn,rst,ack drop')).toMatchObject({
      how: 'all',
      mask: ['syn', 'rst', 'ack'],
      set: ['syn', 'ack'],
    })
    expect(rule(json, 'tcp flags ! syn drop').matches[1]).toMatchObject({
      how: 'any',
      negated: true,
    })
  })

  test('knows that no state is two states at once', () => {
    expect(rule(more, 'ct state != established | related drop').matches).toEqual([
      fieldIs('state', [], true),
    ])
  })

  test('reads a comparison of ports as a range', () => {
    expect(rule(more, 'tcp dport < 1024 drop').matches[1]).toEqual(
      fieldIs('destinationPort', [{ kind: 'range', from: '0', to: '1023' }]),
    )
  })

  test('reads translations', () => {
    expect(rule(json, 'tcp dport 80 redirect to :8080').verdict).toEqual({
      kind: 'redirect',
      to: ':8080',
    })
    expect(rule(json, 'tcp dport 81 dnat to 10.0.0.1:8080').verdict).toEqual({
      kind: 'dnat',
      to: '10.0.0.1:8080',
    })
    expect(rule(json, 'oif "lo" masquerade').verdict).toEqual({ kind: 'masquerade' })
  })

  test('keeps what it does not know as an unknown condition', () => {
    expect(rule(more, 'numgen inc mod 2 0 drop').matches).toEqual([
      { kind: 'unknown', text: 'numgen inc mod 2 0' },
    ])
    expect(rule(json, 'limit rate over 10/second drop').matches).toEqual([
      { kind: 'limit', text: 'limit rate over 10/second' },
    ])
  })

  test('is not stopped by objects that it does not know, and names them', () => {
    const odd =
      '{"nftables":[{"metainfo":{}},{"flowtable":{"name":"f"}},{"tunnel":{"name":"t"}},7,null]}'
    expect(parseNftJson(odd)).toEqual({ chains: [], unreadable: ['tunnel t', '?', '?'], aside: [] })
  })

  test('sets the tables of iptables aside', () => {
    const mixed = must(parseNftJson(data('nft-of-iptables.json')))
    expect(mixed.chains).toEqual([])
    expect(new Set(mixed.aside.map((one) => `${one.family} ${one.table}`))).toEqual(
      new Set(['ip filter', 'ip nat', 'ip mangle', 'ip raw', 'ip6 filter']),
    )
  })

  test('keeps a table of its own that is only named like one of iptables', () => {
    expect(json.aside).toEqual([])
    expect(json.chains.some((one) => one.family === 'ip' && one.table === 'nat')).toBe(true)
  })

  test.for(['', 'null', '[]', '{"nftables":1}', 'table inet x {}'])('%j is no listing', (text) => {
    expect(parseNftJson(text)).toBeNull()
  })

  test('never throws, whatever the objects', () => {
    const word = fc.constantFrom('match', 'vmap', 'set', '@s', 'payload', 'ip', 'saddr', 'concat')
    const objects = fc.object({ key: word, values: [fc.integer(), word, fc.string()], maxDepth: 5 })
    const wrapped = fc.record({
      family: fc.constant('ip'),
      table: fc.constant('t'),
      expr: fc.array(objects),
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.record({ rule: wrapped }), objects)), (nftables) => {
        expect(parseNftJson(JSON.stringify({ nftables }))).not.toBeNull()
      }),
    )
  })
})

/** The JSON of nft 1.0.6 does not say to which devices a chain is bound. */
const withoutDevices = (set: RuleSet): RuleSet => ({
  ...set,
  chains: set.chains.map((chain) => ({ ...chain, devices: [] })),
})

const RECORDED = [
  ...['nft-many-matches', 'nft-more-matches', 'nft-constructs', 'nft-translations', 'nft-bits'],
  'nft-firewalld',
]

describe('parseNftText', () => {
  test.for(RECORDED)('reads of %s what the JSON says', (name) => {
    const fromText = must(parseNftText(data(`${name}.txt`)))
    const fromJson = must(parseNftJson(data(`${name}.json`)))
    const inOrder = ({ chains }: RuleSet) =>
      chains.toSorted((one, other) =>
        `${one.table} ${one.name}`.localeCompare(`${other.table} ${other.name}`),
      )
    expect(inOrder(withoutDevices(fromText))).toEqual(inOrder(withoutDevices(fromJson)))
  })

  test('a listing without handles says the same, but for the handles', () => {
    const numbered = (set: RuleSet) =>
      set.chains.flatMap(({ rules }) =>
        rules.map((rule) => ({ ...rule, place: { ...rule.place, handle: null } })),
      )
    const without = must(parseNftText(data('nft-constructs-no-handles.txt')))
    expect(numbered(without)).toEqual(numbered(must(parseNftText(data('nft-constructs.txt')))))
    expect(
      without.chains.flatMap(({ rules }) => rules).every(({ place }) => place.handle === null),
    ).toBe(true)
  })

  test('knows what a chain of the family netdev is bound to, and the priorities of bridges', () => {
    const chains = must(parseNftText(data('nft-translations.txt'))).chains
    const of = (table: string, name: string) =>
      chains.find((one) => one.table === table && one.name === name)
    expect(of('nd', 'ing')).toMatchObject({ hook: 'ingress', devices: ['lo'], priority: -500 })
    expect(of('nd', 'two')).toMatchObject({ devices: ['dm0', 'lo'], policy: 'drop' })
    expect(of('nd', 'eg')?.hook).toBe('egress')
    expect(of('br', 'out')).toMatchObject({ family: 'bridge', priority: 103 })
    expect(of('br', 'forw')).toMatchObject({ priority: -200, policy: 'drop' })
  })

  test('a map that says where a translation leads is a map of translations', () => {
    const set = must(parseNftText(data('nft-translations.txt')))
    expect(rule(set, 'dnat ip to ip daddr . tcp dport map @both').verdict).toMatchObject({
      kind: 'vmap',
      fields: ['destination', 'destinationPort'],
      rows: [
        { values: [one('192.0.2.1'), one(80)], verdict: { kind: 'dnat', to: '10.0.0.1:8080' } },
        { verdict: { to: '10.0.0.2:8443' } },
      ],
    })
    expect(
      rule(set, 'meta l4proto tcp redirect to :tcp dport map { 80 : 8080, 443 : 8443 }').verdict,
    ).toMatchObject({ kind: 'vmap', rows: [{ verdict: { kind: 'redirect', to: ':8080' } }, {}] })
    expect(rule(set, 'tcp dport 82 dnat to [fd00::1]-[fd00::9]:80-90').verdict).toEqual({
      kind: 'dnat',
      to: '[fd00::1]-[fd00::9]:80-90',
    })
    expect(
      rule(set, 'dnat to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }').verdict,
    ).toEqual({
      kind: 'dnat',
      to: 'numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }',
    })
  })

  test("a named counter is the rule's own where no other rule counts with it", () => {
    const set = must(parseNftText(data('nft-translations.txt')))
    expect(rule(set, 'counter name "hits" drop').counter).toEqual({ packets: 7, bytes: 70 })
    expect(rule(set, 'counter name "shared" drop').counter).toBeNull()
  })

  test('sets aside the tables that nft warns of, on either stream', () => {
    const text = data('nft-of-iptables.txt')
    const warnings = data('nft-of-iptables-warnings.txt')
    expect(must(parseNftText(text, warnings)).chains).toEqual([])
    expect(must(parseNftText(`${warnings}${text}`)).chains).toEqual([])
  })

  test('reads a pasted listing without handles, with service names, cut short', () => {
    const pasted =
      'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t\ttcp dport { ssh, http } accept\n\t\ttcp dport 443 dr'
    expect(must(parseNftText(pasted)).chains).toMatchObject([
      {
        policy: 'drop',
        rules: [
          { place: { handle: null, number: 1 }, matches: [tcp, { values: [one(22), one(80)] }] },
          { place: { number: 2 } },
        ],
      },
    ])
  })

  test.for(['', 'hello', 'table', 'Chain INPUT (policy ACCEPT)'])('%j is no listing', (text) => {
    expect(parseNftText(text)).toBeNull()
  })

  test('never throws and always ends, whatever the text', () => {
    const words = data('nft-many-matches.txt').split(/(?<=\s)/)
    const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 40 })
    fc.assert(
      fc.property(text, (parts) => {
        parseNftText(`table inet t {\nchain c {\n${parts.join('')}`)
        parseNftText(parts.join(''))
      }),
    )
  })

  test('reads a hundred thousand elements without going over them again and again', () => {
    const elements = Array.from(
      { length: 100_000 },
      (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
    )
    const text = `table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${elements.join(',\n')} }\n\t}\n\tchain c {\n\t\tip saddr @s drop\n\t}\n}\n`
    const started = performance.now()
    expect(must(parseNftText(text)).chains[0]?.rules[0]?.matches[1]).toMatchObject({ set: 's' })
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})

describe('nftRuleSet', () => {
  test('a host without tables has no rules, in both forms', () => {
    const nothing = { chains: [], unreadable: [], aside: [] }
    const [machine, people] = nftRuleSet.sources
    expect(machine?.parse(printed('{"nftables": [{"metainfo": {}}]}'))).toEqual(nothing)
    expect(people?.parse(printed(''))).toEqual(nothing)
  })

  test('a command that failed is no answer', () => {
    expect(
      nftRuleSet.sources.map((source) => source.parse(printed('', 1, 'not permitted'))),
    ).toEqual([null, null])
  })
})
