import { describe, expect, test } from 'vitest'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { walkBase } from '../../src/policy/chain.ts'
import { bookOf } from '../../src/policy/chain-order.ts'
import { stepsOf, type World } from '../../src/policy/world.ts'
import { base, chain, iptables, nft, table } from './machine.ts'
import { start } from './world.ts'

function walk(set: RuleSet, world: World = start, rules = 100_000) {
  const book = bookOf([set])
  const first = book.chains.find(({ hook }) => hook !== null)
  if (first === undefined) throw new Error('no base chain')
  return walkBase(
    { book, hook: 'input', localAddresses: null, routing: null, tie: 'listed', budget: { rules } },
    first,
    [world],
  )
}
const input = (...rules: readonly string[]): string =>
  base('base', 'filter hook input priority 0; policy drop;', ...rules)
const verdicts = (set: RuleSet, world?: World) => walk(set, world).map(({ verdict }) => verdict)

describe('jumps', () => {
  test('a goto comes back to where the last jump was, from a base chain to its policy', () => {
    const far = chain('far', 'tcp dport 22 accept')
    const near = chain('near', 'goto far', 'accept')
    expect(verdicts(nft(table('t', far, near, input('jump near', 'reject'))))).toEqual(['reject'])
    expect(verdicts(nft(table('t', far, input('goto far', 'accept'))))).toEqual(['drop'])
  })

  test('circles, missing chains and too deep ones are said, not guessed', () => {
    const because = (set: RuleSet): string | null => walk(set)[0]?.because ?? null
    expect(because(nft(table('t', chain('one', 'jump one'), input('jump one'))))).toBe(
      'the chain one leads to itself',
    )
    expect(because(nft(table('t', input('jump gone'))))).toMatch(/gone.*is not in the listing/)
    const deep = Array.from({ length: 18 }, (_, at) => chain(`c${at}`, `jump c${at + 1}`))
    expect(because(nft(table('t', ...deep, chain('c18'), input('jump c0'))))).toBe(
      'chains are nested more than 16 deep',
    )
  })

  test('a walk without end is given up', () => {
    const rules = Array.from({ length: 50 }, () => 'tcp dport 22 accept')
    expect(walk(nft(table('t', input(...rules))), start, 20)).toMatchObject([
      { verdict: 'unknown', because: 'the rules are too many, or branch too often' },
    ])
  })
})

describe('what a rule writes', () => {
  test('is written where the conditions before it hold', () => {
    const marked = (rule: string) =>
      walk(nft(table('t', input(rule)))).map(({ world }) => world.mark)
    expect(marked('tcp dport 443 meta mark set 0x5')).toEqual([5])
    expect(marked('tcp dport 22 meta mark set 0x5')).toEqual([0])
  })

  test('a mark that cannot be computed is not known from then on', () => {
    const set = nft(table('t', input('meta mark set jhash ip saddr mod 2', 'meta mark 0x1 accept')))
    expect(verdicts(set).toSorted()).toEqual(['accept', 'drop'])
  })

  test('where there is no connection, nft leaves a rule that restores its mark, iptables goes on', () => {
    const untracked = { ...start, tracking: 'untracked', mark: 9 } as const
    const rules = ['meta mark set ct mark drop', 'meta mark 9 accept']
    expect(verdicts(nft(table('t', input(...rules))), untracked)).toEqual(['accept'])
    const set = iptables(
      '*filter\n:INPUT DROP [0:0]\n-A INPUT -j CONNMARK --restore-mark\n-A INPUT -m mark --mark 9 -j ACCEPT\nCOMMIT\n',
    )
    expect(verdicts(set, untracked)).toEqual(['accept'])
  })

  test('whether a counter beside what cannot be done has moved is not known', () => {
    const untracked = { ...start, tracking: 'untracked' } as const
    const counted = 'counter packets 0 bytes 0'
    const counts = (rule: string): unknown =>
      walk(nft(table('t', input(rule))), untracked).map(({ world }) =>
        stepsOf(world).map((step) => step.counts),
      )
    expect(counts(`${counted} meta mark set ct mark`)).toEqual([[null, false]])
    expect(counts(`${counted} tcp dport 443 meta mark set ct mark`)).toEqual([[true, false]])
  })

  test('what conntrack found invalid can still be kept from it', () => {
    const invalid = { ...start, tracking: 'invalid' } as const
    const rules = ['notrack', 'ct state invalid drop', 'ct state untracked accept']
    expect(verdicts(nft(table('t', input(...rules))), invalid)).toEqual(['accept'])
  })

  test('the connection’s mark is restored to the packet', () => {
    const set = iptables(`*filter
:INPUT DROP [0:0]
-A INPUT -j CONNMARK --restore-mark
-A INPUT -m mark --mark 0x7 -j ACCEPT
COMMIT
`)
    const world = { ...start, connection: { ...start.connection, mark: 7 } }
    expect(verdicts(set, world)).toEqual(['accept'])
    expect(verdicts(set)).toEqual(['drop'])
  })
})

test('the policy of iptables counts, that of nft does not', () => {
  const counts = (set: RuleSet) => stepsOf(walk(set)[0]?.world ?? start).at(-1)?.counts
  expect(counts(iptables('*filter\n:INPUT DROP [0:0]\nCOMMIT\n'))).toBe(true)
  expect(counts(nft(table('t', input())))).toBe(false)
})

test('a translation to the other family lets the packet go on', () => {
  const nat = (...rules: readonly string[]) =>
    nft(table('t', base('base', 'nat hook prerouting priority -100;', ...rules)))
  const [end] = walk(nat('dnat ip6 to [fd00::7]:80', 'dnat ip to 192.0.2.1'))
  expect(end?.translation).toEqual({ kind: 'dnat', to: '192.0.2.1' })
})

describe('verdicts', () => {
  test('a return leaves the chain; out of a base chain it leads to the policy', () => {
    const target = chain('target', 'tcp dport 443 return', 'accept')
    expect(verdicts(nft(table('t', target, input('jump target'))))).toEqual(['drop'])
    expect(verdicts(nft(table('t', input('return', 'accept'))))).toEqual(['drop'])
  })

  test('a map decides by the row that fits, the wildcard last', () => {
    const map = (words: string) => verdicts(nft(table('t', input(`tcp dport vmap { ${words} }`))))
    expect(map('22 : drop, 400-500 : accept')).toEqual(['accept'])
    expect(map('* : drop, 443 : accept')).toEqual(['accept'])
    expect(map('22 : accept')).toEqual(['drop'])
    expect(map('443 : continue')).toEqual(['drop'])
  })

  test('chains that branch without end are given up', () => {
    const chains = Array.from({ length: 15 }, (_, at) =>
      chain(`c${at}`, ...Array.from({ length: 10 }, () => `jump c${at + 1}`)),
    )
    const set = nft(table('t', ...chains, chain('c15'), input('jump c0')))
    expect(verdicts(set)).toEqual(['unknown'])
  })
})

describe('a rule that cannot be judged', () => {
  test('is followed into the chain it leads to, and may leave one', () => {
    const open = chain('open', 'accept')
    const jump = nft(table('t', open, input('limit rate 5/second jump open')))
    expect(verdicts(jump)).toEqual(['accept', 'drop'])
    const perhaps = chain('perhaps', 'limit rate 5/second return', 'accept')
    expect(verdicts(nft(table('t', perhaps, input('jump perhaps')))).toSorted()).toEqual([
      'accept',
      'drop',
    ])
  })

  test('makes no difference where it only counts, or leads nowhere', () => {
    const empty = chain('empty', 'tcp dport 22 accept')
    const set = nft(
      table(
        't',
        empty,
        input('limit rate 5/second jump empty', 'limit rate 5/second counter packets 0 bytes 0'),
      ),
    )
    expect(walk(set)).toMatchObject([{ verdict: 'drop', world: { main: true, doubts: [] } }])
  })

  test('a program that is asked is one', () => {
    expect(walk(nft(table('t', input('queue to 3'))))).toMatchObject([
      { verdict: 'unknown', because: '`queue to 3` leaves it to another program' },
    ])
  })
})
