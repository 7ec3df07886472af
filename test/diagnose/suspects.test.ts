import { describe, expect, test } from 'vitest'
import type { Accusation } from '../../src/diagnose/check.ts'
import type { Controls, Hop } from '../../src/diagnose/controls.ts'
import type { Connect, IcmpSeen, Segment } from '../../src/diagnose/probes.ts'
import type { Soundings } from '../../src/diagnose/soundings.ts'
import {
  formatEndpoint,
  suspectByIcmp,
  suspectLateRefusal,
  suspectRefusal,
  suspectSilence,
  suspectUnreachable,
} from '../../src/diagnose/suspects.ts'
import { type Visit, visit } from '../../src/diagnose/visit.ts'
import { inFakeTime, target } from './scene.ts'
import { scriptedProbes } from './scripted-probes.ts'

const MANNER = { userAgent: 'rungs/0.0.0', token: 'token', timeoutMs: 9000 } as const

/** A visit that came no further than its connection. */
const failed = (connect: Partial<Connect>, address = '10.77.2.2'): Promise<Visit> => {
  const endpoint = { address, family: address.includes(':') ? 6 : 4, port: 443 } as const
  const probes = scriptedProbes({ connect: { [address]: connect } })
  return inFakeTime(() => visit(target('https://h'), endpoint, probes, MANNER))
}
const refused = { outcome: 'refused', errno: 'ECONNREFUSED', tookMs: 0.3 } as const
const silent = { outcome: 'timeout', errno: null, tookMs: 3400 } as const
const unreachable = { outcome: 'unreachable', errno: 'EHOSTUNREACH', tookMs: 900 } as const

const echo = (received: number): Controls['echo'] => ({
  command: 'ping -c 1 10.77.2.2',
  lines: [],
  address: '10.77.2.2',
  sent: 1,
  received,
  rttMs: null,
  ttl: null,
  errors: [],
  possible: true,
  because: null,
})
const controls = (alive: boolean, hops: readonly Partial<Hop>[] = []): Controls => ({
  gatewayAnswers: null,
  echo: echo(alive ? 1 : 0),
  ports: [],
  alive,
  aliveBy: alive ? 'it answers ping' : null,
  hops: hops.map((hop, index) => ({
    ttl: index + 1,
    from: null,
    error: null,
    arrived: false,
    ...hop,
  })),
})
const sounding = (flags: Segment['flags'], port: number, answer: Segment['answer']): Segment => ({
  command: 'nping --tcp',
  lines: [],
  endpoint: { address: '10.77.2.2', family: 4, port },
  flags,
  answer,
  errors: [],
  possible: true,
})
const path = (...from: readonly (string | null)[]): Controls =>
  controls(
    false,
    from.map((one) => ({ from: one })),
  )

const told = (accusations: readonly Accusation[]): string[] =>
  accusations.map(({ cause, side, weight }) => `${cause} ${side} ${weight}`)

describe('a refusal', () => {
  test('at once comes from nobody who listens, or from a firewall anywhere', async () => {
    const { accuses, acquits } = suspectRefusal(await failed(refused), true, null)
    expect(told(accuses)).toEqual([
      'tcp.no-listener server possible',
      'firewall.ingress-reset server possible',
      'firewall.path-reset path possible',
      'firewall.egress-reject client possible',
    ])
    expect(acquits.map(({ cause }) => cause)).toContain('firewall.path-reject')
  })

  test('may be an ICMP error where none could be seen', async () => {
    const { accuses, acquits } = suspectRefusal(await failed(refused), false, null)
    expect(told(accuses)).toContain('firewall.ingress-reject server possible')
    expect(acquits).toEqual([])
  })

  test.for([
    [{ ttl: 62, trafficClass: 0x10 }, ['tcp.no-listener likely', 'nat.wrong-target possible']],
    [
      { ttl: 62, trafficClass: 0 },
      ['firewall.ingress-reset likely', 'firewall.path-reset possible'],
    ],
    [{ ttl: 64, trafficClass: 0 }, ['firewall.path-reset likely', 'tcp.no-listener possible']],
    [
      { ttl: 61, trafficClass: 0x10 },
      ['tcp.no-listener likely', 'nat.wrong-target possible', 'firewall.path-reset possible'],
    ],
  ] as const)('whose reset has %j beside a usual one of 62 and 0x10', async ([answer, causes]) => {
    const syn = sounding('syn', 443, { kind: 'reset', ...answer })
    const control = sounding('ack', 80, { kind: 'reset', ttl: 62, trafficClass: 0x10 })
    const sounded = { syn, ack: syn, control, lostAt: null }
    const { accuses, acquits } = suspectRefusal(await failed(refused), true, sounded)
    expect(accuses.map(({ cause, weight }) => `${cause} ${weight}`)).toEqual(causes)
    for (const { cause, side } of acquits)
      expect(accuses.some((one) => one.cause === cause && one.side === side)).toBe(false)
  })

  test('after a second is an ICMP error rather than a reset', async () => {
    const found = suspectLateRefusal(await failed({ ...refused, tookMs: 1030 }))
    expect(told(found)[0]).toBe('firewall.ingress-reject server likely')
    expect(found.map(({ cause }) => cause)).not.toContain('tcp.no-listener')
  })

  test('leaves a command for each suspect, on a host of its own', async () => {
    const one = await failed(refused)
    const { accuses } = suspectRefusal(one, false, null)
    for (const { tellApart } of [...accuses, ...suspectLateRefusal(one)])
      expect(tellApart).toEqual({
        host: expect.stringMatching(/^(client|server)$/),
        command: expect.stringMatching(/\S/),
        shows: expect.stringMatching(/\S/),
      })
  })
})

describe('an ICMP error', () => {
  const message = (from: string, kind: string): IcmpSeen => {
    const [type = 0, code = 0] = kind.split('/').map(Number)
    const family = from.includes(':') ? 6 : 4
    return { family, from, type, code, text: 'as it is worded', mtu: null, quoted: null }
  }
  const suspects = async (
    from: string,
    kind: string,
    rest: { readonly alive?: boolean; readonly connect?: Partial<Connect> } = {},
  ): Promise<string[]> => {
    const address = from.includes(':') ? 'fd77:2::2' : '10.77.2.2'
    const one = await failed({ ...unreachable, ...rest.connect }, address)
    return told(suspectByIcmp(message(from, kind), one, '10.77.1.2', controls(rest.alive ?? false)))
  }

  test('that nobody is there, said late by the address itself, is one of a forwarding', async () => {
    const found = await suspects('10.77.2.2', '3/1', { connect: { tookMs: 1812 } })
    expect(found).toEqual([
      'nat.wrong-target path likely',
      'firewall.ingress-reject server possible',
    ])
  })

  test.for([
    ['10.77.2.2', '3/3', 'firewall.ingress-reject server proven'],
    ['10.77.2.2', '3/13', 'firewall.ingress-reject server proven'],
    ['fd77:2::2', '1/4', 'firewall.ingress-reject server proven'],
    ['10.77.2.2', '3/1', 'firewall.ingress-reject server likely'],
    ['10.77.1.1', '3/13', 'firewall.path-reject path proven'],
    ['10.77.1.1', '3/10', 'firewall.path-reject path proven'],
    ['fd77:1::1', '1/1', 'firewall.path-reject path proven'],
    ['10.77.1.1', '3/0', 'route.dead-end path proven'],
    ['fd77:1::1', '1/0', 'route.dead-end path proven'],
    ['10.77.1.1', '3/1', 'link.neighbour-failed path likely'],
    ['fd77:1::1', '1/3', 'link.neighbour-failed path likely'],
    ['10.77.1.1', '11/0', 'route.loop path proven'],
    ['fd77:1::1', '3/0', 'route.loop path proven'],
    ['127.0.0.1', '3/3', 'firewall.egress-reject client likely'],
  ] as const)('%s %s: %s', async ([from, kind, first]) => {
    expect((await suspects(from, kind))[0]).toBe(first)
  })

  test('of the routing is a filter where the host is known to be alive', async () => {
    for (const kind of ['3/0', '3/1'])
      expect(await suspects('10.77.1.1', kind, { alive: true })).toEqual([
        'firewall.path-reject path proven',
      ])
  })

  test('of this host itself is its own rule, or its own search for the neighbour', async () => {
    const own = { localAddress: '10.77.1.2' }
    expect((await suspects('10.77.1.2', '3/13', { connect: own }))[0]).toBe(
      'firewall.egress-reject client likely',
    )
    expect((await suspects('10.77.1.2', '3/1', { connect: { ...own, tookMs: 3070 } }))[0]).toBe(
      'link.neighbour-failed client likely',
    )
  })

  test('a port that is unreachable is one on which nothing listens, for UDP only', async () => {
    const one = await failed(unreachable)
    const said = message('10.77.2.2', '3/3')
    const quoted = { destination: '10.77.2.2', protocol: 17, sourcePort: null, destinationPort: 53 }
    const by = (icmp: IcmpSeen) => suspectByIcmp(icmp, one, '10.77.1.2', controls(false))[0]
    expect(by({ ...said, quoted })).toMatchObject({
      cause: 'udp.port-unreachable',
      weight: 'likely',
    })
    expect(by({ ...said, quoted: { ...quoted, protocol: 6 } })?.cause).toBe(
      'firewall.ingress-reject',
    )
  })

  test('is quoted with who sent it and what it says', async () => {
    const one = await failed(unreachable)
    const [first] = suspectByIcmp(message('10.77.1.1', '3/13'), one, '10.77.1.2', controls(false))
    expect(first?.because).toContain('10.77.1.1 answers with ICMP 3/13, as it is worded')
  })
})

describe('an unreachable host without an ICMP error', () => {
  test('that is alive is kept away by a filter', async () => {
    const found = told(suspectUnreachable(await failed(unreachable), controls(true)))
    expect(found[0]).toBe('firewall.path-reject path likely')
  })

  test('after three seconds is one that the last router does not find', async () => {
    const late = await failed({ ...unreachable, tookMs: 3070 })
    expect(told(suspectUnreachable(late, controls(false)))[0]).toBe(
      'link.neighbour-failed path likely',
    )
  })

  test('is a dead end, more likely so where a hop says it', async () => {
    const one = await failed({ ...unreachable, errno: 'ENETUNREACH' })
    const hop = { from: '10.77.1.1', error: 'Destination Net Unreachable' }
    expect(told(suspectUnreachable(one, controls(false)))[0]).toBe('route.dead-end path possible')
    expect(told(suspectUnreachable(one, controls(false, [hop])))[0]).toBe(
      'route.dead-end path likely',
    )
  })
})

describe('silence', () => {
  const causes = async (given: Controls, sounded: Soundings | null = null): Promise<string[]> =>
    told(suspectSilence(await failed(silent), given, sounded).accuses)
  const mute = sounding('syn', 443, null)
  const control = sounding('ack', 80, { kind: 'reset', ttl: 62, trafficClass: 0x10 })

  test('of a port that answers no stray ACK either is filtered, and no full queue', async () => {
    const sounded = { syn: mute, ack: mute, control, lostAt: null }
    const found = await causes(controls(true), sounded)
    expect(found[0]).toBe('firewall.ingress-drop server possible')
    expect(found.join()).not.toContain('queue')
    const { acquits } = suspectSilence(await failed(silent), controls(true), sounded)
    expect(acquits).toEqual([expect.objectContaining({ cause: 'tcp.accept-queue-full' })])
  })

  test('of a port that resets a stray ACK is a queue that is full', async () => {
    const found = await causes(controls(true), { syn: mute, ack: control, control, lostAt: null })
    expect(found[0]).toBe('tcp.accept-queue-full server likely')
    expect(found.join()).not.toContain('egress-drop')
  })

  test('of a SYN that gets less far than a ping is a drop on the way', async () => {
    const lostAt = { ttl: 2, from: '10.77.9.1', error: null, arrived: false }
    const found = await causes(controls(true), { syn: mute, ack: mute, control, lostAt })
    expect(found).toEqual([
      'firewall.path-drop path likely',
      'firewall.egress-drop client possible',
    ])
  })

  test('of one port of a host that is alive is a drop first of all', async () => {
    const found = await causes(controls(true))
    expect(found[0]).toBe('firewall.ingress-drop server possible')
    expect(found).toContain('tcp.accept-queue-full server possible')
    expect(found.join()).not.toContain('route.')
  })

  test('of all hops is a router that does not forward', async () => {
    const silence = path(null, null, null)
    const near = (gatewayAnswers: boolean) => causes({ ...silence, gatewayAnswers })
    expect((await near(true))[0]).toBe('route.forwarding-off path likely')
    // A router that says nothing at all may forward all the same.
    expect((await near(false))[0]).toBe('route.forwarding-off path possible')
  })

  test('after some hops may be a drop, or a reply that finds no way', async () => {
    const found = (await causes(path('10.77.1.1', '10.77.9.1', null, null))).join()
    for (const cause of ['ingress-drop', 'return-missing', 'path-drop'])
      expect(found).toContain(cause)
    expect(found).not.toContain('forwarding-off')
  })

  test('of hops that come again and again is a circle', async () => {
    const round = ['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2']
    expect(await causes(path(...round))).toEqual(['route.loop path proven'])
  })

  test('of a hop that answers twice in a row is no circle', async () => {
    const twice = ['10.0.0.1', '10.0.0.2', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']
    expect((await causes(path(...twice))).join()).not.toContain('route.loop')
  })

  test('after a hop that knows no way is a dead end there', async () => {
    const end = { from: '10.77.9.1', error: 'Destination Net Unreachable' }
    const found = await causes(controls(false, [{ from: '10.77.1.1' }, end]))
    expect(found[0]).toBe('route.dead-end path likely')
  })

  test('after a hop that finds no such host is a host that is off, or unplugged', async () => {
    const end = { from: '10.77.2.1', error: 'Destination Host Unreachable' }
    const found = await causes(controls(false, [{ from: '10.77.1.1' }, end]))
    expect(found[0]).toBe('link.neighbour-failed path likely')
    expect(found).toContain('physical.no-carrier server possible')
    // A ping's error tells nothing of how long the router has asked.
    expect(found.join()).toContain('path-reject')
  })
})

test('an endpoint is written as it is typed', async () => {
  expect(formatEndpoint(await failed(silent))).toBe('10.77.2.2:443')
  expect(formatEndpoint(await failed(silent, 'fd77:2::2'))).toBe('[fd77:2::2]:443')
})
