import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { arrival } from '../../../src/diagnose/rung/arrival.ts'
import { transcripts } from '../../facts/data.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, SILENCE } from './ask.ts'

const scene = (name: string) => ({
  client: recorded(`${name}-client`),
  server: { ...recorded('healthy-server'), ...recorded(`${name}-server`) },
  of: 'server' as const,
})
const timeout = { connect: { '10.77.2.2 80': 'timeout' } }
const first = ({ accuses = [] }: Ruling) => accuses[0]
const cleared = ({ acquits = [] }: Ruling): string[] => acquits.map(({ cause }) => cause)

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

describe('a gateway of the server whose entry still stands', () => {
  const ARPING = 'arping -c 2 -w 1 -I eth0 10.77.2.1'
  const PING = 'ping -c 1 -W 1 -I eth0 10.77.2.1'
  const arping = transcripts('arping.txt')
  const pinged = (received: number): string =>
    `PING 10.77.2.1 (10.77.2.1) from 10.77.2.2 eth0: 56(84) bytes of data.\n\n--- 10.77.2.1 ping statistics ---\n1 packets transmitted, ${received} received, ${100 - 100 * received}% packet loss, time 0ms\n`
  const lost = (outputs: Outputs): Promise<Ruling> => {
    const { server, ...rest } = scene('reply-lost')
    return ask(arrival, { ...rest, server: { ...server, ...outputs }, probes: timeout })
  }

  test('and for which nobody answers ARP has just died', async () => {
    expect(first(await lost({ [ARPING]: arping('iputils silent') }))).toMatchObject({
      cause: 'route.return-missing',
      side: 'server',
      weight: 'proven',
    })
  })

  test('and that answers ARP is not to blame, whatever it does with pings', async () => {
    const ruling = await lost({ [ARPING]: arping('iputils answered'), [PING]: pinged(0) })
    expect(ruling.accuses?.every(({ side }) => side === 'path')).toBe(true)
  })

  test('and that answers no ping, where ARP cannot be asked, is likely to have died', async () => {
    const ruling = await lost({ [PING]: pinged(0) })
    expect(ruling.accuses?.map(({ side, weight }) => `${side} ${weight}`)).toEqual([
      'server likely',
      'path possible',
    ])
    expect((await lost({ [PING]: pinged(1) })).accuses?.[0]?.side).toBe('path')
  })
})

describe('an answer that leaves by another interface than it came in', () => {
  const ADDRESSES = 'ip -j -s -d address show'
  const [text] = [
    recorded('reply-lost-server')[ADDRESSES] ?? recorded('healthy-server')[ADDRESSES],
  ].flat()
  const links = JSON.parse(typeof text === 'string' ? text : (text?.stdout ?? '[]')) as {
    ifname: string
    ifindex: number
    addr_info: unknown[]
  }[]
  const uplink = {
    ...links.find(({ ifname }) => ifname === 'eth0'),
    ifname: 'eth1',
    ifindex: 9,
    addr_info: [{ family: 'inet', local: '198.51.100.10', prefixlen: 30, scope: 'global' }],
  }
  const pinged = (received: number): string =>
    `PING 10.77.1.2 (10.77.1.2) 56(84) bytes of data.\n\n--- 10.77.1.2 ping statistics ---\n1 packets transmitted, ${received} received, ${100 - 100 * received}% packet loss, time 0ms\n`
  const lost = (usual: number, own: number): Promise<Ruling> => {
    const { client, server, of } = scene('reply-lost')
    return ask(arrival, {
      client,
      of,
      probes: timeout,
      server: {
        ...server,
        [ADDRESSES]: JSON.stringify([...links, uplink]),
        'ip -j route get 10.77.1.2': JSON.stringify([
          { dst: '10.77.1.2', gateway: '198.51.100.9', dev: 'eth1', prefsrc: '198.51.100.10' },
        ]),
        'ping -c 1 -W 1 10.77.1.2': pinged(usual),
        'ping -c 1 -W 1 -I 10.77.2.2 10.77.1.2': pinged(own),
      },
    })
  }

  test('and is lost only with its own address takes a way that does not carry it', async () => {
    expect(first(await lost(1, 0))).toMatchObject({
      cause: 'route.asymmetric',
      side: 'server',
      weight: 'proven',
      place: { host: 'server', interface: 'eth1' },
    })
    expect(first(await lost(0, 0))).toMatchObject({ weight: 'likely' })
  })

  test('is not lost for that where a ping with its address comes back', async () => {
    expect(first(await lost(1, 1))?.cause).not.toBe('route.asymmetric')
  })
})
