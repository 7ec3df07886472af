import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iptablesRule, iptablesVerdict, iptablesWords } from '../../src/facts/iptables-rule.ts'
import { fieldIs, one } from '../../src/facts/rule-set.ts'

const rule = (line: string) => iptablesRule(iptablesWords(line), 4)
const verdict = (line: string) => iptablesVerdict(rule(line), (name) => name === 'f2b')

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

  test('does not pretend to know a mask with holes', () => {
    expect(rule('-s 10.0.0.0/255.0.255.0').matches).toEqual([
      { kind: 'unknown', text: '-s 10.0.0.0/255.0.255.0' },
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

describe('iptablesVerdict', () => {
  test.for([
    ['-j REJECT', 'port-unreachable'],
    ['-j REJECT --reject-with tcp-reset', 'tcp-reset'],
    ['-j REJECT --reject-with icmp-admin-prohibited', 'admin-prohibited'],
    ['-j REJECT --reject-with icmp6-adm-prohibited', 'admin-prohibited'],
    ['-j REJECT --reject-with icmp-proto-unreachable', 'prot-unreachable'],
    ['-j REJECT --reject-with icmp6-no-route', 'no-route'],
  ] as const)('%s rejects with %s', ([line, kind]) => {
    expect(verdict(line)).toEqual({ kind: 'reject', with: kind })
  })

  test('a target that is a chain of the table is a jump, or a goto', () => {
    expect(verdict('-j f2b')).toEqual({ kind: 'jump', target: 'f2b' })
    expect(verdict('-g f2b')).toEqual({ kind: 'goto', target: 'f2b' })
  })

  test('reads where a translation leads', () => {
    expect(verdict('-j DNAT --to-destination 10.0.0.1:80')).toEqual({
      kind: 'dnat',
      to: '10.0.0.1:80',
    })
    expect(verdict('-j REDIRECT --to-ports 25025')).toEqual({ kind: 'redirect', to: ':25025' })
    expect(verdict('-j TPROXY --on-port 50 --on-ip 0.0.0.0')).toEqual({
      kind: 'redirect',
      to: ':50',
    })
  })

  test('a target that only marks or logs goes on', () => {
    expect(verdict('-j LOG --log-prefix "x y"')).toEqual({ kind: 'continue' })
    expect(verdict('-j TCPMSS --clamp-mss-to-pmtu')).toEqual({ kind: 'continue' })
    expect(verdict('-s 10.0.0.1')).toEqual({ kind: 'continue' })
  })

  test('a target that nobody knows is unknown', () => {
    expect(verdict('-j MAGIC --deep')).toEqual({ kind: 'unknown', text: 'MAGIC --deep' })
  })
})
