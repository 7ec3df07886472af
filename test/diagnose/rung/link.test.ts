import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { NeighbourReply } from '../../../src/diagnose/probes.ts'
import { neighbour, state, traffic } from '../../../src/diagnose/rung/link.ts'
import { diagnose, type Given, type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, commands, NO_WAY, only, SILENCE, told, without } from './ask.ts'

const server = told('server')
const ADDRESSES = 'ip -j -s -d address show'
const NEIGHBOURS = 'ip -j neigh show'

describe('an interface', () => {
  test('that is up is well', async () => {
    expect(await ask(state)).toMatchObject({ status: 'pass' })
    expect(await ask(state, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('that is down is brought up', async () => {
    const ruling = await ask(state, { client: told('client-down'), probes: NO_WAY })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'link.down',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
      remedies: [{ host: 'client', command: 'ip link set eth0 up', undo: 'ip link set eth0 down' }],
    })
  })

  test('that is down on the server is brought up there', async () => {
    const asked = { server: told('server-down'), of: 'server', probes: SILENCE } as const
    expect(only(await ask(state, asked))).toMatchObject({
      cause: 'link.down',
      side: 'server',
      weight: 'proven',
      remedies: [{ host: 'server', command: 'ip link set eth0 up' }],
    })
  })

  test('whose name a shell would run is brought up all the same', async () => {
    const ruling = await ask(state, { client: told('client-hostile-down'), probes: NO_WAY })
    expect(commands(ruling)).toEqual([`ip link set 'a;reboot' up`])
  })

  test('that nobody uses may be down', async () => {
    expect(await ask(state, { client: told('client-unused') })).toMatchObject({ status: 'pass' })
    const asked = { server: told('server-unused'), of: 'server' } as const
    expect(await ask(state, asked)).toMatchObject({ status: 'pass' })
  })

  test('that nobody uses is not the reason where the route is missing', async () => {
    const client = told('client-spare-no-route')
    const { verdict } = await diagnose({ target: 'http://10.77.2.2', client, probes: NO_WAY })
    expect(verdict).toMatchObject({ cause: 'route.none', side: 'client' })
  })

  test('that nobody uses fails no check where the route is missing', async () => {
    const ruling = await ask(state, { client: told('client-spare-no-route'), probes: NO_WAY })
    expect(ruling.status).not.toBe('fail')
  })

  test('is nothing to a host that has only loopback', async () => {
    const ruling = await ask(state, { client: told('client-no-device'), probes: NO_WAY })
    expect(ruling).toMatchObject({ status: 'skip' })
  })

  test('of loopback that is down is worth a word', async () => {
    const ruling = await ask(state, { client: told('client-loopback-down'), probes: NO_WAY })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('is unknown without ip', async () => {
    expect(await ask(state, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

/** The counters of the last interface, changed. */
const counting = (rx: Readonly<Record<string, number>>, tx: Readonly<Record<string, number>>) => {
  const [text = ''] = [told('client')[ADDRESSES]].flat() as Given[]
  const links = JSON.parse(typeof text === 'string' ? text : (text.stdout ?? ''))
  const { stats64 } = links.at(-1)
  Object.assign(stats64.rx, rx)
  Object.assign(stats64.tx, tx)
  return { ...told('client'), [ADDRESSES]: JSON.stringify(links) }
}

describe('traffic', () => {
  test('without errors is well', async () => {
    const ruling = await ask(traffic)
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toMatch(/eth0: \d+ packets? in, \d+ packets? out, 0 errors/)
  })

  test('with damaged frames is suspicious, but an old counter proves nothing', async () => {
    const client = counting(
      { packets: 10_000, errors: 900, crc_errors: 880 },
      { packets: 10_000, errors: 40, carrier_errors: 40 },
    )
    const ruling = await ask(traffic, { client, probes: SILENCE })
    expect(ruling.status).toBe('warn')
    expect(only(ruling)).toMatchObject({
      cause: 'physical.errors',
      side: 'client',
      weight: 'possible',
      place: { host: 'client', interface: 'eth0' },
    })
  })

  test('with other errors is worth a word', async () => {
    const client = counting({ packets: 10_000, errors: 900 }, { packets: 10_000 })
    const ruling = await ask(traffic, { client })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('with a frame in a million damaged is well', async () => {
    const client = counting({ packets: 1e7, errors: 11, crc_errors: 11 }, { packets: 1e7 })
    expect(await ask(traffic, { client })).toMatchObject({ status: 'pass' })
  })

  // Nothing looks at the duplex, which ethtool tells.
  test('in half duplex is suspicious', async () => {
    const settings = `Settings for eth0:
	Speed: 100Mb/s
	Duplex: Half
	Auto-negotiation: off
	Link detected: yes
`
    const client = { ...told('client'), 'ethtool eth0': settings }
    expect(only(await ask(traffic, { client, probes: SILENCE })).cause).toBe('physical.errors')
  })

  test('of an interface that is not in use does not count', async () => {
    const ruling = await ask(traffic, { client: told('client-down'), probes: NO_WAY })
    expect(ruling).toMatchObject({ status: 'skip' })
  })

  test('that nobody counts is unknown', async () => {
    expect(await ask(traffic, { client: told('client-plain') })).toMatchObject({ status: 'pass' })
    const plain = without(told('client'), 'ip')
    const client = {
      ...plain,
      'ip address show': told('client-plain')['ip address show'] ?? '',
      'ip route get 10.77.2.2': told('client-plain')['ip route get 10.77.2.2'] ?? '',
    }
    expect(await ask(traffic, { client })).toMatchObject({ status: 'unknown' })
  })

  test('is unknown without ip', async () => {
    expect(await ask(traffic, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

const GATEWAY = '02:00:00:77:01:01'
const silent: Partial<NeighbourReply> = { outcome: 'silent', macs: [] }
const forbidden: Partial<NeighbourReply> = {
  outcome: 'unknown',
  macs: [],
  because: 'it takes root to send ARP',
}
const answering = (...macs: readonly string[]): Partial<NeighbourReply> => ({ macs })
const entry = (kind: string, mac: string | null = GATEWAY): string =>
  JSON.stringify([{ dst: '10.77.1.1', dev: 'eth0', ...(mac && { lladdr: mac }), state: [kind] }])

/** The client whose visit fails, and what its next hop says to ARP. */
const next = (
  reply: Partial<NeighbourReply>,
  outputs: Outputs = {},
  rest: Asked = {},
): Promise<Ruling> =>
  ask(neighbour, {
    client: { ...told('client'), ...outputs },
    probes: {
      ...SILENCE,
      ping: { ...SILENCE.ping, '10.77.1.1': { received: 0 } },
      neighbour: { '10.77.1.1': reply, '10.77.2.2': reply },
    },
    ...rest,
  })

describe('the next hop', () => {
  test('that answers is well', async () => {
    expect(await ask(neighbour)).toMatchObject({ status: 'pass' })
    expect(await next(answering(GATEWAY))).toMatchObject({ status: 'pass' })
    const reachable = recorded('healthy-server')
    const asked = { server: reachable, of: 'server' } as const
    expect(await ask(neighbour, asked)).toMatchObject({ status: 'pass' })
  })

  test('that never answered is a dead gateway', async () => {
    const ruling = await next(silent, told('client-gateway-dead'))
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.gateway-dead',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
    })
  })

  test('that died just now is dead, though the kernel still takes it for reachable', async () => {
    for (const kind of ['REACHABLE', 'STALE']) {
      const ruling = await next(silent, { [NEIGHBOURS]: entry(kind) })
      expect(only(ruling)).toMatchObject({ cause: 'route.gateway-dead', weight: 'proven' })
    }
  })

  test('of the server is read from its table', async () => {
    const asked = { server: told('server-gateway-dead'), of: 'server', probes: SILENCE } as const
    const ruling = await ask(neighbour, asked)
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.gateway-dead',
      side: 'server',
      weight: 'proven',
      place: { host: 'server', interface: 'eth0' },
    })
  })

  test('that is the target itself is no gateway', async () => {
    const ruling = await ask(neighbour, {
      target: 'http://10.77.1.77',
      client: told('client-neighbour-failed'),
      probes: {
        connect: { '10.77.1.77': 'EHOSTUNREACH' },
        ping: { '10.77.1.77': { received: 0 } },
        neighbour: { '10.77.1.77': silent },
      },
    })
    expect(ruling.status).toBe('fail')
    const { cause, weight, side } = only(ruling)
    expect([cause, weight]).toEqual(['link.neighbour-failed', 'proven'])
    expect(side).not.toBe('client')
  })

  test('that a wide prefix claims may be elsewhere, so that its silence proves less', async () => {
    const ruling = await next(silent, told('client-wide'))
    expect(only(ruling)).toMatchObject({ cause: 'link.neighbour-failed', weight: 'likely' })
  })

  test('that nobody may ask is known by its table entry', async () => {
    const at = (...tables: string[]): Promise<Ruling> => next(forbidden, { [NEIGHBOURS]: tables })
    expect(await at(entry('REACHABLE'))).toMatchObject({ status: 'pass' })
    expect(only(await at(entry('FAILED', null))).cause).toBe('route.gateway-dead')
    expect(await at(entry('STALE'))).toMatchObject({ status: 'unknown' })
  })

  test('that nobody may ask has failed where the kernel found out meanwhile', async () => {
    const ruling = await next(forbidden, {
      [NEIGHBOURS]: [entry('REACHABLE'), entry('FAILED', null)],
    })
    expect(only(ruling).cause).toBe('route.gateway-dead')
  })

  test('that answers twice is two', async () => {
    const ruling = await next(answering(GATEWAY, '02:00:00:00:00:99'))
    expect(ruling.status).not.toBe('pass')
    expect(only(ruling)).toMatchObject({
      cause: 'link.duplicate-address',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
    })
  })

  test('with a wrong permanent entry gets it deleted', async () => {
    const ruling = await next(answering(GATEWAY), told('client-permanent'))
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'link.neighbour-wrong',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
      remedies: [
        {
          host: 'client',
          command: 'ip neigh del 10.77.1.1 dev eth0',
          undo: 'ip neigh replace 10.77.1.1 lladdr 02:00:00:00:00:66 dev eth0 nud permanent',
        },
      ],
    })
    expect(commands(await next(answering(GATEWAY), told('client-hostile-permanent')))).toEqual([
      `ip neigh del 10.77.1.1 dev 'a;reboot'`,
    ])
  })

  test('with a right permanent entry is well', async () => {
    const ruling = await next(answering(GATEWAY), told('client-permanent-right'))
    expect(ruling).toMatchObject({ status: 'pass' })
  })

  const poisoned = { [NEIGHBOURS]: entry('REACHABLE', '02:00:00:00:00:66') }

  test('with a poisoned entry, by which nothing comes back, has probably the wrong one', async () => {
    expect(only(await next(answering(GATEWAY), poisoned))).toMatchObject({
      cause: 'link.neighbour-wrong',
      weight: 'likely',
      remedies: [{ command: 'ip neigh del 10.77.1.1 dev eth0' }],
    })
  })

  // A virtual router answers by more than one MAC address.
  test('with an entry by which something comes back is well', async () => {
    const probes = { ...SILENCE, neighbour: { '10.77.1.1': answering(GATEWAY) } }
    const ruling = await ask(neighbour, { client: { ...told('client'), ...poisoned }, probes })
    expect(ruling.status).toBe('pass')
  })

  test('is nobody where no route leads anywhere', async () => {
    const client = told('client-no-route')
    expect(await ask(neighbour, { client, probes: NO_WAY })).toMatchObject({ status: 'skip' })
  })

  test('of a server whose table cannot be read is unknown, and iproute2 would tell', async () => {
    const outputs = Object.entries(server).filter(([command]) => command !== NEIGHBOURS)
    const asked = { server: Object.fromEntries(outputs), of: 'server', probes: SILENCE } as const
    const ruling = await ask(neighbour, asked)
    expect(ruling).toMatchObject({ status: 'unknown', unknown: { needs: 'iproute2' } })
    expect(ruling.summary).not.toContain('is not in the neighbour table')
  })

  test('is unknown where the route cannot be read', async () => {
    expect(await ask(neighbour, { client: {} })).toMatchObject({ status: 'unknown' })
  })
})
