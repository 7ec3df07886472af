import { describe, expect, test } from 'vitest'
import {
  constantOf,
  nftConstants,
  nftElements,
  nftExpression,
  nftSetAt,
  nftValue,
} from '../../src/facts/nft-expression.ts'
import { nftTokens } from '../../src/facts/nft-token.ts'

const cursor = (text: string) => ({ tokens: nftTokens(text), at: 0 })

describe('nftExpression', () => {
  // The objects are those that nft 1.0.6 prints for the same rules.
  test.for([
    ['ct original ip daddr 10.0.0.1', { ct: { key: 'ip daddr', dir: 'original' } }],
    ['@th,16,16 0x16', { payload: { base: 'th', offset: 16, len: 16 } }],
    ['ip option rr exists', { 'ip option': { name: 'rr' } }],
    ['tcp option maxseg size 1-536', { 'tcp option': { name: 'maxseg', field: 'size' } }],
    ['rt ip nexthop 10.0.0.1', { rt: { key: 'nexthop', family: 'ip' } }],
    ['rt type 0', { exthdr: { name: 'rt', field: 'type' } }],
    ['arp saddr ip 10.0.0.1', { payload: { protocol: 'arp', field: 'saddr ip' } }],
    ['ipsec in spnum 1 reqid 2', { ipsec: { dir: 'in', spnum: 1, key: 'reqid' } }],
    [
      'meta mark & 0xffffff2f | 0x00000020',
      { '|': [{ '&': [{ meta: { key: 'mark' } }, 0xffffff2f] }, 0x20] },
    ],
    [
      'tcp flags & (syn | ack) == syn',
      { '&': [{ payload: { protocol: 'tcp', field: 'flags' } }, { '|': ['syn', 'ack'] }] },
    ],
    [
      'ip daddr . tcp dport map @both',
      {
        map: {
          key: {
            concat: [
              { payload: { protocol: 'ip', field: 'daddr' } },
              { payload: { protocol: 'tcp', field: 'dport' } },
            ],
          },
          data: '@both',
        },
      },
    ],
  ] as const)('%s', ([text, expression]) => {
    expect(nftExpression(cursor(text))).toEqual(expression)
  })

  test('what it does not know is left where it stands', () => {
    const at = cursor('osf name "Linux"')
    expect(nftExpression(at)).toBeNull()
    expect(at.at).toBe(0)
  })
})

test('constants: numbers, prefixes, ranges, and names that only look like them', () => {
  expect(
    ['22', '0x16', '10.0.0.0/8', '1-5', 'fd00::1-fd00::9', 'nd-neighbor-solicit'].map(constantOf),
  ).toEqual([
    22,
    22,
    { prefix: { addr: '10.0.0.0', len: 8 } },
    { range: [1, 5] },
    { range: ['fd00::1', 'fd00::9'] },
    'nd-neighbor-solicit',
  ])
  expect(nftConstants(cursor('"10:00"-"12:00"'))).toEqual({ range: ['10:00', '12:00'] })
})

test('what is assigned may be an expression, what is compared with may not', () => {
  expect(nftValue(cursor('ct mark'))).toEqual({ ct: { key: 'mark' } })
  expect(nftConstants(cursor('tcp'))).toBe('tcp')
  expect(nftSetAt(cursor('tcp'))).toBeNull()
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
