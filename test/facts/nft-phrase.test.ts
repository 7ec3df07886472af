import { describe, expect, test } from 'vitest'
import { nftStatements } from '../../src/facts/nft-phrase.ts'
import { nftTokens } from '../../src/facts/nft-token.ts'

const said = (text: string) => nftStatements({ tokens: nftTokens(text), at: 0 }, 'inet')

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
          right: false,
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
    ['dnat ip6 to [fe80::1]:80', { dnat: { family: 'ip6', addr: 'fe80::1', port: 80 } }],
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
    expect(said('osf name "Linux" drop comment "half"')).toEqual({
      expr: [{ other: { words: 'osf name "Linux"' } }, { drop: null }],
      comment: 'half',
    })
  })
})

test('a bare reject says what the family of its table makes of it', () => {
  const said = (family: string) =>
    nftStatements({ tokens: nftTokens('reject'), at: 0 }, family).expr
  expect(['ip', 'ip6', 'inet', 'bridge'].map(said)).toEqual(
    ['icmp', 'icmpv6', 'icmpx', 'icmpx'].map((type) => [
      { reject: { type, expr: 'port-unreachable' } },
    ]),
  )
})
