import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failsEarly, iptablesRule, iptablesWords } from '../../src/facts/iptables-rule.ts'
import { iptablesVerdict } from '../../src/facts/iptables-target.ts'
import { fieldIs, type Match, one } from '../../src/facts/rule-set.ts'

const rule = (line: string) => iptablesRule(iptablesWords(line), 4)

describe('iptablesWords', () => {
  test('takes quotes as iptables-save writes them', () => {
    expect(iptablesWords('--comment "a \\"b\\" c; $x" -j DROP')).toEqual([
      '--comment',
      'a "b" c; $x',
      '-j',
      'DROP',
    ])
  })

  test('takes the quotes of a shell', () => {
    expect(iptablesWords(`--comment 'it is "so"' a\\ b`)).toEqual([
      '--comment',
      'it is "so"',
      'a b',
    ])
  })
})

describe('iptablesRule', () => {
  test('reads addresses and networks, a dotted mask as a length', () => {
    expect(rule('-s 10.0.0.0/8 -d 192.0.2.7/255.255.255.0').matches).toEqual([
      fieldIs('source', [{ kind: 'prefix', address: '10.0.0.0', length: 8 }]),
      fieldIs('destination', [{ kind: 'prefix', address: '192.0.2.7', length: 24 }]),
    ])
  })

  test('keeps a mask with holes as it is', () => {
    expect(rule('-s 10.0.0.0/255.0.255.0').matches).toEqual([
      fieldIs('source', [{ kind: 'masked', value: '10.0.0.0', mask: '255.0.255.0' }]),
    ])
  })

  test('reads a negation before the option and, as old versions wrote, behind it', () => {
    const expected = [fieldIs('source', [one('10.0.0.1')], true)]
    expect(rule('! -s 10.0.0.1').matches).toEqual(expected)
    expect(rule('-s ! 10.0.0.1').matches).toEqual(expected)
  })

  test('reads lists and ranges of ports, open ones too', () => {
    expect(rule('-m multiport --dports 80,1000:2000,60000:').matches).toEqual([
      fieldIs('destinationPort', [
        one(80),
        { kind: 'range', from: '1000', to: '2000' },
        { kind: 'range', from: '60000', to: '65535' },
      ]),
    ])
  })

  test('reads --syn as the flags that it stands for', () => {
    expect(rule('-p tcp --syn').matches[1]).toEqual({
      kind: 'flags',
      how: 'all',
      negated: false,
      mask: ['syn', 'rst', 'ack', 'fin'],
      set: ['syn'],
    })
  })

  test('keeps a module that remembers as a limit, with all its words', () => {
    const words = '-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr'
    expect(rule(`-p tcp ${words} -j DROP`)).toMatchObject({
      matches: [fieldIs('protocol', [one('tcp')]), { kind: 'limit', text: words }],
      target: 'DROP',
    })
  })

  test('an option without a word does not eat the next one', () => {
    expect(rule('-m addrtype --dst-type LOCAL --limit-iface-in -j DROP')).toMatchObject({
      matches: [
        fieldIs('destinationType', [one('local')]),
        { kind: 'unknown', text: '--limit-iface-in' },
      ],
      target: 'DROP',
    })
  })

  test('a header that most packets do not have is asked for first', () => {
    expect(rule('-m rt --rt-type 0 -j DROP').matches).toEqual([
      fieldIs('extensionHeader', [one('rt')]),
      { kind: 'unknown', text: '-m rt --rt-type 0' },
    ])
    expect(rule('-m frag -j DROP').matches).toEqual([fieldIs('extensionHeader', [one('frag')])])
  })

  test('-p all is no condition', () => {
    expect(rule('-p all -j DROP').matches).toEqual([])
  })

  test('never throws', () => {
    const word = fc.constantFrom('-s', '!', '-m', 'tcp', '--dport', '-j', '-p', '--comment', '10/8')
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 12 }), (words) => {
        iptablesVerdict(iptablesRule(words, 6), () => false)
      }),
    )
  })
})

describe('failsEarly', () => {
  const early = (line: string): readonly Match[] => {
    const shown: Match[] = []
    failsEarly(line, 4, (match) => shown.push(match) < 0)
    return shown
  }

  test.for([
    '! -s 10.0.0.1 -p tcp -m tcp --dport 22 -j DROP',
    '-s  10.0.0.1  -p  udp -j DROP',
    '-p tcp -m comment --comment "a \\" -p udp" -s 10.0.0.1 -j DROP',
    '-i eth0 -m set --match-set bad src,dst -m tcp --tcp-flags SYN,ACK SYN -j DROP',
    `-s 10.0.0.1 -p tcp -m multiport --dports ${Array.from({ length: 15 }, (_, at) => at + 1000).join()} -j DROP`,
    '-s 10.0.0.0/8',
    '-j DROP',
    '',
  ])('shows how %s begins', (line) => {
    const { matches } = rule(line)
    expect(early(line)).toEqual(matches.slice(0, early(line).length))
  })

  test('shows what most rules of a firewall begin with', () => {
    expect(early('-s 10.0.0.0/8 -i eth0 -p tcp -m tcp --dport 22 -j DROP')).toHaveLength(4)
  })

  test('asks for nothing behind the condition that fails', () => {
    const shown: Match[] = []
    expect(failsEarly('-i eth0 -p tcp -j DROP', 4, (match) => shown.push(match) === 1)).toBe(true)
    expect(shown).toHaveLength(1)
  })
})
