import { describe, expect, test } from 'vitest'
import type { Exchange, ExchangePlan } from '../../../src/diagnose/probes.ts'
import { idle, memory } from '../../../src/diagnose/rung/idle.ts'
import { play } from '../../dialog/playbook.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, only, told } from './ask.ts'

const rests = (plan: ExchangePlan): boolean =>
  play(plan.talk(), []).acts.some((act) => act.do === 'rest')

const PAGE = 'HTTP/1.1 200 OK\r\n\r\n'
const WAITS = { unacknowledgedBytes: 80, waitsFor: 'acknowledgment', retransmissions: 3 } as const
const SILENT = { reply: null, told: null, silent: true }

/** A service that answers at once, and after a rest of 30 s so. */
const after = (rested: Partial<Exchange> | null, more: Asked = {}) =>
  ask(idle, {
    idleMs: 30_000,
    timeoutMs: 100_000,
    probes: {
      exchange: { '10.77.2.2': (plan) => (rested && rests(plan) ? rested : PAGE) },
    },
    ...more,
  })

const ended = (how: 'fin' | 'reset', afterMs: number): Partial<Exchange> => ({
  ...SILENT,
  silent: false,
  ending: { how, afterMs, bytes: 0 },
})

describe('a connection that rested', () => {
  test('and still stands passes', async () => {
    expect(await after(null)).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('after a rest of 30 s it still stands'),
    })
  })

  test.for([
    ['is reset', ended('reset', 30_002)],
    ['is not answered', { ...SILENT, standing: WAITS }],
  ] as const)('and %s is cut, since one that does not rest is answered', async ([how, rested]) => {
    const ruling = await after(rested)
    expect(ruling.status).toBe('warn')
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.idle-cut',
      side: 'path',
      weight: 'proven',
      partial: true,
      because: expect.stringContaining(how),
    })
  })

  test('and is closed in order was closed by the service', async () => {
    const ruling = await after(ended('fin', 6_000))
    expect(ruling).toMatchObject({
      status: 'warn',
      summary: expect.stringContaining('in order, after 6 s'),
    })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('and takes what is sent, without an answer, is the service', async () => {
    const standing = { unacknowledgedBytes: 0, waitsFor: null, retransmissions: 0 }
    const ruling = await after({ ...SILENT, standing })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('tells nothing where the service has died meanwhile', async () => {
    let visits = 0
    const exchange = (plan: ExchangePlan) =>
      rests(plan) ? ended('reset', 30_002) : visits++ === 0 ? PAGE : SILENT
    const ruling = await after(null, { probes: { exchange: { '10.77.2.2': exchange } } })
    expect(ruling.status).toBe('unknown')
  })

  test('is cut by the host that remembers for a shorter time', async () => {
    const routers = { edge: remembering(12) }
    const accusation = only(await after(ended('reset', 30_002), { routers }))
    expect(accusation).toMatchObject({
      place: { host: 'edge' },
      because: expect.stringContaining('edge forgets a connection that rests for 12 s'),
    })
    expect(accusation.remedies?.[0]?.command).toBe(
      'sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=432000',
    )
  })

  test('is not cut by one that remembers longer', async () => {
    const routers = { edge: remembering(900) }
    expect(only(await after(ended('reset', 30_002), { routers })).place).toMatchObject({
      host: 'path',
    })
  })

  test('is asked for only where it is wanted', async () => {
    expect((await ask(idle, {})).status).toBe('skip')
    expect((await after(null, { target: 'tcp://10.77.2.2:80' })).status).toBe('skip')
  })
})

const remembering = (seconds: number, loose = 1): Outputs => ({
  ...recorded('no-way-back-router'),
  'sysctl net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_tcp_loose': `net.netfilter.nf_conntrack_tcp_timeout_established = ${seconds}\nnet.netfilter.nf_conntrack_tcp_loose = ${loose}\n`,
})
const client: Outputs = {
  ...told('client'),
  'sysctl net.ipv4.tcp_keepalive_time': 'net.ipv4.tcp_keepalive_time = 7200\n',
}

describe('the memory of a host that tracks connections', () => {
  const remember = (of: 'server' | 'router', seconds: number, loose = 1) =>
    ask(memory, {
      of,
      client,
      server: of === 'server' ? remembering(seconds, loose) : null,
      routers: of === 'router' ? { edge: remembering(seconds, loose) } : {},
    })

  test('that is shorter than the keep-alive of the client is warned of', async () => {
    expect(await remember('router', 300)).toMatchObject({
      status: 'warn',
      summary: expect.stringContaining(
        'rests for 300 s; the keep-alive of this host begins after 7200 s',
      ),
    })
    expect((await remember('server', 300, 0)).status).toBe('warn')
  })

  test('that is longer, or of a server that takes connections up again, passes', async () => {
    expect((await remember('router', 432_000)).status).toBe('pass')
    expect((await remember('server', 300)).status).toBe('pass')
  })

  test('where nothing is tracked, there is none', async () => {
    const routers = {
      edge: {
        'sysctl net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_tcp_loose':
          {
            code: 255,
            stderr:
              'sysctl: cannot stat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established: No such file or directory\n',
          },
      },
    }
    expect((await ask(memory, { of: 'router', client, routers })).status).toBe('skip')
  })
})
