import { expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { Exchange, ExchangePlan, Probes } from '../../../src/diagnose/probes.ts'
import { link } from '../../../src/diagnose/rung/first-hop.ts'
import type { Outputs } from '../scene.ts'
import { ask, only, told } from './ask.ts'

/** Silent, unless it is asked for small segments. */
const silent = (works: boolean) => ({
  exchange: {
    '10.77.2.2': (plan: ExchangePlan): string | Partial<Exchange> =>
      works && plan.maxSegmentBytes ? 'HTTP/1.1 200 OK\r\n\r\n' : '',
  },
})

/** The gateway answers the client up to that size. */
const upTo =
  (most: number) =>
  (usual: Probes): Partial<Probes> => ({
    ping: async (address, options) => {
      const echo = await usual.ping(address, options)
      return (options.packetBytes ?? 0) > most ? { ...echo, received: 0 } : echo
    },
  })

const asking = (most: number, works = true): Promise<Ruling> =>
  ask(link, { probes: silent(works), probe: upTo(most) })

test('a link that carries less than its interface sends is told by its gateway', async () => {
  const ruling = await asking(1440)
  expect(only(ruling)).toMatchObject({
    cause: 'mtu.local-mismatch',
    side: 'client',
    weight: 'proven',
    place: { host: 'client', interface: 'eth0' },
    remedies: [{ command: 'ip link set eth0 mtu 1420', undo: 'ip link set eth0 mtu 1500' }],
  })
  expect(only(await asking(1440, false))).toMatchObject({ weight: 'likely' })
})

test('a gateway that answers the full size, or none at all, accuses nobody', async () => {
  expect((await asking(1500)).status).toBe('pass')
  expect((await asking(0)).status).toBe('unknown')
})

test('a service that answers is reason enough not to ask', async () => {
  expect((await ask(link, { probe: upTo(1440) })).status).toBe('skip')
})

test('the link of the server is tried from there', async () => {
  const pinged = (received: number): string =>
    `PING 10.77.2.1 (10.77.2.1) 1272(1300) bytes of data.\n\n--- 10.77.2.1 ping statistics ---\n1 packets transmitted, ${received} received, ${100 - 100 * received}% packet loss, time 0ms\n`
  const pings = Object.fromEntries(
    [1500, 1492, 1476, 1450, 1420, 1400, 1300, 1280].map((size): [string, string] => [
      `ping -c 1 -W 1 -M do -s ${size - 28} 10.77.2.1`,
      pinged(size > 1300 ? 0 : 1),
    ]),
  )
  const server: Outputs = { ...told('server'), ...pings }
  expect(only(await ask(link, { probes: silent(true), server, of: 'server' }))).toMatchObject({
    cause: 'mtu.local-mismatch',
    side: 'server',
    remedies: [{ host: 'server', command: 'ip link set eth0 mtu 1300' }],
  })
})
