import { describe, expect, test } from 'vitest'
import type { Field } from '../../src/facts/rule-set.ts'
import type { Packet } from '../../src/policy/packet.ts'
import {
  type Entry,
  NOWHERE,
  type Surroundings,
  show,
  statusBit,
} from '../../src/policy/packet-field.ts'
import { routing, syn } from './machine.ts'

const ping: Packet = { ...syn, protocol: 'icmp', syn: false, icmpType: 'echo-request' }
const entry: Entry = {
  mark: 3,
  translations: ['dnat'],
  reply: true,
  answered: true,
  confirmed: false,
  original: {
    source: { address: '10.0.0.9', port: null },
    destination: { address: '192.0.2.7', port: 80 },
  },
}

const text = (field: Field, packet: Packet = syn, around: Partial<Surroundings> = {}) => {
  const has = show(field, packet, { ...NOWHERE, ...around })
  return has.kind === 'value' ? has.text : has.kind
}

describe('what a packet shows', () => {
  test('of its headers', () => {
    expect(text('protocol', { ...ping, family: 6 })).toBe('ipv6-icmp')
    expect(text('tcpFlags')).toBe('syn')
    expect(text('tcpFlags', { ...syn, state: 'established' })).toBe('syn,ack')
    expect(text('tcpFlags', { ...syn, syn: false, rst: true })).toBe('rst,ack')
    expect(text('tcpFlags', { ...syn, syn: false })).toBe('unknown')
    expect(text('tcpFlags', ping)).toBe('none')
    expect(text('icmpCode', ping)).toBe('0')
    expect(text('icmpCode', { ...ping, icmpType: 'destination-unreachable' })).toBe('unknown')
    expect(text('sourcePort', ping)).toBe('2048')
    expect(text('length', { ...syn, lengthBytes: 60 })).toBe('60')
    expect(text('packetType', { ...syn, destination: '255.255.255.255' })).toBe('unknown')
  })

  test('of the socket that sends it: none for what comes in, or what the kernel sends', () => {
    const sent = { ...syn, user: 1000 }
    expect(text('user', sent, { hook: 'output' })).toBe('1000')
    expect(text('user', syn, { hook: 'output' })).toBe('unknown')
    expect(text('user', sent, { hook: 'input' })).toBe('none')
    expect(text('user', { ...ping, icmpType: 'echo-reply' }, { hook: 'output' })).toBe('none')
    expect(text('group', { ...syn, rst: true }, { hook: 'output' })).toBe('none')
  })

  test('of its addresses to this host', () => {
    const known = { routing: routing(), localAddresses: ['10.0.0.1'] }
    expect(text('destinationType', syn, known)).toBe('local')
    expect(text('sourceType', syn, known)).toBe('unicast')
    expect(text('destinationType', { ...syn, destination: '10.0.0.255' }, known)).toBe('broadcast')
    expect(text('sourceType', { ...syn, source: '127.0.0.1' })).toBe('local')
    expect(text('destinationType')).toBe('unknown')
  })

  test('of the way back to its source', () => {
    const known = { routing: routing() }
    expect(text('reversePath', syn, known)).toBe('exists')
    const astray = { ...syn, source: '198.51.100.1' }
    expect(text('reversePath', astray, known)).toBe('missing')
    expect(text('reversePathLoose', astray, known)).toBe('exists')
    expect(text('reversePath', { ...syn, source: '10.1.0.1' }, known)).toBe('missing')
    expect(text('reversePath')).toBe('unknown')
  })

  test('of conntrack’s entry, nothing where there is none', () => {
    expect(text('connectionMark', syn, { entry })).toBe('3')
    expect(text('direction', syn, { entry })).toBe('reply')
    expect(text('originalDestination', syn, { entry })).toBe('192.0.2.7')
    expect(text('originalDestinationPort', syn, { entry })).toBe('80')
    expect(text('connectionMark', syn, { entry: 'none' })).toBe('none')
    expect(text('direction')).toBe('unknown')
  })
})

test('bits of conntrack’s status', () => {
  expect(statusBit('dnat', syn, entry)).toBe(true)
  expect(statusBit('snat', syn, entry)).toBe(false)
  expect(statusBit('seen-reply', syn, { ...entry, answered: null })).toBeNull()
  expect(statusBit('confirmed', syn, entry)).toBe(false)
  expect(statusBit('confirmed', syn, { ...entry, confirmed: null })).toBeNull()
  expect(statusBit('assured', syn, { ...entry, answered: false })).toBe(false)
  expect(statusBit('helper', syn, entry)).toBeNull()
})
