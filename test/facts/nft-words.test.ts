import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeNft, fieldsOf, formatNftRule, onlyEntry } from '../../src/facts/nft-words.ts'

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
    return [{ ours: formatNftRule(rule.expr, rule.comment ?? null), theirs }]
  })
}

describe('formatNftRule', () => {
  test.for(['nft-many-matches', 'nft-more-matches'])('says the rules of %s as nft does', (name) => {
    const all = pairs(name)
    expect(all.length).toBeGreaterThan(50)
    const odd = all.filter(
      ({ ours, theirs }) => ours !== theirs.replace(/counter packets \d+ bytes \d+/, 'counter'),
    )
    // Two spellings of one thing, and two expressions that have no words here.
    expect(odd).toEqual(
      name === 'nft-many-matches'
        ? [{ ours: 'reject with icmpx port-unreachable', theirs: 'reject' }]
        : [
            {
              ours: 'add @s { ip saddr timeout 300s } counter accept',
              theirs: 'add @s { ip saddr timeout 5m } counter packets 0 bytes 0 accept',
            },
            { ours: null, theirs: 'numgen inc mod 2 0 drop' },
            { ours: null, theirs: 'jhash ip saddr mod 2 0 drop' },
          ],
    )
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

test('fieldsOf and onlyEntry make the best of anything', () => {
  expect(fieldsOf(null)).toEqual({})
  expect(onlyEntry({ accept: null })).toEqual(['accept', null])
  expect(onlyEntry('accept')).toEqual(['accept', null])
  expect(onlyEntry(7)).toEqual(['?', null])
})
