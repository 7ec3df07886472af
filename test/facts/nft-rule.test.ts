import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failsEarly, nftRule } from '../../src/facts/nft-rule.ts'
import { fieldIs, one } from '../../src/facts/rule-set.ts'

const port = { payload: { protocol: 'tcp', field: 'dport' } }
const none = { sets: new Map(), counters: new Map() }

describe('nftRule', () => {
  test('a rule that only counts and logs goes on', () => {
    const statements = [{ counter: { packets: 3, bytes: 180 } }, { log: null }]
    expect(nftRule(statements, none)).toEqual({
      matches: [],
      changes: [],
      verdict: { kind: 'continue' },
      counter: { packets: 3, bytes: 180 },
      countedAfter: 0,
    })
  })

  test('a set that is not listed makes the condition unknown, not false', () => {
    const rule = nftRule(
      [{ match: { op: '==', left: port, right: '@gone' } }, { drop: null }],
      none,
    )
    expect(rule.matches).toEqual([{ kind: 'unknown', text: 'tcp dport @gone' }])
  })

  test('a statement that nobody knows makes the rule unknown', () => {
    expect(nftRule([{ magic: {} }, { drop: null }], none).matches).toEqual([
      { kind: 'unknown', text: '{"magic":{}}' },
    ])
  })

  test('a last statement that nobody knows may be a verdict', () => {
    expect(nftRule([{ counter: null }, { magic: {} }], none).verdict.kind).toBe('unknown')
    expect(nftRule([{ magic: {} }, { counter: null }], none).verdict.kind).toBe('continue')
  })

  test('a map that cannot be read is an unknown verdict', () => {
    expect(nftRule([{ vmap: { key: { jhash: {} }, data: { set: [] } } }], none).verdict.kind).toBe(
      'unknown',
    )
  })

  test('adding to a set with a rate is a limit', () => {
    const add = {
      set: {
        op: 'add',
        set: '@s',
        elem: { payload: { protocol: 'ip', field: 'saddr' } },
        stmt: [{ limit: { rate: 3, per: 'minute' } }],
      },
    }
    expect(nftRule([add, { drop: null }], none).matches).toEqual([
      { kind: 'limit', text: 'add @s { ip saddr limit rate 3/minute }' },
    ])
  })

  test('numbers and names of one protocol are one', () => {
    const match = (right: unknown) =>
      nftRule([{ match: { op: '==', left: { meta: { key: 'l4proto' } }, right } }], none)
    expect(match(58).matches).toEqual([fieldIs('protocol', [one('ipv6-icmp')])])
    expect(match('icmpv6').matches).toEqual([fieldIs('protocol', [one('ipv6-icmp')])])
  })

  test('a mark under a mask keeps it', () => {
    const left = { '&': [{ meta: { key: 'mark' } }, 255] }
    expect(nftRule([{ match: { op: '!=', left, right: 1 } }], none).matches).toEqual([
      fieldIs('mark', [{ kind: 'masked', value: '1', mask: '255' }], true),
    ])
  })

  test('never throws', () => {
    const word = fc.constantFrom(
      'match',
      'left',
      'right',
      'op',
      'vmap',
      'key',
      'data',
      'set',
      'elem',
      'val',
      '&',
      '|',
      'payload',
    )
    fc.assert(
      fc.property(
        fc.array(fc.object({ key: word, maxDepth: 6 })),
        (statements) => void nftRule(statements, none),
      ),
    )
  })
})

test('the conditions with which a rule begins are asked up to the one that fails', () => {
  const port = {
    match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 },
  }
  const asked = (
    statements: readonly unknown[],
    failing: number,
  ): readonly [boolean, number, number] => {
    let [at, shown] = [0, 0]
    const fails = failsEarly(
      () => statements[at++],
      none,
      () => ++shown === failing,
    )
    return [fails, shown, at]
  }
  expect(asked([port, { counter: null }, port, { drop: null }], 0)).toEqual([false, 2, 2])
  expect(asked([port, port], 1)).toEqual([true, 1, 1])
  expect(asked([port], 0)).toEqual([false, 2, 2])
})
