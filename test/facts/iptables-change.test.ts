import { expect, test } from 'vitest'
import { iptablesChanges } from '../../src/facts/iptables-change.ts'
import { iptablesRule, iptablesWords } from '../../src/facts/iptables-rule.ts'
import { one } from '../../src/facts/rule-set.ts'

const changes = (line: string) => iptablesChanges(iptablesRule(iptablesWords(line), 4))

test.for([
  ['-j MARK --set-xmark 0x1/0xffffffff', 'packet', 0, 0, 1],
  ['-j MARK --set-xmark 0x10/0xf0', 'packet', 0xffffff0f, 0, 0x10],
  ['-j MARK --set-mark 0x1/0x1', 'packet', 0xfffffffe, 0, 1],
  ['-j MARK --and-mark 0xff', 'packet', 0xff, 0, 0],
  ['-j MARK --or-mark 0x2', 'packet', 0xfffffffd, 0, 2],
  ['-j MARK --xor-mark 0x2', 'packet', 0xffffffff, 0, 2],
  ['-j CONNMARK --set-xmark 0x5/0xffffffff', 'connection', 0, 0, 5],
  [
    '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
    'connection',
    0xffffffff,
    0,
    0,
  ],
  ['-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf', 'packet', 0xffffff00, 0xf, 0],
  ['-j CONNMARK --restore-mark', 'packet', 0, 0xffffffff, 0],
] as const)('%s', ([line, target, packet, connection, flip]) => {
  expect(changes(line)).toEqual([{ kind: 'mark', after: 0, target, packet, connection, flip }])
})

test('NOTRACK under both of its names', () => {
  expect(changes('-p tcp -j NOTRACK')).toEqual([{ kind: 'untrack', after: 1 }])
  expect(changes('-j CT --notrack')).toEqual([{ kind: 'untrack', after: 0 }])
  expect(changes('-j CT --helper ftp')).toEqual([])
})

test('TPROXY diverts to a socket, and may mark', () => {
  expect(changes('-p tcp -j TPROXY --on-port 50 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1')).toEqual([
    { kind: 'mark', after: 1, target: 'packet', packet: 0xfffffffe, connection: 0, flip: 1 },
    { kind: 'divert', after: 1, to: '127.0.0.1:50' },
  ])
})

test('a set that a rule fills, and what it writes into the header', () => {
  expect(changes('-j SET --add-set bad src')).toEqual([{ kind: 'remember', after: 0, set: 'bad' }])
  expect(changes('-j TTL --ttl-set 64')).toEqual([
    { kind: 'rewrite', after: 0, field: 'hopLimit', value: one(64) },
  ])
  expect(changes('-j TTL --ttl-dec 1')).toMatchObject([{ field: 'hopLimit', value: null }])
  expect(changes('-j DSCP --set-dscp 0x10')).toMatchObject([{ value: one(16) }])
})

test('a mark in words that cannot be read is an unknown change', () => {
  expect(changes('-j MARK --set-mark one')).toMatchObject([{ kind: 'unknown' }])
  expect(changes('-j MARK')).toMatchObject([{ kind: 'unknown' }])
})
