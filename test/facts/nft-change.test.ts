import { describe, expect, test } from 'vitest'
import { parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import { changeOf } from '../../src/facts/nft-change.ts'
import { one, type Rule } from '../../src/facts/rule-set.ts'

const fromText = (words: string): Rule | undefined =>
  parseNftText(`table inet t {\n chain c {\n ${words}\n }\n}`)?.chains[0]?.rules[0]
const fromJson = (expr: readonly unknown[]): Rule | undefined =>
  parseNftJson(
    JSON.stringify({
      nftables: [
        { chain: { family: 'inet', table: 't', name: 'c' } },
        { rule: { family: 'inet', table: 't', chain: 'c', handle: 1, expr } },
      ],
    }),
  )?.chains[0]?.rules[0]

const MARK = { meta: { key: 'mark' } }
const CT = { ct: { key: 'mark' } }

describe('a mark that a rule sets', () => {
  test.for([
    ['meta mark set 0x00000010', MARK, 16, 'packet', 0, 0, 0x10],
    ['meta mark set meta mark | 0x1', MARK, { '|': [MARK, 1] }, 'packet', 0xfffffffe, 0, 1],
    ['meta mark set mark and 0xff', MARK, { '&': [MARK, 255] }, 'packet', 0xff, 0, 0],
    ['meta mark set meta mark ^ 0x3', MARK, { '^': [MARK, 3] }, 'packet', 0xffffffff, 0, 3],
    ['meta mark set ct mark', MARK, CT, 'packet', 0, 0xffffffff, 0],
    ['ct mark set meta mark & 0xf0', CT, { '&': [MARK, 240] }, 'connection', 0xf0, 0, 0],
    [
      'ct mark set ct mark & 0xff | 0x100',
      CT,
      { '|': [{ '&': [CT, 255] }, 256] },
      'connection',
      0,
      0xff,
      0x100,
    ],
  ] as const)('%s', ([words, key, value, target, packet, connection, flip]) => {
    const change = { kind: 'mark', after: 0, target, packet, connection, flip }
    expect(fromText(words)?.changes).toEqual([change])
    expect(fromJson([{ mangle: { key, value } }])?.changes).toEqual([change])
  })

  test('in a way that is not known here stays in its own words', () => {
    expect(fromText('meta mark set jhash ip saddr mod 2')?.changes).toMatchObject([
      { kind: 'unknown', after: 0 },
    ])
    const map = { map: { key: MARK, data: { set: [] } } }
    expect(fromJson([{ mangle: { key: MARK, value: map } }])?.changes).toMatchObject([
      { kind: 'unknown' },
    ])
  })
})

test('says how many conditions stand before a change and before the counter', () => {
  const rule = fromText('tcp dport 80 counter packets 3 bytes 9 ct state new notrack drop')
  expect(rule?.changes).toEqual([{ kind: 'untrack', after: 3 }])
  expect(rule?.countedAfter).toBe(2)
  expect(fromText('counter packets 0 bytes 0 tcp dport 80 drop')?.countedAfter).toBe(0)
})

test('a rewritten field is said with its value, or without where that is not known', () => {
  const rewrite = { kind: 'rewrite', after: 0 }
  expect(fromText('ip daddr set 10.0.0.1')?.changes).toEqual([
    { ...rewrite, field: 'destination', value: one('10.0.0.1') },
  ])
  expect(fromText('ip ttl set 64')?.changes).toEqual([
    { ...rewrite, field: 'hopLimit', value: one(64) },
  ])
  expect(fromText('ip daddr set ip saddr map { 10.0.0.1 : 10.0.0.2 }')?.changes).toEqual([
    { ...rewrite, field: 'destination', value: null },
  ])
  expect(fromText('meta priority set 1:2')?.changes).toEqual([])
})

test('a set that is filled, and a socket that takes the packet', () => {
  expect(fromText('add @seen { ip saddr timeout 30s }')?.changes).toEqual([
    { kind: 'remember', after: 0, set: 'seen' },
  ])
  expect(fromText('meta l4proto tcp tproxy ip to 127.0.0.1:50 accept')).toMatchObject({
    matches: [{ field: 'protocol' }, { kind: 'unknown', text: 'tproxy ip to 127.0.0.1:50' }],
    changes: [{ kind: 'divert', after: 2, to: '127.0.0.1:50' }],
    verdict: { kind: 'accept' },
  })
})

test('no statement makes it throw', () => {
  for (const statement of [null, 3, [], { mangle: null }, { mangle: { key: [], value: {} } }])
    expect(() => changeOf(statement, 0)).not.toThrow()
})
