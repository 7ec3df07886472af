import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { NeighbourReply } from '../../../src/diagnose/probes.ts'
import { neighbour, ownAddress } from '../../../src/diagnose/rung/neighbour.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, commands, NO_WAY, only, SILENCE, told } from './ask.ts'

const server = told('server')
const NEIGHBOURS = 'ip -j neigh show'

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

  test('whose entry our question has put right was wrong, where what failed works then', async () => {
    const at = (again: string): Promise<Ruling> =>
      ask(neighbour, {
        client: {
          ...told('client'),
          [NEIGHBOURS]: [entry('REACHABLE', '02:00:00:00:00:66'), entry('REACHABLE')],
        },
        probes: { ...SILENCE, neighbour: { '10.77.1.1': answering(GATEWAY) } },
        probe: ({ connect }) => ({
          connect: async (to, timeoutMs) => ({
            ...(await connect(to, timeoutMs)),
            outcome: again as 'connected',
          }),
        }),
      })
    expect(only(await at('connected')).cause).toBe('link.neighbour-wrong')
    expect((await at('timeout')).accuses ?? []).toEqual([])
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

describe("the server's next hop", () => {
  const ROUTER = '02:00:00:77:02:01'
  const OTHER = '02:00:00:00:00:66'
  const held = (kind: string, mac: string): string =>
    JSON.stringify([{ dst: '10.77.2.1', dev: 'eth0', lladdr: mac, state: [kind] }])
  const arping = (mac: string): string => `ARPING 10.77.2.1 from 10.77.2.2 eth0
Unicast reply from 10.77.2.1 [${mac}]  0.545ms
Sent 2 probes (1 broadcast(s))
Received 1 response(s)
`
  const ARPING = 'arping -c 2 -w 1 -I eth0 10.77.2.1'
  const PING = 'ping -c 1 -W 1 10.77.2.1'
  const pinged = (received: number): string => `PING 10.77.2.1 (10.77.2.1) 56(84) bytes of data.

--- 10.77.2.1 ping statistics ---
1 packets transmitted, ${received} received, ${100 - 100 * received}% packet loss, time 0ms
`
  const of = (outputs: Outputs, probes: Asked['probes'] = SILENCE): Promise<Ruling> =>
    ask(neighbour, { server: { ...server, ...outputs }, of: 'server', probes })

  test('with a wrong permanent entry is told by arping', async () => {
    const ruling = await of({ [NEIGHBOURS]: held('PERMANENT', OTHER), [ARPING]: arping(ROUTER) })
    expect(only(ruling)).toMatchObject({
      cause: 'link.neighbour-wrong',
      side: 'server',
      weight: 'proven',
      remedies: [{ host: 'server', command: 'ip neigh del 10.77.2.1 dev eth0' }],
    })
  })

  test('with a permanent entry by which no ping is answered is probably wrong without arping', async () => {
    const at = (received: number): Promise<Ruling> =>
      of({ [NEIGHBOURS]: held('PERMANENT', OTHER), [PING]: pinged(received) })
    expect(only(await at(0))).toMatchObject({ cause: 'link.neighbour-wrong', weight: 'likely' })
    expect((await at(1)).status).toBe('pass')
  })

  test('with a learned entry that differs is wrong only where no ping comes back by it', async () => {
    const at = (received: number): Promise<Ruling> =>
      of({
        [NEIGHBOURS]: held('REACHABLE', OTHER),
        [ARPING]: arping(ROUTER),
        [PING]: pinged(received),
      })
    expect(only(await at(0))).toMatchObject({ cause: 'link.neighbour-wrong', weight: 'likely' })
    expect((await at(1)).status).toBe('pass')
  })

  test('is not asked for where the service answers', async () => {
    const ruling = await of({ [NEIGHBOURS]: held('STALE', ROUTER), [ARPING]: arping(OTHER) }, {})
    expect(ruling.accuses ?? []).toEqual([])
  })
})

describe("a host's own address", () => {
  const other = { neighbour: { '10.77.1.2': { outcome: 'answered', macs: [GATEWAY] } } } as const

  test('that somebody else answers for is a duplicate', async () => {
    const ruling = await ask(ownAddress, { probes: { ...SILENCE, ...other } })
    expect(only(ruling)).toMatchObject({
      cause: 'link.duplicate-address',
      side: 'client',
      place: { interface: 'eth0' },
    })
  })

  test('of the server is asked for by arping, which need not be there', async () => {
    const taken = `ARPING 10.77.2.2 from 0.0.0.0 eth0
Unicast reply from 10.77.2.2 [02:00:00:00:00:0C]  0.542ms
`
    const asked = { of: 'server', probes: SILENCE } as const
    const command = 'arping -D -c 2 -w 1 -I eth0 10.77.2.2'
    const ruling = await ask(ownAddress, { ...asked, server: { ...server, [command]: taken } })
    expect(only(ruling)).toMatchObject({ cause: 'link.duplicate-address', side: 'server' })
    expect(await ask(ownAddress, { ...asked, server })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iputils-arping' },
    })
  })

  test('is nobody else’s where nobody answers, nor looked at where all is well', async () => {
    expect((await ask(ownAddress, { probes: SILENCE })).status).toBe('pass')
    expect((await ask(ownAddress, { probes: other })).status).toBe('skip')
  })
})
