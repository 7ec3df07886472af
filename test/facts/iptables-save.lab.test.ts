/** What the real iptables-save says here and now, and that asking it changes nothing. */
import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { legacyTables } from '../../src/facts/ip-tables-names.ts'
import { ipsets } from '../../src/facts/ipset.ts'
import { resolveIpsets } from '../../src/facts/ipset-match.ts'
import {
  ip6tablesLegacyRuleSet,
  ip6tablesRuleSet,
  iptablesLegacyRuleSet,
  iptablesRuleSet,
} from '../../src/facts/iptables-save.ts'
import { nftRuleSet } from '../../src/facts/nft.ts'
import { fieldIs } from '../../src/facts/rule-set.ts'
import { type Output, printed, type Question } from '../../src/facts/source.ts'

const name = `rt-ipt-${process.pid}`
const inside = (argv: readonly string[], input = ''): string =>
  execFileSync('ip', ['netns', 'exec', name, ...argv], { encoding: 'utf8', input, stdio: 'pipe' })

beforeAll(() => void execFileSync('ip', ['netns', 'add', name]))
afterAll(() => void execFileSync('ip', ['netns', 'delete', name]))

/** grep ends with 1 where it finds nothing. */
function answer(argv: readonly string[]): Output {
  const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', name, ...argv], {
    encoding: 'utf8',
  })
  return printed(stdout, status ?? 2, stderr)
}

const ask = <T>(question: Question<T>): T => {
  const [source] = question.sources
  const set = source?.parse(answer(source.argv))
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
  expect(ask(legacyTables)).toEqual({ 4: [], 6: [] })
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

test('tables outside nf_tables are seen before they are read, and read by their own program', () => {
  inside(['iptables-legacy', '-A', 'INPUT', '-p', 'tcp', '--dport', '23', '-j', 'DROP'])
  expect(ask(legacyTables)).toEqual({ 4: ['filter'], 6: [] })
  const { chains, keptIn } = ask(iptablesLegacyRuleSet)
  expect(keptIn).toBe('ip_tables')
  expect(ask(iptablesRuleSet).keptIn).toBe('nf_tables')
  expect(chains[0]).toMatchObject({
    backend: 'iptables-legacy',
    rules: [{ verdict: { kind: 'drop' } }],
  })
})

test('the members of an ipset come into the rule that refers to it', () => {
  inside(['ipset', 'create', 'bad', 'hash:net'])
  inside(['ipset', 'add', 'bad', '192.0.2.0/24'])
  inside(['iptables', '-A', 'INPUT', '-m', 'set', '--match-set', 'bad', 'src', '-j', 'DROP'])
  const rule = resolveIpsets(ask(iptablesRuleSet), ask(ipsets)).chains[0]?.rules.at(-1)
  expect(rule?.matches).toEqual([
    fieldIs('source', [{ kind: 'prefix', address: '192.0.2.0', length: 24 }], false, 'bad'),
  ])
})
