/** The rules as the real nft lists them, here and now: both forms say the same, and nothing changes. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nftRuleSet } from '../../src/facts/nft.ts'
import { formatNftRule } from '../../src/facts/nft-words.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { printed } from '../../src/facts/source.ts'

const name = `rt-nft-${process.pid}`
const inside = (argv: readonly string[], input = ''): string =>
  execFileSync('ip', ['netns', 'exec', name, ...argv], { encoding: 'utf8', input, stdio: 'pipe' })

beforeAll(() => void execFileSync('ip', ['netns', 'add', name]))
afterAll(() => void execFileSync('ip', ['netns', 'delete', name]))

/** What each source of the question makes of what its own command prints. */
const asked = (): readonly (RuleSet | null)[] =>
  nftRuleSet.sources.map((source) => source.parse(printed(inside(source.argv))))

test('a namespace without tables has no rules, and has none after it was asked', () => {
  expect(asked().map((set) => set?.chains)).toEqual([[], []])
  expect(inside(['nft', 'list', 'tables'])).toBe('')
})

test('nft takes back every rule in our words, and lists the same', () => {
  const recorded = readFileSync(new URL('data/nft-many-matches.txt', import.meta.url), 'utf8')
  inside(['nft', '-f', '-'], recorded)
  const before = inside(['nft', 'list', 'ruleset'])
  const { nftables } = JSON.parse(inside(['nft', '-j', 'list', 'ruleset'])) as {
    nftables: {
      rule?: { family: string; table: string; chain: string; expr: unknown; comment?: string }
    }[]
  }
  const rules = nftables.flatMap(({ rule }) => (rule === undefined ? [] : [rule]))
  expect(rules.length).toBeGreaterThanOrEqual(70)
  const script = rules.map(({ family, table, chain, expr, comment }) => {
    const words = formatNftRule(expr, comment ?? null)
    return `add rule ${family} ${table} ${chain} ${words ?? 'unreadable'}`
  })
  const flush = ['inet filter input', 'inet filter other', 'ip nat pre', 'ip nat post']
  inside(
    ['nft', '-f', '-'],
    [...flush.map((chain) => `flush chain ${chain}`), ...script, ''].join('\n'),
  )
  expect(inside(['nft', 'list', 'ruleset'])).toBe(before)
})

test('both forms of the listing name the same rules by the same handles', () => {
  const [json, text] = asked()
  const places = (set: RuleSet | null | undefined): readonly unknown[] =>
    (set?.chains ?? []).flatMap((chain) =>
      chain.rules.map(({ place }) => `${place.chain} ${place.number} ${place.handle}`),
    )
  expect(places(json).length).toBeGreaterThanOrEqual(70)
  expect(places(text)).toEqual(places(json))
})
