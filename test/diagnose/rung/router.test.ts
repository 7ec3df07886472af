import { describe, expect, test } from 'vitest'
import type { Check, Ruling } from '../../../src/diagnose/check.ts'
import { bridge, conntrack, forwarding } from '../../../src/diagnose/rung/router.ts'
import { diagnose, type Outputs } from '../scene.ts'
import { type Asked, ask, commands, only, SILENCE, told, without } from './ask.ts'

const server = told('server')

/** `sysctl -w NAME=VALUE`, in quotes or not. */
const setting = (words: string): string =>
  expect.stringMatching(new RegExp(`^sysctl -w ('?)${words.replaceAll('.', '\\.')}\\1$`))

/** Asks the router `gw` while the visit fails, or while it holds. */
const of = (check: Check, outputs: Outputs, asked: Asked = { probes: SILENCE }): Promise<Ruling> =>
  ask(check, { routers: { gw: outputs }, of: 'router', ...asked })

describe('a router', () => {
  test('that forwards and knows both ends is well', async () => {
    expect(await of(forwarding, told('router'))).toMatchObject({ status: 'pass' })
    expect(await of(forwarding, told('router'), {})).toMatchObject({ status: 'pass' })
  })

  test('that does not forward is told to', async () => {
    const ruling = await of(forwarding, told('router-not-forwarding'))
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.forwarding-off',
      side: 'path',
      weight: 'proven',
      place: { host: 'gw' },
      remedies: [
        {
          host: 'gw',
          command: setting('net.ipv4.ip_forward=1'),
          undo: setting('net.ipv4.ip_forward=0'),
        },
      ],
    })
  })

  test('that does not forward IPv6 is told to forward that', async () => {
    const off = { 'sysctl net.ipv6.conf.all.forwarding': 'net.ipv6.conf.all.forwarding = 0\n' }
    const asked: Asked = {
      target: 'http://[fd77:2::2]',
      probes: { connect: { 'fd77:2::2': 'timeout' }, ping: { 'fd77:2::2': { received: 0 } } },
    }
    const ruling = await of(forwarding, { ...told('router'), ...off }, asked)
    expect(only(ruling).cause).toBe('route.forwarding-off')
    expect(commands(ruling)).toEqual([setting('net.ipv6.conf.all.forwarding=1')])
  })

  test('that does not forward is no fault where the service answers', async () => {
    const ruling = await of(forwarding, told('router-not-forwarding'), {})
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('without a route to the server is the end of the path', async () => {
    const ruling = await of(forwarding, told('router-no-route'))
    expect(ruling.status).toBe('fail')
    const { cause, ...rest } = only(ruling)
    expect(['route.none', 'route.dead-end']).toContain(cause)
    expect(rest).toMatchObject({ side: 'path', weight: 'proven', place: { host: 'gw' } })
  })

  test('without a route to the client has no way back', async () => {
    expect(only(await of(forwarding, told('router-no-way-back')))).toMatchObject({
      cause: 'route.return-missing',
      side: 'path',
      weight: 'proven',
      place: { host: 'gw' },
    })
  })

  test('with a route that rejects is named for that', async () => {
    expect(only(await of(forwarding, told('router-prohibit')))).toMatchObject({
      cause: 'route.rejecting',
      side: 'path',
      weight: 'proven',
      place: { host: 'gw' },
    })
  })

  test('with a route that rejects gets it deleted', async () => {
    expect(commands(await of(forwarding, told('router-prohibit')))).toEqual([
      'ip route del prohibit 10.77.2.2/32',
    ])
  })

  test('is unknown without sysctl and files', async () => {
    const outputs = without(told('router'), 'sysctl')
    expect(await of(forwarding, outputs)).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'procps' },
    })
    const files = { 'grep -H  /proc/sys/net/ipv4/ip_forward': '/proc/sys/net/ipv4/ip_forward:1\n' }
    expect(await of(forwarding, { ...outputs, ...files })).toMatchObject({ status: 'pass' })
  })

  test('has no known routes without ip', async () => {
    const ruling = await of(forwarding, without(told('router'), 'ip'))
    expect(ruling).toMatchObject({ status: 'unknown', unknown: { needs: 'iproute2' } })
  })
})

describe('the reverse path filter of a router', () => {
  const COUNTERS = 'cat /proc/net/snmp /proc/net/snmp6 /proc/net/netstat'
  const filtered = (number: number): string => `TcpExt: IPReversePathFilter\nTcpExt: ${number}\n`
  const filtering = (number: number): Promise<Ruling> =>
    of(forwarding, {
      ...told('router'),
      [COUNTERS]: [filtered(4), filtered(4 + number)],
      'sysctl net.ipv4.conf.lo.rp_filter net.ipv4.conf.eth1.rp_filter net.ipv4.conf.eth2.rp_filter':
        'net.ipv4.conf.lo.rp_filter = 0\nnet.ipv4.conf.eth1.rp_filter = 1\nnet.ipv4.conf.eth2.rp_filter = 1\n',
    })

  test('that took as many as were sent is made loose where they came in', async () => {
    const ruling = await filtering(3)
    expect(only(ruling)).toMatchObject({
      cause: 'route.reverse-path-filter',
      side: 'path',
      weight: 'proven',
    })
    expect(commands(ruling)).toEqual(['sysctl -w net.ipv4.conf.eth2.rp_filter=2'])
  })

  test('that took fewer is not the reason', async () => {
    expect((await filtering(2)).status).toBe('pass')
  })
})

describe('a switch', () => {
  test('whose ports all belong to its bridge is well', async () => {
    expect(await of(bridge, told('switch'))).toMatchObject({ status: 'pass' })
  })

  test('is not what a router is', async () => {
    expect(await of(bridge, told('router'))).toMatchObject({ status: 'skip' })
  })

  test('that lost a port gets it back', async () => {
    const ruling = await of(bridge, told('switch-port-lost'))
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'link.bridge-port',
      side: 'path',
      weight: 'proven',
      place: { host: 'gw', interface: 'eth2' },
      remedies: [
        {
          host: 'gw',
          command: 'ip link set eth2 master br0',
          undo: 'ip link set eth2 nomaster',
        },
      ],
    })
  })

  test('with a port that is down has it brought up', async () => {
    const ruling = await of(bridge, told('switch-port-down'))
    expect(only(ruling)).toMatchObject({
      cause: 'link.bridge-port',
      side: 'path',
      place: { host: 'gw', interface: 'eth2' },
      remedies: [{ command: 'ip link set eth2 up', undo: 'ip link set eth2 down' }],
    })
  })

  test('may have interfaces that nobody uses', async () => {
    expect(await of(bridge, told('switch-spare'))).toMatchObject({ status: 'pass' })
  })

  test('that lost a port is no fault where the service answers', async () => {
    const ruling = await of(bridge, told('switch-port-lost'), {})
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('is unknown without ip', async () => {
    expect(await of(bridge, {})).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

const TRACKED = 'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max'
const tracking = (count: number): Outputs => ({
  [TRACKED]: `net.netfilter.nf_conntrack_count = ${count}
net.netfilter.nf_conntrack_max = 262144
`,
})
const UNTRACKED: Outputs = {
  [TRACKED]: {
    code: 1,
    stderr: `sysctl: cannot stat /proc/sys/net/netfilter/nf_conntrack_count: No such file or directory
sysctl: cannot stat /proc/sys/net/netfilter/nf_conntrack_max: No such file or directory
`,
  },
}

describe('the table of connections', () => {
  test('with room is well', async () => {
    expect(await of(conntrack, tracking(311))).toMatchObject({ status: 'pass' })
    expect(await of(conntrack, tracking(262_143))).toMatchObject({ status: 'pass' })
  })

  test('that is full is made larger', async () => {
    const ruling = await of(conntrack, tracking(262_144))
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'nat.conntrack-full',
      side: 'path',
      weight: 'proven',
      place: { host: 'gw' },
      remedies: [
        {
          host: 'gw',
          command: setting('net.netfilter.nf_conntrack_max=524288'),
          undo: setting('net.netfilter.nf_conntrack_max=262144'),
        },
      ],
    })
  })

  test('of a server is its own', async () => {
    const full = { ...server, ...tracking(262_144) }
    const asked = { server: full, of: 'server', probes: SILENCE } as const
    expect(only(await ask(conntrack, asked))).toMatchObject({
      side: 'server',
      remedies: [{ host: 'server' }],
    })
  })

  test('is nothing where no connection is tracked', async () => {
    expect(await of(conntrack, UNTRACKED)).toMatchObject({ status: 'skip' })
  })

  test('is unknown without sysctl and files', async () => {
    expect(await of(conntrack, {})).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'procps' },
    })
  })

  // End to end is the truth: what is odd below is then a warning.
  test('that is full is no failure where the service answers', async () => {
    expect((await of(conntrack, tracking(262_144), {})).status).toBe('warn')
  })

  test('that is full is no cause where the service answers', async () => {
    const { verdict } = await diagnose({
      target: 'http://10.77.2.2',
      client: told('client'),
      routers: { gw: tracking(262_144) },
    })
    expect(verdict).toMatchObject({ state: 'reachable', cause: null })
  })
})
