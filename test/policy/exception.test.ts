import { expect, test } from 'vitest'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { askAbout, type Wording } from '../../src/policy/asked.ts'
import { exceptionsTo } from '../../src/policy/exception.ts'
import { walkJourney } from '../../src/policy/journey.ts'
import { at, base, chain, iptables, nft, routing, table, unsaid } from './machine.ts'

const HTTPS: Wording = { ...unsaid, from: { kind: 'any' } }

function exceptions(ruleSets: readonly RuleSet[], change: Partial<Wording> = {}): string[] {
  const machine = { ruleSets, routing: routing() }
  const asked = askAbout(machine, { ...HTTPS, ...change })
  if ('error' in asked) throw new Error(asked.error)
  const journey = walkJourney({ ruleSets, routing: asked.routing }, asked.packet, asked.start)
  return exceptionsTo(machine, asked, journey).map(({ text }) => text)
}

const input = (...rules: readonly string[]): RuleSet =>
  nft(
    table(
      't',
      'set banned {\ntype ipv4_addr\nelements = { 192.0.2.66 }\n}\n',
      base('c', 'filter hook input priority 0', ...rules),
      chain('foes', 'ip saddr 10.0.0.0/8 drop'),
      chain('never', 'ip saddr 10.0.0.0/8 drop'),
    ),
  )

test('rules for particular senders are told, alone, in sets, in chains that are jumped to', () => {
  expect(
    exceptions([
      input(
        'ip saddr @banned drop',
        'ip saddr 10.0.0.9 tcp dport 443 reject',
        'tcp dport 443 jump foes',
        'ip saddr . tcp dport { 10.0.0.7 . 443 } drop',
        'ip saddr vmap { 10.0.0.5 : drop }',
      ),
    ]),
  ).toEqual([
    'ip saddr @banned drop',
    'ip saddr 10.0.0.9 tcp dport 443 reject',
    'ip saddr 10.0.0.0/8 drop',
    'ip saddr . tcp dport { 10.0.0.7 . 443 } drop',
    'ip saddr vmap { 10.0.0.5 : drop }',
  ])
})

test('those of other ports, protocols, devices and chains are not, and none that come to the same', () => {
  expect(
    exceptions([
      input(
        'ip saddr 10.0.0.9 tcp dport 22 drop',
        'ip saddr 10.0.0.9 udp dport 443 drop',
        'iifname "lo" ip saddr 10.0.0.9 drop',
        'ip saddr 10.0.0.9 tcp dport 443 accept',
        'tcp dport 80 jump never',
        'ip saddr 10.0.0.9 counter',
        'ip6 saddr fd00::9 drop',
        'ip daddr 10.0.0.1 accept',
      ),
    ]),
  ).toEqual([])
})

test('a rule that fits all but some addresses has been judged on its way', () => {
  expect(exceptions([input('ip saddr != 10.0.0.0/8 drop')])).toEqual([])
})

test('for any destination, it is those of particular destinations', () => {
  const output = iptables(
    '*filter\n:OUTPUT ACCEPT\n-A OUTPUT -d 192.0.2.5/32 -j DROP\n-A OUTPUT -s 10.1.0.1/32 -p tcp --dport 25 -j DROP\nCOMMIT\n',
  )
  const toAny = { from: { kind: 'unsaid' }, to: { kind: 'any' } } as const
  expect(exceptions([output], toAny)).toEqual(['-A OUTPUT -d 192.0.2.5/32 -j DROP'])
})

test('where both ends are said, there are none', () => {
  expect(exceptions([input('ip saddr 10.0.0.7 drop')], { from: at('10.0.0.9') })).toEqual([])
})

test('chains that jump in circles come to an end', () => {
  const circle = nft(
    table(
      't',
      base('c', 'filter hook input priority 0', 'jump a'),
      chain('a', 'ip saddr 10.0.0.9 drop', 'jump b'),
      chain('b', 'jump a'),
    ),
  )
  expect(exceptions([circle])).toEqual(['ip saddr 10.0.0.9 drop'])
})
