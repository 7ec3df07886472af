import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ip6tablesRuleSet,
  iptablesRuleSet,
  parseIptablesSave,
} from '../../src/facts/iptables-save.ts'
import { fieldIs, one, type RuleSet } from '../../src/facts/rule-set.ts'
import { printed } from '../../src/facts/source.ts'

const data = (name: string): string =>
  readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')

const parsed = (text: string, family: 4 | 6 = 4): RuleSet => {
  const rules = parseIptablesSave(text, family)
  if (rules === null) throw new Error('nothing was read')
  return rules
}

const chain = (rules: RuleSet, table: string, name: string) =>
  rules.chains.find((one) => one.table === table && one.name === name)

describe('parseIptablesSave', () => {
  const rules = parsed(data('iptables-save-c.txt'))

  test('understands every line of a real listing', () => {
    expect(rules.unreadable).toEqual([])
    expect(rules.chains.map(({ table, name }) => `${table} ${name}`)).toEqual([
      ...['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'].map(
        (name) => `mangle ${name}`,
      ),
      ...['raw PREROUTING', 'raw OUTPUT'],
      ...['filter INPUT', 'filter FORWARD', 'filter OUTPUT', 'filter f2b'],
      ...['nat PREROUTING', 'nat INPUT', 'nat OUTPUT', 'nat POSTROUTING'],
    ])
  })

  test('knows hook, priority and policy of the built-in chains', () => {
    expect(chain(rules, 'filter', 'FORWARD')).toMatchObject({
      hook: 'forward',
      priority: 0,
      type: 'filter',
      policy: 'drop',
      policyCounter: { packets: 0, bytes: 0 },
    })
    expect(chain(rules, 'nat', 'PREROUTING')).toMatchObject({ priority: -100, type: 'nat' })
    expect(chain(rules, 'nat', 'POSTROUTING')).toMatchObject({ priority: 100, type: 'nat' })
    expect(chain(rules, 'raw', 'OUTPUT')).toMatchObject({ priority: -300 })
    expect(chain(rules, 'filter', 'f2b')).toMatchObject({ hook: null, policy: null, type: null })
  })

  test('reads the rules in order, with their number, words and comment', () => {
    const input = chain(rules, 'filter', 'INPUT')?.rules ?? []
    expect(input[0]?.verdict).toEqual({ kind: 'goto', target: 'f2b' })
    expect(input[1]?.verdict).toEqual({ kind: 'jump', target: 'f2b' })
    expect(input[2]).toEqual({
      place: {
        backend: 'iptables',
        family: 'ip',
        table: 'filter',
        chain: 'INPUT',
        handle: null,
        number: 3,
        policy: false,
        text: '-A INPUT -p tcp -m tcp --dport 80 -m comment --comment "a \\"b\\" c; $x" -j DROP',
      },
      counter: { packets: 0, bytes: 0 },
      countedAfter: 2,
      matches: [fieldIs('protocol', [one('tcp')]), fieldIs('destinationPort', [one(80)])],
      changes: [],
      verdict: { kind: 'drop' },
      comment: 'a "b" c; $x',
    })
  })

  test('leaves nothing of a real listing as an unknown condition that it could know', () => {
    const unknown = rules.chains
      .flatMap((one) => one.rules)
      .flatMap((rule) => rule.matches)
      .flatMap((match) => (match.kind === 'unknown' || match.kind === 'limit' ? [match.text] : []))
    expect(unknown).toEqual([
      '-m limit --limit 5/min',
      '-m statistic --mode random --probability 0.50000000000',
      '-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr',
      '-m recent --set --name x --mask 255.255.255.255 --rsource',
    ])
  })

  test('reads the same without counters', () => {
    const bare = parsed(data('iptables-save.txt'))
    const without = (set: RuleSet) =>
      set.chains.map((one) => one.rules.map(({ counter: _, ...rest }) => rest))
    expect(without(bare)).toEqual(without(rules))
    expect(bare.chains.flatMap((one) => one.rules).every((rule) => rule.counter === null)).toBe(
      true,
    )
  })

  test('reads `iptables -S` as the filter table', () => {
    const listed = parsed(data('iptables-S.txt'))
    expect(listed.chains.map(({ table, name }) => `${table} ${name}`)).toEqual([
      'filter INPUT',
      'filter FORWARD',
      'filter OUTPUT',
      'filter f2b',
    ])
    expect(chain(listed, 'filter', 'FORWARD')?.policy).toBe('drop')
    expect(listed.chains.map((one) => one.rules.map((rule) => rule.verdict))).toEqual(
      listed.chains.map((one) =>
        chain(rules, 'filter', one.name)?.rules.map((rule) => rule.verdict),
      ),
    )
  })

  test('knows the nat table of `iptables -t nat -S` by its chains', () => {
    const nat = '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n'
    expect(parsed(nat).chains[0]).toMatchObject({ table: 'nat', type: 'nat', priority: -100 })
  })

  test('reads the counters of `iptables -vS`', () => {
    const verbose = '-P INPUT DROP -c 5 300\n-A INPUT -p tcp -m tcp --dport 22 -c 7 420 -j ACCEPT\n'
    expect(parsed(verbose).chains[0]).toMatchObject({
      policyCounter: { packets: 5, bytes: 300 },
      rules: [
        {
          counter: { packets: 7, bytes: 420 },
          place: { text: '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT' },
        },
      ],
    })
  })

  test('reads a command as typed over two lines', () => {
    const typed =
      'iptables -t nat -A PREROUTING -i eth0 \\\n  -m tcp -p tcp --dport 25 -j REDIRECT --to-port 25025'
    expect(parsed(typed).chains[0]).toMatchObject({
      table: 'nat',
      name: 'PREROUTING',
      rules: [{ verdict: { kind: 'redirect', to: ':25025' } }],
    })
  })

  test('reads the tables outside nf_tables, where counters are counted', () => {
    const legacy = parsed(data('iptables-legacy-save-c.txt'))
    expect(chain(legacy, 'filter', 'INPUT')?.policy).toBe('drop')
    expect(chain(legacy, 'nat', 'OUTPUT')?.rules[0]?.verdict).toEqual({
      kind: 'redirect',
      to: ':8081',
    })
  })

  test('reads IPv6 as the family ip6', () => {
    const six = parsed(data('ip6tables-save-c.txt'), 6)
    expect(six.unreadable).toEqual([])
    const input = chain(six, 'filter', 'INPUT')
    expect(input).toMatchObject({ family: 'ip6', policy: 'drop' })
    expect(input?.rules[0]).toMatchObject({
      matches: [
        fieldIs('protocol', [one('ipv6-icmp')]),
        fieldIs('icmpType', [one('echo-request')]),
      ],
      verdict: { kind: 'reject', with: 'admin-prohibited' },
    })
  })

  test('says which line it did not understand', () => {
    expect(parsed('*filter\n:INPUT ACCEPT [0:0]\nwhat is this\nCOMMIT\n').unreadable).toEqual([
      'what is this',
    ])
  })

  test.for(['', 'hello', '* a point of a list', '{"nftables": []}'])('%j is no listing', (text) => {
    expect(parseIptablesSave(text, 4)).toBeNull()
  })

  test('never throws, whatever the text', () => {
    const line = fc.constantFrom(...data('iptables-save-c.txt').split('\n'))
    const text = fc.array(fc.oneof(line, fc.string()), { maxLength: 20 })
    fc.assert(
      fc.property(text, fc.nat(), (lines, cut) => {
        const whole = lines.join('\n')
        parseIptablesSave(whole, 4)
        parseIptablesSave(whole.slice(0, cut % (whole.length + 1)), 6)
      }),
    )
  })

  test('reads fifty thousand rules without going over them again and again', () => {
    const rule = (at: number): string =>
      `-A INPUT -s 10.${(at >> 8) & 255}.${at & 255}.1/32 -p tcp -m tcp --dport 22 -j DROP`
    const text = `*filter\n:INPUT ACCEPT [0:0]\n${Array.from({ length: 50_000 }, (_, at) => rule(at)).join('\n')}\n`
    const started = performance.now()
    expect(parsed(text).chains[0]?.rules).toHaveLength(50_000)
    // One that goes over all for each takes minutes; the limit leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  test('a line of megabytes is not read as a rule', () => {
    const line = `-A INPUT --comment "${'\\"'.repeat(2_000_000)}`
    expect(parseIptablesSave(`*filter\n${line}`, 4)?.chains).toEqual([])
  })
})

describe('the questions', () => {
  const ask = (text: string, stderr = '') =>
    iptablesRuleSet.sources[0]?.parse(printed(text, 0, stderr))

  test('nothing listed is a firewall without rules', () => {
    expect(ask('')).toEqual({ chains: [], unreadable: [], aside: [], keptIn: null })
  })

  test('what is kept outside nf_tables is said', () => {
    const warning =
      '# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n'
    expect(ask('', warning)?.unreadable).toEqual([
      'iptables-legacy tables present, use iptables-legacy-save to see them',
    ])
  })

  test('a command that failed is no answer', () => {
    expect(iptablesRuleSet.sources[0]?.parse(printed('', 1, 'Permission denied'))).toBeNull()
    expect(ip6tablesRuleSet.sources[0]?.argv).toEqual(['ip6tables-save', '-c'])
  })
})

/** What real iptables lists of everything that the reader knows, and of what it does not. */
describe('a listing of all matches and targets', () => {
  const set = parsed(data('iptables-save-constructs.txt'))
  const all = set.chains.flatMap(({ rules }) => rules)
  const find = (words: string) => all.find(({ place }) => place.text.includes(words))

  test('leaves unknown only what a packet of the walk cannot tell', () => {
    expect(set.unreadable).toEqual([])
    const unknown = all.flatMap(({ matches, verdict }) => [
      ...matches.flatMap((match) =>
        match.kind === 'unknown' || match.kind === 'limit' ? [`${match.kind} ${match.text}`] : [],
      ),
      ...(verdict.kind === 'unknown' ? [`V ${verdict.text}`] : []),
    ])
    expect(unknown).toEqual([
      'V TPROXY --on-port 8080 --on-ip 0.0.0.0 --tproxy-mark 0x1/0x1',
      'V TPROXY --on-port 8080 --on-ip 127.0.0.1 --tproxy-mark 0x0/0x0',
      'unknown --ctreplsrc 10.0.0.1',
      'unknown --ctexpire 5:10',
      'unknown -m tos --tos 0x10/0xff',
      'unknown --limit-iface-in',
      'unknown --tcp-option 2',
      'unknown -m esp --espspi 5',
      'limit -m limit --limit 3/min --limit-burst 9',
      'limit -m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name h',
      'limit -m recent --rcheck --seconds 60 --name r --mask 255.255.255.255 --rsource',
      'limit -m statistic --mode nth --every 3 --packet 0',
      'limit -m connlimit --connlimit-above 5 --connlimit-mask 32 --connlimit-saddr',
      'limit -m quota --quota 100',
      'unknown -m string --string abc --algo bm',
      'unknown -m time --timestart 10:00:00 --timestop 12:00:00 --datestop 2038-01-19T03:14:07',
      'unknown -m policy --dir in --pol none',
      'unknown -m physdev --physdev-is-bridged',
      'unknown -m socket --transparent',
      'unknown -m helper --helper ftp',
      'unknown -m cpu --cpu 0',
      'unknown -m realm --realm 0x5',
      'unknown --socket-exists',
    ])
  })

  test('keeps every negation', () => {
    for (const { place, matches } of all) {
      const said = place.text.match(/(?:^| )! /g)?.length ?? 0
      const kept = matches.filter((match) => 'negated' in match && match.negated).length
      expect(`${place.text}: ${kept}`).toBe(`${place.text}: ${said}`)
    }
  })

  test('reads where translations lead, and what targets write', () => {
    expect(find('10.0.0.9:80-90')?.verdict).toEqual({ kind: 'dnat', to: '10.0.0.1-10.0.0.9:80-90' })
    expect(find('NETMAP')?.verdict).toEqual({ kind: 'netmap', to: '10.2.0.0/24' })
    expect(find('--to-ports 8080-8090')?.verdict).toEqual({ kind: 'redirect', to: ':8080-8090' })
    expect(find('--to-source')?.verdict).toMatchObject({
      kind: 'snat',
      to: '192.0.2.1-192.0.2.9:1024-2048',
    })
    expect(find('--set-xmark 0x1/0xff')?.changes).toMatchObject([{ packet: 0xffffff00, flip: 1 }])
    expect(find('--ttl-set 64')?.changes).toMatchObject([
      { field: 'hopLimit', value: { value: '64' } },
    ])
    expect(find('icmp-host-prohibited')?.verdict).toEqual({
      kind: 'reject',
      with: 'host-prohibited',
    })
    expect(find('NFQUEUE')?.verdict).toEqual({ kind: 'queue' })
    expect(find('x -j DROP ')?.verdict).toEqual({ kind: 'continue' })
  })
})
