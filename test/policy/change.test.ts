import { describe, expect, test } from 'vitest'
import { one } from '../../src/facts/rule-set.ts'
import { withChange } from '../../src/policy/change.ts'
import { policyPlace } from '../../src/policy/counters.ts'
import { base, nft, table } from './machine.ts'
import { start } from './world.ts'

const [chain] = nft(table('t', base('c', 'filter hook input priority 0;'))).chains
if (chain === undefined) throw new Error('no chain')
const place = policyPlace(chain)
const MARK = { kind: 'mark', after: 0, packet: 0, connection: 0, flip: 0 } as const

describe('a mark', () => {
  test('is made of the packet’s, the connection’s and constants, by bits', () => {
    const world = { ...start, mark: 0xf0, connection: { ...start.connection, mark: 0x0f } }
    const change = {
      ...MARK,
      target: 'packet',
      packet: 0xff,
      connection: 0x03,
      flip: 0x80,
    } as const
    expect(withChange(world, change, place).mark).toBe((0xf0 ^ 0x03 ^ 0x80) >>> 0)
    const all = { ...change, packet: 0, connection: 0, flip: 0xffffffff }
    expect(withChange(world, all, place).mark).toBe(0xffffffff)
  })

  test('is not known where a part of it is not', () => {
    const world = { ...start, mark: null }
    expect(withChange(world, { ...MARK, target: 'packet', packet: 1 }, place).mark).toBeNull()
    expect(withChange(world, { ...MARK, target: 'packet', flip: 7 }, place).mark).toBe(7)
    const unknown = { kind: 'unknown', after: 0, text: '?' } as const
    expect(withChange(start, unknown, place)).toMatchObject({ mark: null })
  })

  test('of a connection is kept only where conntrack knows it', () => {
    const change = { ...MARK, target: 'connection', flip: 5 } as const
    expect(withChange(start, change, place).connection.mark).toBe(5)
    const unseen = { ...start, tracking: 'unseen' } as const
    expect(withChange(unseen, change, place).connection.mark).toBe(0)
  })
})

test('conntrack can only be kept from what it has not seen', () => {
  const change = { kind: 'untrack', after: 0 } as const
  expect(withChange(start, change, place).tracking).toBe('tracked')
  const attached = { ...start, tracking: 'attached' } as const
  expect(withChange(attached, change, place).tracking).toBe('untracked')
  const byIptables = { ...place, backend: 'iptables' } as const
  expect(withChange(attached, change, byIptables).tracking).toBe('attached')
  expect(withChange({ ...start, tracking: 'unseen' }, change, place)).toMatchObject({
    tracking: 'untracked',
    packet: { state: 'untracked' },
  })
})

test('headers, sets and proxies', () => {
  const rewrite = {
    kind: 'rewrite',
    after: 0,
    field: 'destination',
    value: one('192.0.2.1'),
  } as const
  expect(withChange(start, rewrite, place).packet.destination).toBe('192.0.2.1')
  expect(withChange(start, { ...rewrite, value: null }, place).packet.destination).toBe('')
  expect(withChange(start, { kind: 'remember', after: 0, set: 's' }, place).changedSets).toEqual([
    's',
  ])
  expect(withChange(start, { kind: 'divert', after: 0, to: null }, place).turnedBy).toBe(place)
})
