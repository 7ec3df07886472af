import { describe, expect, test } from 'vitest'
import { IPV4 } from '../../src/facts/nft-field.ts'
import {
  matchesOf,
  nftSet,
  rowsOf,
  setName,
  subjectsOf,
  unknown,
} from '../../src/facts/nft-match.ts'
import { nftStatements } from '../../src/facts/nft-phrase.ts'
import { nftTokens } from '../../src/facts/nft-token.ts'
import { fieldIs, one } from '../../src/facts/rule-set.ts'

const address = { payload: { protocol: 'ip', field: 'saddr' } }
const port = { payload: { protocol: 'tcp', field: 'dport' } }
const compare = (left: unknown, right: unknown, op = '==', sets = new Map()) =>
  matchesOf({ match: { op, left, right } }, sets)

describe('matchesOf', () => {
  test('says what the header implies, and is negated in its value only', () => {
    expect(compare(address, '192.0.2.1', '!=')).toEqual([
      IPV4,
      fieldIs('source', [one('192.0.2.1')], true),
    ])
  })

  test('takes the elements of a set that is listed, however they are wrapped', () => {
    const rows = [
      '192.0.2.1',
      { elem: { val: { prefix: { addr: '10.0.0.0', len: 8 } }, timeout: 60 } },
    ]
    expect(compare(address, '@s', '==', new Map([['s', nftSet(rows)]]))[1]).toEqual(
      fieldIs(
        'source',
        [one('192.0.2.1'), { kind: 'prefix', address: '10.0.0.0', length: 8 }],
        false,
        's',
      ),
    )
  })

  test('an empty set is known, and nothing is in it', () => {
    expect(compare(address, '@s', '==', new Map([['s', nftSet([])]]))[1]).toEqual(
      fieldIs('source', [], false, 's'),
    )
  })

  test('a comparison with another field is unknown', () => {
    expect(compare(port, { payload: { protocol: 'tcp', field: 'sport' } })).toEqual([
      { kind: 'unknown', text: 'tcp dport tcp sport' },
    ])
  })
})

test('a row has a value for each field, or is none', () => {
  const subjects = subjectsOf({ concat: [address, port] }) ?? []
  expect(subjects.map(({ field }) => field)).toEqual(['source', 'destinationPort'])
  const read = (key: unknown) => rowsOf(nftSet([key]), subjects)
  expect(read({ concat: ['192.0.2.1', 22] })).toEqual([[one('192.0.2.1'), one(22)]])
  expect(read({ concat: ['192.0.2.1'] })).toBeNull()
  expect(read('*')).toEqual([[one('*'), one('*')]])
})

test('a set is read once for all rules that ask it the same', () => {
  const set = nftSet(['192.0.2.1'])
  const subjects = subjectsOf(address) ?? []
  expect(rowsOf(set, subjects)).toBe(rowsOf(set, subjects))
})

describe('bits, orders and flags', () => {
  test.for([
    ['ip daddr < 10.0.1.0', 'destination', { kind: 'range', from: '0.0.0.0', to: '10.0.0.255' }],
    [
      'ip6 daddr > fd00::ffff',
      'destination',
      { kind: 'range', from: 'fd00::1:0', to: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' },
    ],
    ['tcp dport >= 1024', 'destinationPort', { kind: 'range', from: '1024', to: '65535' }],
    [
      'ip saddr & 255.0.255.0 == 10.0.1.0',
      'source',
      { kind: 'masked', value: '10.0.1.0', mask: '255.0.255.0' },
    ],
    ['ct mark & 0xff == 1', 'connectionMark', { kind: 'masked', value: '1', mask: '255' }],
    ['ip dscp cs2', 'serviceClass', one(16)],
    ['icmp code net-unreachable', 'icmpCode', one(0)],
    ['tcp flags { syn | ack }', 'tcpFlags', one('syn,ack')],
    ['fib saddr . iif oif missing', 'reversePath', one('missing')],
    ['ip frag-off & 0x1fff != 0', 'fragment', one('later')],
  ] as const)('%s', ([words, field, value]) => {
    const { expr } = nftStatements({ tokens: nftTokens(words), at: 0 }, 'inet')
    expect(matchesOf(expr[0], new Map()).at(-1)).toEqual(fieldIs(field, [value]))
  })

  test('a comparison that nothing fits, or with a set of masked flags, is unknown', () => {
    const last = (words: string) =>
      matchesOf(nftStatements({ tokens: nftTokens(words), at: 0 }, 'inet').expr[0], new Map()).at(
        -1,
      )
    expect(last('tcp dport < 0')?.kind).toBe('unknown')
    expect(last('tcp flags & (syn | ack) == { syn, ack }')?.kind).toBe('unknown')
    expect(last('ct status == snat')?.kind).toBe('unknown')
  })
})

test('the small ones', () => {
  expect(subjectsOf({ concat: [address, { jhash: {} }] })).toBeNull()
  expect(setName('@bad')).toBe('bad')
  expect(setName('bad')).toBeNull()
  expect(unknown({ notrack: null })).toEqual([{ kind: 'unknown', text: 'notrack' }])
})
