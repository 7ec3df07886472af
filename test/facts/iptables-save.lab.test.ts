/** What the real iptables-save says here and now, and that asking it changes nothing. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ip6tablesLegacyRuleSet,
  ip6tablesRuleSet,
  iptablesLegacyRuleSet,
  iptablesRuleSet,
} from '../../src/facts/iptables-save.ts'
import { nftRuleSet } from '../../src/facts/nft.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { printed, type Question } from '../../src/facts/source.ts'

const name = `rt-ipt-${process.pid}`
const inside = (argv: readonly string[], input = ''): string =>
  execFileSync('ip', ['netns', 'exec', name, ...argv], { encoding: 'utf8', input, stdio: 'pipe' })

beforeAll(() => void execFileSync('ip', ['netns', 'add', name]))
afterAll(() => void execFileSync('ip', ['netns', 'delete', name]))

const ask = (question: Question<RuleSet>): RuleSet => {
  const [source] = question.sources
  const set = source?.parse(printed(inside(source.argv)))
  if (!set) throw new Error(`no answer about ${question.name}`)
  return set
}

const ALL = [iptablesRuleSet, ip6tablesRuleSet, iptablesLegacyRuleSet, ip6tablesLegacyRuleSet]

/** Every table that the namespace has, of both kinds. */
const tables = (): string =>
  inside(['nft', 'list', 'tables']) +
  inside(['sh', '-c', 'cat /proc/net/ip_tables_names /proc/net/ip6_tables_names 2>&1 || true'])

test('asking makes no table where there is none', () => {
  const before = tables()
  expect(ALL.map((question) => ask(question).chains)).toEqual([[], [], [], []])
  expect(tables()).toBe(before)
})

test('tables made by iptables are read from it, and set aside by nft', () => {
  inside(['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'])
  inside(['ip6tables', '-P', 'FORWARD', 'DROP'])
  expect(ask(iptablesRuleSet).chains.flatMap((chain) => chain.rules)).toMatchObject([
    { place: { text: '-A INPUT -p tcp -m tcp --dport 22 -j DROP' }, verdict: { kind: 'drop' } },
  ])
  expect(ask(ip6tablesRuleSet).chains.find((chain) => chain.hook === 'forward')?.policy).toBe(
    'drop',
  )
  const nft = ask(nftRuleSet)
  expect(nft.chains).toEqual([])
  expect(nft.aside.map((chain) => `${chain.family} ${chain.name} ${chain.policy}`)).toEqual([
    'ip INPUT accept',
    'ip6 FORWARD drop',
  ])
})
