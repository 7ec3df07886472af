import { describe, expect, test } from 'vitest'
import { nftElements, nftStatements } from '../../src/facts/nft-phrase.ts'
import { nftTokens } from '../../src/facts/nft-token.ts'

const said = (text: string) => nftStatements({ tokens: nftTokens(text), at: 0 })

describe('nftStatements', () => {
  // The objects are those that nft 1.0.6 prints for the same rules.
  test.for([
    [
      'tcp dport 22',
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 } },
    ],
    [
      'tcp dport != 5-9',
      {
        match: {
          op: '!=',
          left: { payload: { protocol: 'tcp', field: 'dport' } },
          right: { range: [5, 9] },
        },
      },
    ],
    [
      'ct state established,related',
      { match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] } },
    ],
    [
      'ct state != established | related',
      {
        match: {
          op: '!=',
          left: { ct: { key: 'state' } },
          right: { '|': ['established', 'related'] },
        },
      },
    ],
    [
      'tcp flags syn / fin,syn,rst,ack',
      {
        match: {
          op: '==',
          left: {
            '&': [{ payload: { protocol: 'tcp', field: 'flags' } }, ['fin', 'syn', 'rst', 'ack']],
          },
          right: 'syn',
        },
      },
    ],
    [
      'meta mark & 0x000000ff == 0x00000001',
      { match: { op: '==', left: { '&': [{ meta: { key: 'mark' } }, 255] }, right: 1 } },
    ],
    [
      'fib saddr . iif oif missing',
      {
        match: {
          op: '==',
          left: { fib: { flags: ['saddr', 'iif'], result: 'oif' } },
          right: 'missing',
        },
      },
    ],
    [
      'tcp dport vmap { 25 : drop, 26 : goto other }',
      {
        vmap: {
          key: { payload: { protocol: 'tcp', field: 'dport' } },
          data: {
            set: [
              [25, { drop: null }],
              [26, { goto: { target: 'other' } }],
            ],
          },
        },
      },
    ],
    [
      'reject with icmpv6 type admin-prohibited',
      { reject: { type: 'icmpv6', expr: 'admin-prohibited' } },
    ],
    ['reject with tcp reset', { reject: { type: 'tcp reset' } }],
    ['dnat ip6 to [fe80::1]:80', { dnat: { addr: 'fe80::1', port: 80 } }],
    ['redirect to :8080', { redirect: { port: 8080 } }],
    ['counter packets 5 bytes 600', { counter: { packets: 5, bytes: 600 } }],
    ['counter name "cnt"', { counter: 'cnt' }],
  ] as const)('%s', ([text, statement]) => {
    expect(said(text)).toEqual({ expr: [statement], comment: null })
  })

  test('a word in a log prefix decides nothing', () => {
    expect(said('log prefix "drop" accept').expr).toEqual([
      { log: { words: 'log prefix "drop"' } },
      { accept: null },
    ])
  })

  test('what it does not know ends at the next statement', () => {
    expect(said('numgen inc mod 2 0 drop comment "half"')).toEqual({
      expr: [{ other: { words: 'numgen inc mod 2 0' } }, { drop: null }],
      comment: 'half',
    })
  })
})

test('nftElements reads values over several lines without what they carry', () => {
  const text =
    '10.0.0.1 timeout 1h expires 59m comment "a, b",\n 10.0.0.0/8 . 80-90 counter packets 0 bytes 0, * }'
  expect(nftElements({ tokens: nftTokens(text), at: 0 })).toEqual([
    '10.0.0.1',
    { concat: [{ prefix: { addr: '10.0.0.0', len: 8 } }, { range: [80, 90] }] },
    '*',
  ])
})
