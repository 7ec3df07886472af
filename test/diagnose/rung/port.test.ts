import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { IcmpSeen } from '../../../src/diagnose/probes.ts'
import { port } from '../../../src/diagnose/rung/port.ts'
import { ask, SILENCE } from './ask.ts'

const told = ({ accuses = [] }: Ruling): string[] =>
  accuses.map(({ cause, side, weight }) => `${cause} ${side} ${weight}`)

const icmp = (from: string, type: number, code: number): IcmpSeen => ({
  family: 4,
  from,
  type,
  code,
  text: 'as it is worded',
  mtu: null,
  quoted: { destination: '10.77.2.2', protocol: 6, sourcePort: 40_000, destinationPort: 80 },
})

describe('a port', () => {
  test('that accepts by every address passes', async () => {
    const zone = { 'www.lab.example': ['10.77.2.2', '10.77.2.3'] }
    const ruling = await ask(port, { target: 'http://www.lab.example', probes: { zone } })
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.evidence?.map(({ command }) => command)).toHaveLength(2)
  })

  test('that refuses at once is suspected of having no listener first of all', async () => {
    const ruling = await ask(port, { probes: { connect: { '10.77.2.2': 'ECONNREFUSED' } } })
    expect(told(ruling)[0]).toBe('tcp.no-listener server possible')
    expect(told(ruling)).toContain('firewall.ingress-reset server possible')
    expect(ruling.accuses?.every(({ weight }) => weight !== 'proven')).toBe(true)
  })

  test('that refuses only after a second was refused by an ICMP error', async () => {
    const late = { outcome: 'refused', errno: 'ECONNREFUSED', tookMs: 1030 } as const
    const first = { ...late }
    const ruling = await ask(port, {
      probe: (usual) => ({
        exchange: async (to, plan) => {
          const found = await usual.exchange(to, plan)
          return { ...found, reply: null, connect: { ...found.connect, ...first } }
        },
        connect: async (to, timeoutMs) => ({
          ...(await usual.connect(to, timeoutMs)),
          outcome: 'timeout',
          errno: null,
        }),
      }),
    })
    expect(told(ruling)[0]).toBe('firewall.ingress-reject server likely')
  })

  test('that is silent on a host that answers otherwise is filtered, here or there', async () => {
    const ruling = await ask(port, { probes: { connect: { '10.77.2.2 80': 'timeout' } } })
    expect(told(ruling)[0]).toBe('firewall.ingress-drop server possible')
    expect(told(ruling)).toContain('firewall.path-drop path possible')
  })

  test('of a host that is silent altogether may have no way back', async () => {
    expect(told(await ask(port, { probes: SILENCE })).join()).toContain('route.return-missing')
  })

  test.for([
    ['10.77.2.2', 3, 13, 'firewall.ingress-reject server proven'],
    ['10.77.9.1', 3, 13, 'firewall.path-reject path proven'],
    ['10.77.9.1', 11, 0, 'route.loop path proven'],
    ['10.77.1.2', 3, 3, 'firewall.egress-reject client likely'],
  ] as const)(
    'about which %s sends ICMP %i/%i is explained by it',
    async ([from, type, code, first]) => {
      const probes = { connect: { '10.77.2.2 80': 'EHOSTUNREACH' }, icmp: [icmp(from, type, code)] }
      expect(told(await ask(port, { probes }))[0]).toBe(first)
    },
  )

  test('for which no local port is left is out of ports', async () => {
    const ruling = await ask(port, { probes: { connect: { '10.77.2.2': 'EADDRNOTAVAIL' } } })
    expect(told(ruling)).toEqual(['tcp.ports-exhausted client likely'])
  })

  test('that the own kernel refuses at once accuses nobody far away', async () => {
    const ruling = await ask(port, { probes: { connect: { '10.77.2.2': 'ENETUNREACH' } } })
    expect(told(ruling)).toEqual([])
    expect(ruling.status).toBe('fail')
  })

  test('of an address that IPv6 announces and IPv4 alone serves is broken IPv6', async () => {
    const dead = { connect: { 'fd77:2::2': 'timeout' }, ping: { 'fd77:2::2': { received: 0 } } }
    const zone = { 'www.lab.example': ['10.77.2.2', 'fd77:2::2'] }
    const { recorded } = await import('../scene.ts')
    const ruling = await ask(port, {
      target: 'http://www.lab.example',
      client: recorded('healthy-client'),
      probes: { zone, ...dead },
    })
    expect(told(ruling)[0]).toBe('address.ipv6-broken path likely')
  })
})
