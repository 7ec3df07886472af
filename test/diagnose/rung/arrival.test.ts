import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { arrival } from '../../../src/diagnose/rung/arrival.ts'
import { type Given, type Outputs, recorded } from '../scene.ts'
import { ask, SILENCE } from './ask.ts'

const server = recorded('healthy-server')
const scene = (name: string) => ({
  client: recorded(`${name}-client`),
  server: { ...server, ...recorded(`${name}-server`) },
  of: 'server' as const,
})
const timeout = { connect: { '10.77.2.2 80': 'timeout' } }
const first = ({ accuses = [] }: Ruling) => accuses[0]
const cleared = ({ acquits = [] }: Ruling): string[] => acquits.map(({ cause }) => cause)

/** What the interfaces of the server counted just before and just after the trial. */
const ADDRESSES = 'ip -j -s -d address show'
const [, ...TRAFFIC] = recorded('dropped-server')[ADDRESSES] as readonly Given[]

/** Counters of the kernel, as /proc prints them, with these values. */
const COUNTERS = 'cat /proc/net/snmp /proc/net/snmp6 /proc/net/netstat'
const counters = (values: Readonly<Record<string, number>>): string => {
  const of = (group: string) =>
    Object.entries(values).filter(([name]) => name.startsWith(`${group}:`))
  return ['Ip', 'Tcp', 'TcpExt']
    .map((group) => {
      const rows = of(group)
      return `${group}: ${rows.map(([name]) => name.split(':')[1]).join(' ')}\n${group}: ${rows.map(([, value]) => value).join(' ')}\n`
    })
    .join('')
}
const zero = {
  'Ip:InReceives': 0,
  'Ip:InDelivers': 0,
  'Ip:InAddrErrors': 0,
  'Ip:OutNoRoutes': 0,
  'Tcp:InSegs': 0,
  'Tcp:OutRsts': 0,
  'TcpExt:ListenOverflows': 0,
  'TcpExt:ListenDrops': 0,
  'TcpExt:IPReversePathFilter': 0,
}

/** A server whose counters grow so during the trial. */
const growing = (after: Readonly<Record<string, number>>, more: Outputs = {}): Outputs => ({
  ...server,
  ...recorded('dropped-server'),
  ...more,
  [COUNTERS]: [counters(zero), counters({ ...zero, ...after })],
})
const silence = (after: Readonly<Record<string, number>>, more: Outputs = {}) =>
  ask(arrival, {
    client: recorded('dropped-client'),
    server: growing(after, more),
    of: 'server',
    probes: SILENCE,
  })

describe('packets that a server dropped', () => {
  test('arrived and were not delivered: a firewall of its own, not one before it', async () => {
    const dropped = scene('dropped')
    const counted = { ...dropped.server, [ADDRESSES]: TRAFFIC }
    const ruling = await ask(arrival, { ...dropped, server: counted, probes: timeout })
    expect(first(ruling)).toMatchObject({ cause: 'firewall.ingress-drop', side: 'server' })
    expect(cleared(ruling)).toContain('firewall.path-drop')
    expect(cleared(ruling)).not.toContain('firewall.ingress-drop')
  })

  test.for([
    [
      'a full accept queue',
      { 'TcpExt:ListenOverflows': 3, 'TcpExt:ListenDrops': 3 },
      'tcp.accept-queue-full',
    ],
    [
      'no route back',
      { 'Ip:OutNoRoutes': 3, 'TcpExt:ListenDrops': 3, 'Tcp:InSegs': 3 },
      'route.return-missing',
    ],
    [
      'a strict reverse path filter',
      { 'TcpExt:IPReversePathFilter': 3 },
      'route.reverse-path-filter',
    ],
  ] as const)('by %s are counted by its kernel', async ([, after, cause]) => {
    const ruling = await silence(after)
    expect(first(ruling)).toMatchObject({ cause, side: 'server', weight: 'proven' })
    expect(cleared(ruling)).toContain('firewall.path-drop')
  })

  test('by the reverse path filter for want of a route have no way back', async () => {
    const lost = {
      'ip -j route get 10.77.1.2': {
        code: 2,
        stderr: 'RTNETLINK answers: Network is unreachable\n',
      },
    }
    const ruling = await silence({ 'TcpExt:IPReversePathFilter': 3 }, lost)
    expect(first(ruling)).toMatchObject({ cause: 'route.return-missing', weight: 'proven' })
  })

  test('by fewer counts than were sent prove nothing', async () => {
    const ruling = await silence({ 'TcpExt:ListenOverflows': 2, 'TcpExt:IPReversePathFilter': 1 })
    expect(ruling.accuses?.some(({ weight }) => weight === 'proven') ?? false).toBe(false)
  })
})

describe('a reply', () => {
  test('that finds no route on the server is mended there', async () => {
    const ruling = await ask(arrival, { ...scene('no-way-back'), probes: SILENCE })
    expect(first(ruling)).toMatchObject({
      cause: 'route.return-missing',
      side: 'server',
      weight: 'proven',
    })
  })

  test('that left and did not come back is lost on the path', async () => {
    const ruling = await ask(arrival, { ...scene('reply-lost'), probes: timeout })
    expect(ruling.accuses?.every(({ side }) => side === 'path')).toBe(true)
    expect(cleared(ruling)).toContain('tcp.no-listener')
  })
})

describe('resets', () => {
  const refused = { connect: { '10.77.2.2': 'ECONNREFUSED' } }
  const resets = (after: Readonly<Record<string, number>>, more: Outputs = {}) =>
    ask(arrival, {
      client: recorded('refused-client'),
      server: growing(after, more),
      of: 'server',
      probes: refused,
    })

  test("of the server's own kernel clear every firewall", async () => {
    const ruling = await resets({ 'Tcp:OutRsts': 3, 'Tcp:InSegs': 3 })
    expect(ruling.status).toBe('pass')
    expect(cleared(ruling)).toContain('firewall.ingress-reset')
    expect(cleared(ruling)).toContain('firewall.path-reset')
  })

  test('that its TCP did not send for SYNs that arrived came from a rule of its own', async () => {
    const ruling = await resets({ 'Ip:InReceives': 3 }, { [ADDRESSES]: TRAFFIC })
    expect(first(ruling)).toMatchObject({ cause: 'firewall.ingress-reset', side: 'server' })
    expect(cleared(ruling)).toContain('tcp.no-listener')
  })
})

test('a port that answers, or a connection that is accepted, is not looked at', async () => {
  expect((await ask(arrival, { ...scene('dropped') })).status).toBe('skip')
  const probes = { exchange: { '10.77.2.2': '' } }
  expect((await ask(arrival, { ...scene('dropped'), probes })).status).toBe('skip')
})

test('without counters nothing is known', async () => {
  const bare = { ...growing({}), [COUNTERS]: { failure: 'missing' as const, code: null } }
  const ruling = await ask(arrival, {
    client: recorded('dropped-client'),
    server: bare,
    of: 'server',
    probes: timeout,
  })
  expect(ruling.status).toBe('unknown')
})
