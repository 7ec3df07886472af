import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeNft, formatNftRule } from '../../src/facts/nft-words.ts'

const data = (name: string): string =>
  readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')

/** The rules of both listings of one host, by table, chain and handle. */
function pairs(name: string): readonly { readonly ours: string | null; readonly theirs: string }[] {
  const lines = new Map<string, string>()
  let [table, chain] = ['', '']
  for (const line of data(`${name}.txt`).split('\n')) {
    table = /^table (\S+ \S+)/.exec(line)?.[1] ?? table
    chain = /^\tchain (\S+)/.exec(line)?.[1] ?? chain
    const rule = /^\t\t(.*) # handle (\d+)$/.exec(line)
    if (rule) lines.set(`${table} ${chain} ${rule[2]}`, rule[1] ?? '')
  }
  const { nftables } = JSON.parse(data(`${name}.json`)) as {
    nftables: { rule?: Record<string, string> }[]
  }
  return nftables.flatMap(({ rule }) => {
    const theirs = rule && lines.get(`${rule.family} ${rule.table} ${rule.chain} ${rule.handle}`)
    if (!rule || theirs === undefined) return []
    return [{ ours: formatNftRule(rule.expr, rule.comment ?? null, rule.family), theirs }]
  })
}

describe('formatNftRule', () => {
  test.for([
    ...['nft-many-matches', 'nft-more-matches', 'nft-constructs', 'nft-translations', 'nft-bits'],
  ])('says the rules of %s as nft does', (name) => {
    const all = pairs(name)
    expect(all.length).toBeGreaterThan(40)
    const bare = (words: string): string =>
      words
        .replaceAll(' [invalid type]', '')
        .replaceAll(/counter packets \d+ bytes \d+/g, 'counter')
    expect(all.map(({ ours }) => ours)).toEqual(all.map(({ theirs }) => bare(theirs)))
  })

  test('a comment cannot end its own quotes', () => {
    expect(formatNftRule([{ drop: null }], 'a" accept')).toBe('drop comment "a accept"')
  })
})

describe('describeNft', () => {
  test('gives the JSON where there are no words', () => {
    expect(describeNft({ magic: [1] })).toBe('{"magic":[1]}')
  })

  test('never throws', () => {
    const word = fc.constantFrom(
      'match',
      'left',
      'right',
      'op',
      'payload',
      'field',
      'set',
      'concat',
      'vmap',
    )
    fc.assert(
      fc.property(fc.object({ key: word, maxDepth: 6 }), (object) => {
        describeNft(object)
        formatNftRule([object], null)
      }),
    )
  })
})
