import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nftJsonListing, nftListingOf } from '../../src/facts/nft-json-listing.ts'
import type { NftListing } from '../../src/facts/nft-listing.ts'
import { nftJson } from './nft-json-text.ts'

const folder = new URL('data/', import.meta.url)
const recorded = readdirSync(folder).filter((name) => /^nft-.*\.json$/.test(name))

/** All that a listing says. */
const plain = (listing: NftListing | null): unknown =>
  listing && {
    objects: listing.objects,
    rules: [...listing.owners].map(([chain, { rules }]) => [chain, rules.map((one) => one.read())]),
  }

/** The listing by JSON.parse alone; null where that refuses the text, or it is none. */
function parsed(text: string): NftListing | null {
  try {
    const { nftables } = JSON.parse(text)
    return Array.isArray(nftables) ? nftListingOf(nftables) : null
  } catch {
    return null
  }
}

const rule = (handle: number, ...expr: readonly unknown[]) => ({
  rule: { family: 'ip', table: 't', chain: 'c', handle, expr },
})
const port = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
})

describe('nftJsonListing', () => {
  test.for(recorded)('reads %s as JSON.parse does', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    expect(plain(nftJsonListing(text))).toEqual(plain(parsed(text)))
    const pretty = JSON.stringify(JSON.parse(text), null, 2)
    expect(plain(nftJsonListing(pretty))).toEqual(plain(parsed(text)))
  })

  test('rules of the usual shape wait, and others among them are read at once', () => {
    const deep = { set: [[[[[[[80]]]]]]] }
    const text = nftJson({
      nftables: [
        { table: { family: 'ip', name: 't' } },
        rule(1, port(22), { drop: null }),
        rule(2, port(deep), { drop: null }),
        { chain: { family: 'ip', table: 't', name: 'c' } },
        rule(3, port(80), { accept: null }),
        { rule: { family: 'ip', table: 't', chain: 'd', handle: 4, comment: 'a "b"', expr: [] } },
      ],
    })
    const listing = nftJsonListing(text)
    expect(plain(listing)).toEqual(plain(parsed(text)))
    const rules = listing?.owners.get('ip t c')?.rules ?? []
    // What waits has a text that can be looked at.
    expect(rules.map((one) => one.mayMention(/no such word/))).toEqual([false, true, false])
    expect(rules.map((one) => one.place())).toMatchObject([
      { handle: 1, number: 1, text: 'tcp dport 22 drop' },
      { handle: 2, number: 2 },
      { handle: 3, number: 3, text: 'tcp dport 80 accept' },
    ])
  })

  const head = '{"nftables": ['
  const one = nftJson(rule(1, port(22), { drop: null }))
  test.for([
    `${head}]}`,
    `${head} ]} \n`,
    `${head}${one}]}`,
    `${head}${one}, ${one}]}\n`,
    `${head}${one} , ${one}]}`,
    `${head}${one},${one}]}`,
    `${head}1, ${one}, [2], "{", ${one}]}`,
    `${head}${one}, {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 7, "expr": [{"log": {"prefix": "]}}, {\\"rule\\": {"}}]}}, ${one}]}`,
    `${head}${one}], "more": [1]}`,
    `${head}{"a": [1, ${one}, 2]}, ${one}]}`,
  ])('%j is a listing', (text) => {
    const expected = parsed(text)
    expect(expected).not.toBeNull()
    expect(plain(nftJsonListing(text))).toEqual(plain(expected))
  })

  test.for([
    `${head}${one}, ]}`,
    `${head}, ${one}]}`,
    `${head}${one}${one}]}`,
    `${head}${one}, , ${one}]}`,
    `${head}${one}, ${one}`,
    `${head}${one}, ${one.slice(0, -1)}]}`,
    `${head}${one}, ${one}}]}`,
    `${head}${one.replace('22', '022')}]}`,
    `${head}${one.replace('22', '2.')}]}`,
    `${head}${one.replace('"handle": 1', '"handle": 01')}]}`,
    `${head}${one.replace('"drop": null', '"drop": nul')}]}`,
    `${head}${one.replace('"drop": null', '"drop": null, ')}]}`,
    `${head}${one.replace('tcp', 't\ncp')}]}`,
    `${head}${one.replace('tcp', 't\\xcp')}]}`,
    `${head}${one}], [${one}]}`,
    `${head}${one}]}, ${one}]}`,
    `${one}]}`,
    '{"nftables": {}}',
    '[]',
    '',
  ])('%j is none', (text) => {
    expect(parsed(text)).toBeNull()
    expect(nftJsonListing(text)).toBeNull()
  })

  test('whatever is done to a text, it reads it as JSON.parse does', () => {
    const set = { set: [80, { range: [1, 9] }, { prefix: { addr: '10.0.0.0', len: 8 } }] }
    const text = nftJson({
      nftables: [
        { chain: { family: 'ip', table: 't', name: 'c' } },
        ...[22, 'a"b', set, [true, null, 1]].map((right, at) => rule(at, port(right), { log: {} })),
      ],
    })
    const place = fc.integer({ min: 0, max: text.length })
    const added = fc.constantFrom('', '', ...'{}[],:"\\ 01-.e', ', ', 'null', '{"rule": {', ']}')
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 3 }), added, (at, length, piece) => {
        const changed = `${text.slice(0, at)}${piece}${text.slice(at + length)}`
        expect(plain(nftJsonListing(changed))).toEqual(plain(parsed(changed)))
      }),
      { numRuns: 3000 },
    )
  })

  test('of many rules it takes no longer than they grow', () => {
    const took = (count: number): number => {
      const rules = Array.from({ length: count }, (_, at) =>
        rule(at, port(at), at % 2 ? { drop: null } : { log: { prefix: 'a "' } }),
      )
      const text = nftJson({ nftables: rules })
      const times = Array.from({ length: 3 }, () => {
        const began = performance.now()
        expect(nftJsonListing(text)?.owners.get('ip t c')?.rules).toHaveLength(count)
        return performance.now() - began
      })
      return Math.min(...times)
    }
    const few = took(2000)
    expect(took(20_000)).toBeLessThan(50 * Math.max(few, 5))
  })
})
