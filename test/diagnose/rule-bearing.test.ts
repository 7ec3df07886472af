import { describe, expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import type { Connect } from '../../src/diagnose/probes.ts'
import {
  beliedBy,
  cameHere,
  describeNeighbour,
  endsHere,
  lostBetween,
  lostInside,
  neighbours,
  type Seen,
  unmoved,
} from '../../src/diagnose/rule-bearing.ts'
import type { Leg, Transit } from '../../src/diagnose/transit.ts'
import type { Change, Trial } from '../../src/diagnose/trial.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import { base, machine, nft, syn, table } from '../policy/machine.ts'
import { scriptedHost } from './scene.ts'

const inquiry = inquire(scriptedHost({ name: 'host', role: 'server' }))
const connect = (port: number, outcome: Connect['outcome']): Connect =>
  ({ endpoint: { address: '10.0.0.1', family: 4, port }, outcome }) as Connect

const change = (
  more: Partial<Change> & { counters?: Readonly<Record<string, number>> },
): Change => ({
  inquiry,
  readable: true,
  grew: (name) => more.counters?.[name] ?? 0,
  before: () => 0,
  rules: [],
  frameDrops: [],
  received: null,
  sent: null,
  passed: () => null,
  sockets: [],
  ...more,
})

const input = (...rules: readonly string[]): RuleSet =>
  nft(table('t', base('input', 'filter hook input priority 0; policy accept;', ...rules)))

/** A connection through a host with these rules, of which three attempts were made. */
function seen(
  role: Seen['role'],
  sets: readonly RuleSet[],
  of: Change,
  trial: Partial<Trial> = {},
): Seen & { readonly there: Leg; readonly back: Leg } {
  const start =
    role === 'client'
      ? ({ kind: 'local' } as const)
      : ({ kind: 'arrives', device: 'eth0' } as const)
  const packet =
    role === 'client'
      ? { ...syn, source: '10.0.0.1', destination: '10.0.0.9' }
      : role === 'router'
        ? { ...syn, destination: '203.0.113.80' }
        : syn
  const host = machine(...sets)
  const walkTo = (port: number) => walkConnection(host, { ...packet, destinationPort: port }, start)
  const walked = walkTo(443)
  const there: Leg = { reply: false, packet, hooks: [], journey: walked.there }
  const back: Leg = { reply: true, packet, hooks: [], journey: walked.back }
  const transit: Transit = {
    machine: host,
    there,
    back,
    toClient: 'eth0',
    toServer: 'eth1',
    walkTo,
  }
  return {
    role,
    transit,
    change: of,
    there,
    back,
    trial: {
      endpoint: { address: packet.destination, family: 4, port: 443 },
      protocol: 'tcp',
      connects: [1, 2, 3].map(() => connect(443, 'timeout')),
      icmp: [],
      segments: null,
      told: null,
      begunMs: [0, 0, 0],
      client: change({}),
      server: null,
      routers: [],
      ...trial,
    },
  }
}

describe('a counter that must have moved', () => {
  const sets = [input('tcp dport 443 counter packets 0 bytes 0', 'tcp dport 443 drop')]
  const place = sets[0]?.chains[0]?.rules[0]?.place
  const growth = (packets: number): Change =>
    change({
      rules: place
        ? [{ place, verdict: { kind: 'continue' }, packets, before: 0, after: packets }]
        : [],
    })
  const steps = (of: Change) => {
    const host = seen('server', sets, of)
    return unmoved(host.there.journey?.steps ?? [], sets, host)
  }

  test('and did, by as many as were sent, belies nothing', () => {
    expect(steps(growth(3))).toBeNull()
  })

  test('and did not belies the walk', () => {
    expect(steps(growth(2))).toEqual(place)
    expect(beliedBy(steps(growth(0)), undefined)).toContain('did not grow')
  })

  test('says nothing where counters could not be read', () => {
    expect(steps(change({ readable: false }))).toBeNull()
  })
})

describe('ports beside the one in question', () => {
  const ports = [connect(22, 'connected'), connect(80, 'timeout'), connect(25, 'refused')]
  const says = (...rules: readonly string[]) =>
    neighbours(ports, seen('server', [input(...rules)], change({})).transit).map(
      ({ connect: { endpoint }, says: what }) => [endpoint.port, what],
    )

  test('pass as the rules say, or would be stopped by them', () => {
    expect(says('tcp dport 443 drop')).toEqual([
      [22, 'passes'],
      [25, 'passes'],
    ])
    expect(says('tcp dport != 25 drop')).toEqual([
      [22, 'stopped'],
      [25, 'passes'],
    ])
  })

  test('that a rule itself answers say nothing', () => {
    expect(says('tcp dport != 22 reject with tcp reset')).toEqual([
      [22, 'passes'],
      [25, null],
    ])
  })

  test('are described by how they answer', () => {
    const [first] = neighbours(ports, seen('server', [input()], change({})).transit)
    if (!first) throw new Error('nobody answers')
    expect(describeNeighbour(first)).toBe('port 22 of the same address accepts connections')
    expect(beliedBy(null, first)).toBe(
      'port 22 of the same address accepts connections, which they would stop as well',
    )
    expect(beliedBy(null, undefined)).toBeNull()
  })
})

describe('packets end on this host', () => {
  const drops = [input('tcp dport 443 drop')]

  test('where they came to IP, were not passed on, and nothing else counted them', () => {
    const lost = { IpInReceives: 5, IpInDelivers: 2 }
    const host = seen('server', drops, change({ counters: lost }))
    expect(endsHere(host, host.there)).toContain('not passed on')
    for (const other of ['TcpExtIPReversePathFilter', 'IpInAddrErrors']) {
      const otherwise = { trial: host.trial, change: change({ counters: { ...lost, [other]: 3 } }) }
      expect(lostInside(otherwise, 4)).toBe(false)
    }
  })

  test('where nothing left the client', () => {
    const out = nft(table('t', base('o', 'filter hook output priority 0;', 'tcp dport 443 drop')))
    const silent = seen('client', [out], change({ sent: 0 }))
    expect(endsHere(silent, silent.there)).toContain('nothing')
    const busy = seen('client', [out], change({ sent: 7 }))
    expect(endsHere(busy, busy.there)).toBeNull()
  })

  test('where they came to the router by one interface and not out by the other', () => {
    const forward = nft(table('t', base('f', 'filter hook forward priority 0; policy drop;')))
    const counted = (left: number) =>
      change({
        passed: (device) =>
          device === 'eth0' ? { received: 3, sent: 0 } : { received: 0, sent: left },
      })
    const host = seen('router', [forward], counted(0))
    expect(endsHere(host, host.there)).toBe('3 packets came in by eth0, and none left by eth1')
    expect(lostBetween(seen('router', [forward], counted(3)), false)).toBeNull()
    expect(lostBetween(host, true)).toBeNull()
  })

  test('where they came to a busy router, and never to the server', () => {
    const forward = nft(table('t', base('f', 'filter hook forward priority 0; policy drop;')))
    const busy = change({ passed: () => ({ received: 30, sent: 30 }) })
    const never = { server: change({ received: 0 }) }
    const host = seen('router', [forward], busy, never)
    expect(endsHere(host, host.there)).toContain('none reached the server')
    const there = { server: change({ received: 9, counters: { IpInReceives: 9 } }) }
    expect(endsHere(seen('router', [forward], busy, there), host.there)).toBeNull()
  })

  test('where the error that came back is from one of its addresses', () => {
    const rejecting = [input('tcp dport 443 reject with icmp port-unreachable')]
    const from = (address: string) => ({ icmp: [{ from: address }] as unknown as Trial['icmp'] })
    const own = seen('server', rejecting, change({}), from('10.0.0.1'))
    expect(endsHere(own, own.there)).toContain('from this very host')
    const other = seen('server', rejecting, change({}), from('10.0.0.254'))
    expect(endsHere(other, other.there)).toBeNull()
  })
})

describe('packets have come to this host', () => {
  const drops = [input('tcp dport 443 drop')]
  const came = (role: Seen['role'], of: Change, sets: readonly RuleSet[] = drops) => {
    const host = seen(role, sets, of)
    return cameHere(host, host.there, sets)
  }

  test('where more came in than anybody was given', () => {
    const given = { IpInDelivers: 4, Ip6InDelivers: 2, IpForwDatagrams: 1 }
    expect(came('server', change({ received: 10, counters: given }))).toBe(
      '3 packets came in and went no further',
    )
    expect(came('server', change({ received: 9, counters: given }))).toBeNull()
    expect(came('server', change({ received: 10, readable: false }))).toBeNull()
  })

  test('where a rule on their way counted as many', () => {
    const counted = [input('tcp dport 443 counter packets 0 bytes 0', 'tcp dport 443 drop')]
    const [place] = counted[0]?.chains[0]?.rules.map((rule) => rule.place) ?? []
    if (!place) throw new Error('no rule')
    const grown = (packets: number) =>
      change({
        rules: [{ place, verdict: { kind: 'continue' }, packets, before: 0, after: packets }],
      })
    expect(came('server', grown(3), counted)).toContain('counted 3 packets')
    expect(came('server', grown(2), counted)).toBeNull()
    expect(came('server', grown(3))).toBeNull()
  })

  test('where the router counted them at the interface that they come by', () => {
    const forward = [nft(table('t', base('f', 'filter hook forward priority 0; policy drop;')))]
    const by = (received: number) => change({ passed: () => ({ received, sent: 0 }) })
    expect(came('router', by(3), forward)).toBe('3 packets came in by eth0')
    expect(came('router', by(2), forward)).toBeNull()
  })

  test('where they are made there', () => {
    const out = [nft(table('t', base('o', 'filter hook output priority 0;', 'tcp dport 443 drop')))]
    expect(came('client', change({}), out)).toContain('sent from this very host')
    const host = seen('server', drops, change({}))
    expect(cameHere(host, host.back, drops)).toBeNull()
    const state = { state: 'SYN-RECV', local: { address: '10.0.0.1', port: 443 } }
    const waiting = change({ sockets: [state] as unknown as Change['sockets'] })
    expect(cameHere({ ...host, change: waiting }, { ...host.back, reply: true }, drops)).toContain(
      'its own answers',
    )
  })
})
