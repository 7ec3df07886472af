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
    expect(rule(json, 'reject with icmpx port-unreachable')).toMatchObject({
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
    expect(rule(json, 'ct original ip daddr 10.0.0.1 accept').matches).toEqual([
      { kind: 'unknown', text: 'ct original ip daddr 10.0.0.1' },
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

/** A rule without what the two forms of a listing say differently. */
const comparable = ({ place, counter, matches, verdict, comment }: Rule) => ({
  place,
  counter,
  comment,
  verdict: verdict.kind === 'unknown' ? 'unknown' : verdict,
  matches: matches.map((match) => (match.kind === 'unknown' ? 'unknown' : match)),
})

/** Rules for which 1.0.6 has other words in its two forms, or whose words only one form has. */
const DIFFERENT = [
  /^reject( with icmpx port-unreachable)?$/,
  /timeout/,
  /numgen|jhash/,
  /meta hour/,
  /^arp /,
]
const same = (one: Rule): boolean => !DIFFERENT.some((pattern) => pattern.test(one.place.text))

describe('parseNftText', () => {
  test.for(['nft-many-matches', 'nft-more-matches'])('reads of %s what the JSON says', (name) => {
    const fromText = must(parseNftText(data(`${name}.txt`)))
    const fromJson = must(parseNftJson(data(`${name}.json`)))
    const rules = (set: RuleSet) =>
      set.chains
        .flatMap((one) => one.rules)
        .filter(same)
        .map(comparable)
    const bare = (set: RuleSet) =>
      set.chains
        .map(({ rules: _, ...rest }) => rest)
        .sort((one, other) =>
          `${one.table} ${one.name}`.localeCompare(`${other.table} ${other.name}`),
        )
    expect(bare(fromText)).toEqual(bare(fromJson))
    const inOrder = (set: RuleSet) =>
      rules(set).sort((one, other) =>
        `${one.place.table} ${one.place.chain}`.localeCompare(
          `${other.place.table} ${other.place.chain}`,
        ),
      )
    expect(inOrder(fromText)).toEqual(inOrder(fromJson))
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

  test('reads a hundred thousand elements within a second or two', () => {
    const elements = Array.from(
      { length: 100_000 },
      (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
    )
    const text = `table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${elements.join(',\n')} }\n\t}\n\tchain c {\n\t\tip saddr @s drop\n\t}\n}\n`
    const started = performance.now()
    expect(must(parseNftText(text)).chains[0]?.rules[0]?.matches[1]).toMatchObject({ set: 's' })
    expect(performance.now() - started).toBeLessThan(3000)
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
