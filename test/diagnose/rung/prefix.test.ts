import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { prefix } from '../../../src/diagnose/rung/prefix.ts'
import { diagnose, type Given, type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, commands, only, SILENCE, told } from './ask.ts'

const server = told('server')
const ADDRESSES = 'ip -j -s -d address show'
const NEIGHBOURS = 'ip -j neigh show'

/** A server on the client's own link. */
const neighbour = (length: number): Outputs => {
  const [text = ''] = [recorded('rung/server')[ADDRESSES]].flat() as Given[]
  const stdout = typeof text === 'string' ? text : (text.stdout ?? '')
  return {
    ...server,
    [ADDRESSES]: stdout.replace(
      '"local":"10.77.2.2","prefixlen":24',
      `"local":"10.77.1.77","prefixlen":${length}`,
    ),
  }
}
const ONLINK: Asked = { target: 'http://10.77.1.77', client: told('client-neighbour-failed') }

describe('a prefix', () => {
  test('that both ends share is well', async () => {
    const ruling = await ask(prefix, { ...ONLINK, server: neighbour(24) })
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(await ask(prefix, ONLINK)).toMatchObject({ status: 'pass' })
  })

  test('is of no matter where a gateway leads there', async () => {
    expect(await ask(prefix, { server })).toMatchObject({ status: 'skip' })
    expect(await ask(prefix, { server, of: 'server' })).toMatchObject({ status: 'skip' })
  })

  test('that claims the server is made narrower', async () => {
    const ruling = await ask(prefix, { client: told('client-wide'), server, probes: SILENCE })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'address.wrong-prefix',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
      remedies: [
        {
          host: 'client',
          command: 'ip address add 10.77.1.2/24 dev eth0 && ip address del 10.77.1.2/16 dev eth0',
          undo: 'ip address add 10.77.1.2/16 dev eth0 && ip address del 10.77.1.2/24 dev eth0',
        },
      ],
    })
  })

  // A service may have its address on loopback, with a route of the routers to it.
  test('that claims an address which the server has on loopback is too wide as well', async () => {
    const [text = ''] = [server[ADDRESSES]].flat() as Given[]
    const stdout = typeof text === 'string' ? text : (text.stdout ?? '')
    const service =
      '"addr_info":[{"family":"inet","local":"10.77.2.2","prefixlen":32,"scope":"global"},'
    const elsewhere = stdout
      .replace('"local":"10.77.2.2"', '"local":"10.77.2.9"')
      .replace('"addr_info":[', service)
    const ruling = await ask(prefix, {
      client: told('client-wide'),
      server: { ...server, [ADDRESSES]: elsewhere },
      probes: SILENCE,
    })
    expect(only(ruling)).toMatchObject({ cause: 'address.wrong-prefix', weight: 'proven' })
    // How long the prefix of the link is, an address alone does not tell.
    expect(commands(ruling)).toEqual([])
  })

  test('that claims the server is shown', async () => {
    const ruling = await ask(prefix, { client: told('client-wide'), server, probes: SILENCE })
    expect(ruling.evidence ?? []).not.toEqual([])
  })

  test('of the server that claims the client is made narrower there', async () => {
    const asked = { server: told('server-wide'), of: 'server', probes: SILENCE } as const
    const ruling = await ask(prefix, asked)
    expect(only(ruling)).toMatchObject({
      cause: 'address.wrong-prefix',
      side: 'server',
      weight: 'proven',
      remedies: [
        {
          host: 'server',
          command: 'ip address add 10.77.2.2/24 dev eth0 && ip address del 10.77.2.2/16 dev eth0',
        },
      ],
    })
  })

  test('that is wide is only suspicious where the server cannot be asked', async () => {
    const ruling = await ask(prefix, { client: told('client-wide'), probes: SILENCE })
    expect(only(ruling)).toMatchObject({
      cause: 'address.wrong-prefix',
      weight: 'possible',
      tellApart: { host: 'client' },
    })
  })

  test('that is wide is no fault where the service answers', async () => {
    const { verdict } = await diagnose({ target: 'http://10.77.2.2', client: told('client-wide') })
    expect(verdict).toMatchObject({ state: 'reachable', cause: null })
  })

  const narrow = (mac: string, rest: Asked = {}): Promise<Ruling> =>
    ask(prefix, {
      target: 'http://10.77.1.77',
      client: told('client-narrow'),
      probes: {
        connect: { '10.77.1.77': 'ENETUNREACH' },
        neighbour: { '10.77.1.77': { macs: [mac] } },
      },
      ...rest,
    })

  test.for([
    ['and is read', neighbour(24), 'ip address add 10.77.1.130/24 dev eth0'],
    ['and cannot be read', null, 'ip address add 10.77.1.130/24 dev eth0'],
  ] as const)(
    'that leaves out a host of the same link, %s, is too narrow',
    async ([, far, command]) => {
      const ruling = await narrow('02:00:00:77:02:02', { server: far })
      expect(only(ruling)).toMatchObject({
        cause: 'address.wrong-prefix',
        side: 'client',
        weight: 'proven',
        remedies: [{ command: `${command} && ip address del 10.77.1.130/25 dev eth0` }],
      })
      expect(ruling.evidence).not.toEqual([])
    },
  )

  // Proxy ARP: who answers for others shows nothing of where they are.
  test('that leaves out a host for which a router answers is right', async () => {
    expect((await narrow('02:00:00:77:01:01', { server: neighbour(24) })).status).toBe('skip')
    const table = told('client')[NEIGHBOURS] ?? ''
    const client = { ...told('client-narrow'), [NEIGHBOURS]: table }
    expect((await narrow('02:00:00:77:01:01', { client })).status).toBe('skip')
  })

  test('that leaves out a host that answers nothing is right', async () => {
    const probes = {
      connect: { '10.77.1.77': 'ENETUNREACH' },
      neighbour: { '10.77.1.77': { outcome: 'silent', macs: [] } },
    } as const
    expect((await narrow('', { probes })).status).toBe('skip')
  })

  test('is unknown without ip', async () => {
    expect(await ask(prefix, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})
