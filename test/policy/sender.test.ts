/** Each of these was seen on Linux 6.18, with programs between two namespaces. */
import { describe, expect, test } from 'vitest'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import type { Machine, Start } from '../../src/policy/journey.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { type Notice, senderSees } from '../../src/policy/sender.ts'
import { base, machine, nft, routing, syn, table } from './machine.ts'

const arrives: Start = { kind: 'arrives', device: 'eth0' }
const local: Start = { kind: 'local' }
const six: Partial<Packet> = { family: 6, source: 'fd00::9', destination: 'fd00::1' }
const udp: Partial<Packet> = { protocol: 'udp', syn: false }
const ping: Partial<Packet> = { protocol: 'icmp', syn: false, icmpType: 'echo-request' }
const out: Partial<Packet> = { source: '10.1.0.1', destination: '192.0.2.7' }
const out6: Partial<Packet> = { family: 6, source: 'fd00:1::1', destination: '2001:db8::7' }

const sees = (host: Machine, more: Partial<Packet>, start: Start): Notice | null =>
  senderSees(walkConnection(host, { ...syn, ...more }, start), start)
const ruled = (hook: string, rule: string): RuleSet =>
  nft(table('t', base(hook, `filter hook ${hook} priority 0;`, rule)))

describe('who sends from elsewhere', () => {
  test.for([
    ['reject', {}, 'ECONNREFUSED', 'at once'],
    ['reject', six, 'ECONNREFUSED', 'after about a second'],
    ['reject', udp, 'ECONNREFUSED', 'at once'],
    ['reject', { ...udp, ...six }, 'ECONNREFUSED', 'at once'],
    ['reject with icmpx admin-prohibited', {}, 'EHOSTUNREACH', 'at once'],
    ['reject with icmpx admin-prohibited', six, 'EACCES', 'after about a second'],
    ['reject with icmpx admin-prohibited', { ...udp, ...six }, 'EACCES', 'at once'],
    ['reject with icmpx host-unreachable', {}, 'EHOSTUNREACH', 'at once'],
    ['reject with icmpx host-unreachable', udp, null, null],
    ['reject with icmpx no-route', {}, 'ENETUNREACH', 'at once'],
    ['reject with icmpx no-route', six, 'ENETUNREACH', 'after about a second'],
    ['reject with tcp reset', {}, 'ECONNREFUSED', 'at once'],
    ['reject with tcp reset', six, 'ECONNREFUSED', 'at once'],
    ['drop', {}, 'ETIMEDOUT', 'after about two minutes'],
    ['drop', udp, null, null],
    ['accept', {}, undefined, undefined],
  ] as const)('%s', ([rule, more, errno, when]) => {
    const notice = sees(machine(ruled('input', rule)), more, arrives)
    expect([notice?.errno, notice?.when]).toEqual([errno, when])
  })

  test('is told in words', () => {
    expect(sees(machine(ruled('input', 'reject')), {}, arrives)?.says).toBe(
      'the sender gets ICMP 3/3 (port unreachable): connect fails at once with ECONNREFUSED (Connection refused)',
    )
    expect(sees(machine(ruled('input', 'reject')), ping, arrives)?.says).toBe(
      'the sender gets ICMP 3/3 (port unreachable), which ping prints',
    )
  })

  test('hears nothing where the answer of the reject is dropped itself', () => {
    const set = nft(
      table(
        't',
        base('i', 'filter hook input priority 0;', 'reject'),
        base('o', 'filter hook output priority 0; policy drop;'),
      ),
    )
    expect(sees(machine(set), {}, arrives)).toMatchObject({ kind: 'silence' })
  })

  test('of a router without a route', () => {
    const host = (route: string): Machine => ({
      ruleSets: [],
      routing: routing({ routes: [route] }),
    })
    const onward = { destination: '192.0.2.7' }
    expect(sees(host('unreachable 192.0.2.0/24'), onward, arrives)?.icmp).toEqual({
      type: 3,
      code: 1,
    })
    expect(sees(host('blackhole 192.0.2.0/24'), onward, arrives)).toMatchObject({ kind: 'silence' })
  })
})

describe('who sends from this host', () => {
  test.for([
    ['output', 'tcp dport 443 reject', out, 'ECONNREFUSED', 'at once'],
    ['output', 'tcp dport 443 reject', out6, 'ECONNREFUSED', 'after about a second'],
    ['output', 'tcp dport 443 reject with tcp reset', out, 'ECONNREFUSED', 'at once'],
    ['output', 'reject', { ...out, ...udp }, 'EPERM', 'at once'],
    ['output', 'drop', out, 'ETIMEDOUT', 'after about two minutes'],
    ['output', 'drop', { ...out, ...udp }, 'EPERM', 'at once'],
    ['postrouting', 'drop', { ...out, ...udp }, 'EPERM', 'at once'],
    ['postrouting', 'drop', { ...out, ...ping }, 'EPERM', 'at once'],
    ['postrouting', 'drop', out, 'ETIMEDOUT', 'after about two minutes'],
  ] as const)('%s: %s', ([hook, rule, more, errno, when]) => {
    const notice = sees(machine(ruled(hook, rule)), more, local)
    expect([notice?.errno, notice?.when]).toEqual([errno, when])
  })

  test('over lo, what input drops was sent all the same', () => {
    const own = { source: '127.0.0.1', destination: '127.0.0.1', ...udp }
    expect(sees(machine(ruled('input', 'drop')), own, local)).toMatchObject({ kind: 'silence' })
    expect(sees(machine(ruled('input', 'udp dport 443 reject')), own, local)?.errno).toBe(
      'ECONNREFUSED',
    )
  })

  test.for([
    ['unreachable', 'EHOSTUNREACH'],
    ['prohibit', 'EACCES'],
    ['blackhole', 'EINVAL'],
  ])('a route of the type %s', ([type, errno]) => {
    const host = { ruleSets: [], routing: routing({ routes: [`${type} 192.0.2.0/24`] }) }
    expect(sees(host, out, local)).toMatchObject({ kind: 'error', errno, when: 'at once' })
  })

  test('a mark whose routes refuse it: the same', () => {
    const mark = nft(table('t', base('o', 'route hook output priority -150;', 'meta mark set 0x7')))
    const host = {
      ruleSets: [mark],
      routing: routing({
        rules: [
          '0: from all lookup local',
          '9: from all fwmark 0x7 blackhole',
          '10: from all lookup main',
        ],
      }),
    }
    expect(sees(host, { ...out, ...udp }, local)).toMatchObject({ errno: 'EINVAL' })
    expect(sees(host, out, local)).toMatchObject({ kind: 'silence' })
  })

  test('a new destination without a route: UDP is told, TCP is not', () => {
    const turn = nft(
      table(
        't',
        base('o', 'nat hook output priority -100;', 'th dport 443 dnat ip to 198.51.100.1'),
      ),
    )
    const host = { ruleSets: [turn], routing: routing({ routes: ['unreachable 198.51.100.0/24'] }) }
    expect(sees(host, { ...out, ...udp }, local)).toMatchObject({ errno: 'EHOSTUNREACH' })
    expect(sees(host, out, local)).toMatchObject({ kind: 'silence' })
  })
})
