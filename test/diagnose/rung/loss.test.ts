import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { Connect, Echo, Probes } from '../../../src/diagnose/probes.ts'
import { loss } from '../../../src/diagnose/rung/loss.ts'
import { type Asked, ask, only, SILENCE, told } from './ask.ts'

/** Which of the packets that are sent to an address are lost: every nth; 0 for none, 1 for all. */
type Every = Readonly<Record<string, number>>

/** Probes that lose packets: pings by address (and ` ttl`), first packets by `tcp address`. */
const losing =
  (every: Every) =>
  (usual: Probes): Partial<Probes> => {
    const sent = new Map<string, number>()
    const isLost = (key: string): boolean => {
      const number = (sent.get(key) ?? 0) + 1
      sent.set(key, number)
      const nth = every[key] ?? 0
      return nth > 0 && number % nth === 0
    }
    return {
      ping: async (address, options): Promise<Echo> => {
        const echo = await usual.ping(address, options)
        const { ttl } = options
        if (isLost(ttl ? `${address} ${ttl}` : address)) return { ...echo, received: 0 }
        const expired = { from: '10.77.1.1', text: 'Time to live exceeded', mtu: null }
        return ttl === 1 ? { ...echo, received: 0, errors: [expired] } : echo
      },
      connect: async (to, timeoutMs): Promise<Connect> => {
        const connect = await usual.connect(to, timeoutMs)
        return isLost(`tcp ${to.address}`) ? { ...connect, outcome: 'timeout' } : connect
      },
    }
  }

/** The handshake had to be sent again, and then all went well. */
const LATE = { connect: { '10.77.2.2 80': { tookMs: 1040 } } }
const asking = (every: Every, rest: Asked = { probes: LATE }): Promise<Ruling> =>
  ask(loss, { ...rest, probe: losing(every) })

describe('packets to the far end', () => {
  test('are not counted where nothing had to be sent twice', async () => {
    expect((await asking({ '10.77.2.2': 2 }, {})).status).toBe('skip')
    const refused = { connect: { '10.77.2.2': 'ECONNREFUSED' } }
    expect((await asking({ '10.77.2.2': 2 }, { probes: refused })).status).toBe('skip')
  })

  test('that are lost now and then, pings and connections alike, are lost on the path', async () => {
    const ruling = await asking({ '10.77.2.2': 2, 'tcp 10.77.2.2': 3 })
    expect(only(ruling)).toMatchObject({
      cause: 'path.loss',
      side: 'path',
      weight: 'proven',
      partial: true,
      place: { hop: 2 },
    })
    expect(ruling.summary).toContain('10 of 20 pings and 4 of 12 first packets')
  })

  test('that are lost before the gateway are lost on the link of the client', async () => {
    const ruling = await asking({ '10.77.2.2': 2, 'tcp 10.77.2.2': 3, '10.77.1.1': 3 })
    expect(only(ruling)).toMatchObject({ side: 'client', place: { interface: 'eth0' } })
  })

  test('that are lost between the server and its gateway are lost there', async () => {
    const answer = (received: number): string => `PING 10.77.2.1 (10.77.2.1) 56(84) bytes of data.

--- 10.77.2.1 ping statistics ---
10 packets transmitted, ${received} received, ${100 - 10 * received}% packet loss, time 1804ms
`
    const every = { '10.77.2.2': 2, 'tcp 10.77.2.2': 3 }
    for (const [received, side] of [
      [10, 'path'],
      [9, 'path'],
      [6, 'server'],
      [0, 'path'],
    ] as const) {
      const pings = { 'ping -n -c 10 -i 0.2 -W 1 10.77.2.1': answer(received) }
      const server = { ...told('server'), ...pings }
      expect(only(await asking(every, { probes: LATE, server }))).toMatchObject({ side })
    }
  })

  // Routers and hosts limit the pings that they answer.
  test('are not lost where only pings are', async () => {
    const ruling = await asking({ '10.77.2.2': 2 })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('are not lost where one of them is, or no ping comes back at all', async () => {
    expect((await asking({ '10.77.2.2': 20, 'tcp 10.77.2.2': 2 })).status).toBe('pass')
    const ruling = await asking({ '10.77.2.2': 1, 'tcp 10.77.2.2': 2 })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that are all lost to the port are looked for by another port', async () => {
    const probes = { ...SILENCE, connect: { '10.77.2.2 80': 'timeout' }, ping: {} }
    const ruling = await asking({ '10.77.2.2': 2, 'tcp 10.77.2.2': 3 }, { probes })
    expect(only(ruling)).toMatchObject({ cause: 'path.loss', partial: false })
    expect(ruling.evidence?.map(({ command }) => command)).toContain(
      'nping --tcp -p 22 -c 12 10.77.2.2',
    )
  })
})

test('that the client counts as damaged frames are the fault of its link', async () => {
  const counted = (crc: number): string =>
    JSON.stringify([
      { stats64: { rx: { crc_errors: crc, frame_errors: 0 }, tx: { carrier_errors: 0 } } },
    ])
  const client = {
    ...told('client'),
    'ip -j -s -s link show dev eth0': [counted(40), counted(58)],
  }
  const ruling = await asking({ '10.77.2.2': 2, 'tcp 10.77.2.2': 3 }, { probes: LATE, client })
  expect(ruling.accuses?.map(({ cause, side, weight }) => [cause, side, weight])).toEqual([
    ['physical.errors', 'client', 'proven'],
    ['path.loss', 'path', 'proven'],
  ])
})
