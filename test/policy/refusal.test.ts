import { describe, expect, test } from 'vitest'
import { codeOfRejection, refusalOf } from '../../src/policy/refusal.ts'
import type { End } from '../../src/policy/world.ts'
import { start } from './world.ts'

const end = (rejectWith: string, more: Partial<End['world']> = {}): End => ({
  verdict: 'reject',
  place: null,
  rejectWith,
  error: null,
  because: null,
  world: { ...start, course: 'input', ...more },
})

describe('the packet that refuses', () => {
  test('is a reset from the place that was asked for', () => {
    expect(refusalOf(end('tcp-reset')).packet).toMatchObject({
      source: '10.0.0.1',
      sourcePort: 443,
      destination: '10.0.0.9',
      rst: true,
      ack: true,
      syn: false,
    })
  })

  test('or an ICMP error, by a router from an address that the routing chooses', () => {
    expect(refusalOf(end('host-prohibited')).packet).toMatchObject({
      protocol: 'icmp',
      source: '10.0.0.1',
      icmpType: 'destination-unreachable',
      icmpCode: 10,
      sourcePort: null,
    })
    expect(refusalOf(end('host-prohibited', { course: 'forward' })).packet.source).toBe('')
  })

  test('comes before the routing decision from the address asked for with IPv6 only', () => {
    const early = (family: 4 | 6, destination: string): string =>
      refusalOf(
        end('host-prohibited', { course: null, packet: { ...start.packet, family, destination } }),
        [destination],
      ).packet.source
    expect(early(6, 'fd00::1')).toBe('fd00::1')
    expect(early(4, '10.0.0.1')).toBe('')
    // start's packet comes in by eth0, and ::1 is an address of lo alone
    expect(early(6, '::1')).toBe('')
  })

  test('belongs to the connection that it refuses, where there is one', () => {
    expect(refusalOf(end('tcp-reset')).known).toMatchObject({
      tracking: 'tracked',
      reply: true,
      packet: { state: 'related' },
    })
    const untracked = refusalOf(end('tcp-reset', { tracking: 'untracked' }))
    expect(untracked).toEqual({
      packet: expect.objectContaining({ state: 'invalid' }),
      known: { tracking: 'attached' },
    })
    expect(refusalOf(end('tcp-reset', { tracking: 'unseen' })).known).toEqual({})
  })
})

test('how long it is, where that is known', () => {
  const length = (rejectWith: string, lengthBytes: number | null) =>
    refusalOf(end(rejectWith, { packet: { ...start.packet, lengthBytes } })).packet.lengthBytes
  expect(length('tcp-reset', null)).toBe(40)
  expect(length('port-unreachable', 60)).toBe(88)
  expect(length('port-unreachable', 1500)).toBe(576)
  expect(length('port-unreachable', null)).toBeNull()
})

test('the codes of both families', () => {
  expect(codeOfRejection('admin-prohibited', 4)).toBe(13)
  expect(codeOfRejection('admin-prohibited', 6)).toBe(1)
  expect(codeOfRejection('no-route', 4)).toBe(0)
  expect(codeOfRejection('tcp-reset', 4)).toBeNull()
})
