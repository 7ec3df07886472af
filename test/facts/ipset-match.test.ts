import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpsetSave } from '../../src/facts/ipset.ts'
import { asksIpsets, resolveIpsets } from '../../src/facts/ipset-match.ts'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { fieldIs, type Match, one, type RuleSet } from '../../src/facts/rule-set.ts'
import { contains, inRange, parseAddress, parsePrefix } from '../../src/wire/address.ts'

const recorded = readFileSync(new URL('data/ipset-save.txt', import.meta.url), 'utf8')

const rules = (match: string, family: 4 | 6 = 4): RuleSet => {
  const set = parseIptablesSave(`*filter\n-A INPUT -m set ${match} -j DROP\nCOMMIT\n`, family)
  if (set === null) throw new Error('no rules')
  return set
}
const resolve = (match: string, family: 4 | 6 = 4, sets = recorded): Match | undefined =>
  resolveIpsets(rules(match, family), parseIpsetSave(sets) ?? new Map()).chains[0]?.rules[0]
    ?.matches[0]

const prefix = (address: string, length: number) => ({ kind: 'prefix', address, length }) as const

describe('resolveIpsets', () => {
  test('puts the members in the place of the name', () => {
    expect(asksIpsets(rules('--match-set hip src'))).toBe(true)
    expect(resolve('--match-set hip src')).toEqual(
      fieldIs('source', [one('10.0.0.1'), one('10.0.0.2')], false, 'hip'),
    )
    expect(resolve('! --match-set bport dst')).toMatchObject({
      fields: ['protocol', 'destinationPort'],
      negated: true,
      rows: [
        [one('*'), one(80)],
        [{}, one(81)],
        [{}, one(82)],
      ],
    })
    expect(resolve('--match-set hnetport src,dst')).toEqual({
      kind: 'tuple',
      fields: ['source', 'protocol', 'destinationPort'],
      negated: false,
      rows: [[prefix('10.0.0.0', 24), one('tcp'), one(443)]],
      set: 'hnetport',
    })
    expect(resolve('--match-set hipportip src,dst,dst')).toMatchObject({
      fields: ['source', 'protocol', 'destinationPort', 'destination'],
    })
  })

  test('of networks with exceptions the narrowest decides', () => {
    expect(resolve('--match-set hnet src')).toEqual(
      fieldIs(
        'source',
        [
          { kind: 'range', from: '10.0.0.0', to: '10.0.255.255' },
          { kind: 'range', from: '10.1.2.0', to: '10.1.2.255' },
          { kind: 'range', from: '10.2.0.0', to: '10.255.255.255' },
          { kind: 'range', from: '192.0.2.7', to: '192.0.2.7' },
        ],
        false,
        'hnet',
      ),
    )
  })

  test('nothing is in a set of another family, or in one that is asked with too few directions', () => {
    expect(resolve('--match-set hip src', 6)).toEqual(fieldIs('source', [], false, 'hip'))
    expect(resolve('--match-set hnetport src')).toEqual(fieldIs('source', [], false, 'hnetport'))
    expect(resolve('--match-set hip src,dst')).toMatchObject({ values: [{}, {}] })
  })

  test('what it does not understand is unknown: types of ICMP, ports of bridges, a set that is gone', () => {
    for (const set of [
      'hipport src,dst',
      'hnetiface src,src',
      'bipmac src,src',
      'gone src',
      'hip src --packets-gt 5',
    ])
      expect(resolve(`--match-set ${set}`)?.kind).toBe('unknown')
  })

  test('a set of sets has their members', () => {
    const sets =
      'create a hash:ip family inet\nadd a 10.0.0.1\ncreate b hash:net family inet\nadd b 10.1.0.0/16\ncreate l list:set size 8\nadd l a\nadd l b\n'
    expect(resolve('--match-set l dst', 4, sets)).toEqual(
      fieldIs('destination', [one('10.0.0.1'), prefix('10.1.0.0', 16)], false, 'l'),
    )
    expect(resolve('--match-set l dst', 4, `${sets}add l l\n`)?.kind).toBe('unknown')
  })

  test('a netmask makes networks of addresses', () => {
    expect(
      resolve('--match-set m src', 4, 'create m hash:ip family inet netmask 24\nadd m 10.0.0.0'),
    ).toEqual(fieldIs('source', [prefix('10.0.0.0', 24)], false, 'm'))
  })
})

test('exceptions: the ranges say the same as looking for the narrowest network', () => {
  const net = fc
    .tuple(fc.nat(15), fc.nat(15), fc.integer({ min: 0, max: 32 }), fc.boolean())
    .map(([a, b, length, except]) => ({ text: `10.${a}.${b}.0/${length}`, except }))
  const probe = fc
    .tuple(fc.nat(15), fc.nat(15), fc.nat(255))
    .map((bytes) => `10.${bytes.join('.')}`)
  fc.assert(
    fc.property(fc.array(net, { minLength: 1, maxLength: 12 }), fc.array(probe), (nets, probes) => {
      // as the kernel keeps them: a network once, by its first address
      const unique = new Map(
        nets.map((one) => [one.text.split('/')[1] + networkText(one.text), one]),
      )
      const members = [...unique.values()]
      if (!members.some(({ except }) => except)) return
      const lines = members.map(({ text, except }) => `add n ${text}${except ? ' nomatch' : ''}`)
      const found = resolve(
        '--match-set n src',
        4,
        ['create n hash:net family inet', ...lines].join('\n'),
      )
      if (found?.kind !== 'is') throw new Error('not known')
      for (const text of probes) {
        const address = parseAddress(text)
        if (address === null) throw new Error(text)
        const fits = members
          .map((member) => ({ ...member, prefix: parsePrefix(member.text) }))
          .filter(({ prefix }) => prefix !== null && contains(prefix, address))
          .sort((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))
        const inside = found.values.some((value) => {
          const [from, to] = value.kind === 'range' ? [value.from, value.to].map(parseAddress) : []
          return from && to && inRange(address, from, to)
        })
        expect(inside === true).toBe(fits.length > 0 && fits[0]?.except === false)
      }
    }),
  )
})

function networkText(text: string): string {
  const prefix = parsePrefix(text)
  const bytes = [...(prefix?.address.bytes ?? [])]
  return bytes
    .map((byte, at) => byte & ~(0xff >> Math.min(8, Math.max(0, (prefix?.length ?? 0) - 8 * at))))
    .join('.')
}
