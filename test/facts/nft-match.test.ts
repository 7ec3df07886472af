import { describe, expect, test } from 'vitest'
import {
  complete,
  IPV4,
  matchesOf,
  over,
  rowOf,
  setName,
  subjectsOf,
  unknown,
} from '../../src/facts/nft-match.ts'
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
    expect(compare(address, '@s', '==', new Map([['s', { rows, verdicts: [] }]]))[1]).toEqual(
      fieldIs(
        'source',
        [one('192.0.2.1'), { kind: 'prefix', address: '10.0.0.0', length: 8 }],
        false,
        's',
      ),
    )
  })

  test('an empty set is known, and nothing is in it', () => {
    expect(compare(address, '@s', '==', new Map([['s', { rows: [], verdicts: [] }]]))[1]).toEqual(
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
  expect(rowOf({ concat: ['192.0.2.1', 22] }, subjects)).toEqual([one('192.0.2.1'), one(22)])
  expect(rowOf({ concat: ['192.0.2.1'] }, subjects)).toBeNull()
  expect(rowOf('*', subjects)).toEqual([one('*'), one('*')])
})

test('the small ones', () => {
  expect(subjectsOf({ concat: [address, { jhash: {} }] })).toBeNull()
  expect(setName('@bad')).toBe('bad')
  expect(setName('bad')).toBeNull()
  expect(complete([1, null])).toBeNull()
  expect(over('udp')).toEqual(fieldIs('protocol', [one('udp')]))
  expect(unknown({ notrack: null })).toEqual([{ kind: 'unknown', text: 'notrack' }])
})
