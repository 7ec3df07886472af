import { describe, expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import type { IcmpSeen, Probes } from '../../src/diagnose/probes.ts'
import { holdTrial, TRIAL_CONNECTIONS, type Trial } from '../../src/diagnose/trial.ts'
import { inFakeTime, type Outputs, recorded, scriptedHost } from './scene.ts'
import { type Script, scriptedProbes } from './scripted-probes.ts'

const ENDPOINT = { address: '10.77.2.2', family: 4, port: 80 } as const

/**
 * A recorded host at the trial alone: of each command the last two answers, before and after; of the rules
 * one more, by which it is known whether there are any.
 */
const atTrial = (name: string): Outputs =>
  Object.fromEntries(
    Object.entries(recorded(name)).map(([command, turns]) => [
      command,
      Array.isArray(turns) ? turns.slice(/^(?:nft|ip6?tables)/.test(command) ? -3 : -2) : turns,
    ]),
  )

type Hosts = { readonly client?: Outputs; readonly server?: Outputs; readonly router?: Outputs }

function hold(hosts: Hosts, script: Script = {}, parts: Partial<Probes> = {}): Promise<Trial> {
  const probes = { ...scriptedProbes({ connect: { '10.77.2.2': 'timeout' }, ...script }), ...parts }
  const open = (role: 'client' | 'server' | 'router', outputs: Outputs) =>
    inquire(scriptedHost({ name: role, role, outputs }))
  return inFakeTime(() =>
    holdTrial(ENDPOINT, 'tcp', probes.connect, probes, {
      client: open('client', hosts.client ?? {}),
      server: hosts.server ? open('server', hosts.server) : null,
      routers: hosts.router ? [open('router', hosts.router)] : [],
    }),
  )
}

describe('a rule that drops', () => {
  const dropped = () =>
    hold({ client: atTrial('dropped-client'), server: atTrial('dropped-server') })

  test('is the one whose counter grew by as many as were sent', async () => {
    const { server } = await dropped()
    expect(server?.rules).toMatchObject([
      {
        packets: TRIAL_CONNECTIONS,
        verdict: { kind: 'drop' },
        place: { table: 'filter', chain: 'input', handle: 3 },
      },
    ])
  })

  test('is after IP received the packets, and before it delivered them', async () => {
    const { server } = await dropped()
    expect(server?.readable).toBe(true)
    expect(server?.grew('IpInReceives')).toBe(TRIAL_CONNECTIONS)
    expect(server?.grew('IpInDelivers')).toBe(0)
    expect(server?.grew('TcpOutRsts')).toBe(0)
  })

  test('is not on the client, whose packets left', async () => {
    const { client } = await dropped()
    expect(client.rules).toEqual([])
    expect(client.sent).toBeGreaterThanOrEqual(TRIAL_CONNECTIONS)
  })
})

test('a port without a listener is answered by resets of the kernel', async () => {
  const { server } = await hold({ server: atTrial('refused-server') })
  expect(server?.grew('TcpOutRsts')).toBeGreaterThanOrEqual(TRIAL_CONNECTIONS)
})

test('a server without a way back drops the requests, and no counter of routes says so', async () => {
  const { server } = await hold({ server: atTrial('no-way-back-server') })
  expect(server?.grew('TcpExtListenDrops')).toBe(TRIAL_CONNECTIONS)
  expect(server?.grew('TcpExtListenOverflows')).toBe(0)
})

test('a reply that is lost leaves sockets that wait for the end of the handshake', async () => {
  const { server } = await hold({ server: atTrial('reply-lost-server') })
  const waiting = server?.sockets.filter(({ state }) => state === 'SYN-RECV') ?? []
  expect(waiting).toHaveLength(TRIAL_CONNECTIONS)
  expect(new Set(waiting.map(({ local }) => local.port))).toEqual(new Set([80]))
})

describe('the packets of an interface', () => {
  const ADDRESSES = 'ip -j -s -d address show'
  const counted = (eth0: number, lo: number): string =>
    JSON.stringify([
      {
        ifname: 'lo',
        flags: ['LOOPBACK', 'UP'],
        link_type: 'loopback',
        mtu: 65536,
        stats64: stats(lo),
      },
      { ifname: 'eth0', flags: ['UP'], link_type: 'ether', mtu: 1500, stats64: stats(eth0) },
    ])
  const stats = (packets: number) => {
    const way = { bytes: packets * 60, packets, errors: 0, dropped: 0 }
    return { rx: way, tx: way }
  }

  test('are counted without those of loopback', async () => {
    const { client } = await hold({ client: { [ADDRESSES]: [counted(10, 100), counted(14, 900)] } })
    expect(client).toMatchObject({ received: 4, sent: 4 })
  })

  test('are not known where they were not read twice', async () => {
    const missing = { failure: 'missing', code: null } as const
    const { client } = await hold({ client: { [ADDRESSES]: [counted(10, 0), missing] } })
    expect(client).toMatchObject({ received: null, sent: null })
  })
})

describe('what cannot be read', () => {
  test('says nothing: no counter grew, and that is not a proof', async () => {
    const { client } = await hold({})
    expect(client).toMatchObject({ readable: false, rules: [], received: null, sockets: [] })
    expect(client.grew('TcpOutRsts')).toBe(0)
  })

  test('of a server that cannot be asked is null', async () => {
    expect((await hold({})).server).toBeNull()
  })

  test('of a counter that was set back is no growth', async () => {
    const snmp = (n: number): string => `Ip: InReceives\nIp: ${n}\n`
    const command = 'cat /proc/net/snmp /proc/net/snmp6 /proc/net/netstat'
    const { client } = await hold({ client: { [command]: [snmp(7), snmp(2)] } })
    expect(client).toMatchObject({ readable: true })
    expect([client.before('IpInReceives'), client.grew('IpInReceives')]).toEqual([7, 0])
  })
})

describe('ICMP errors', () => {
  const icmp = (destination: string | null): IcmpSeen => ({
    family: 4,
    from: '10.77.1.1',
    type: 3,
    code: 13,
    text: 'communication administratively prohibited',
    mtu: null,
    quoted:
      destination === null
        ? null
        : { destination, protocol: 6, sourcePort: 1, destinationPort: 80 },
  })

  test('about these connections are kept, those of others are not', async () => {
    const seen = [icmp('10.77.2.2'), icmp('192.0.2.9'), icmp(null)]
    expect((await hold({}, { icmp: seen })).icmp).toEqual([seen[0], seen[2]])
  })

  test('are not known without the privilege', async () => {
    expect((await hold({}, { icmp: null })).icmp).toBeNull()
    expect((await hold({}, { icmp: [] })).icmp).toEqual([])
  })
})

describe('the order of things', () => {
  test('is: read all hosts, connect, look at the sockets, read all again', async () => {
    const order: string[] = []
    const hosts = ['client', 'server', 'router'] as const
    const inquiries = hosts.map((role) => {
      const host = scriptedHost({ name: role, role })
      return inquire({
        ...host,
        run: (argv) => {
          order.push(`${role} ${argv.includes('-tan') ? 'sockets' : 'counters'}`)
          return host.run(argv)
        },
      })
    })
    const probes = scriptedProbes({ connect: { '10.77.2.2': 'timeout' } })
    const [client, server, router] = inquiries
    if (!client || !server || !router) throw new Error('a host is missing')
    await inFakeTime(() =>
      holdTrial(
        ENDPOINT,
        'tcp',
        (to, ms) => {
          order.push('connect')
          return probes.connect(to, ms)
        },
        probes,
        { client, server, routers: [router] },
      ),
    )
    const runs = order.filter((one, index) => one.split(' ')[1] !== order[index - 1]?.split(' ')[1])
    expect(runs.map((one) => one.split(' ')[1] ?? one)).toEqual([
      'counters',
      'connect',
      'sockets',
      'counters',
    ])
    expect(order.filter((one) => one === 'connect')).toHaveLength(TRIAL_CONNECTIONS)
    for (const role of hosts) expect(order).toContain(`${role} sockets`)
  })

  test('takes about a second, whatever the port does', async () => {
    const startedAt = Date.UTC(2026, 10, 20, 12)
    for (const ending of ['timeout', 'ECONNREFUSED', 'EHOSTUNREACH']) {
      let tookMs = 0
      await hold(
        {},
        { connect: { '10.77.2.2': ending } },
        {
          watchIcmp: async () => ({
            stop: async () => {
              tookMs = Date.now() - startedAt
              return []
            },
          }),
        },
      )
      expect(tookMs).toBeLessThanOrEqual(1000)
    }
  })

  test('keeps the hosts apart: the server, and each router', async () => {
    const trial = await hold({ server: atTrial('dropped-server'), router: {} })
    expect(trial.client.inquiry.host.name).toBe('client')
    expect(trial.server?.inquiry.host.name).toBe('server')
    expect(trial.routers.map(({ inquiry }) => inquiry.host.name)).toEqual(['router'])
    const alone = await hold({ router: {} })
    expect(alone.server).toBeNull()
    expect(alone.routers).toHaveLength(1)
  })
})
