import { describe, expect, test } from 'vitest'
import type { Connect, IcmpSeen } from '../../../src/diagnose/probes.ts'
import { suspectByIcmp } from '../../../src/diagnose/suspect/icmp.ts'
import { controls, failed, told, unreachable } from './failed.ts'

describe('an ICMP error', () => {
  const message = (from: string, kind: string): IcmpSeen => {
    const [type = 0, code = 0] = kind.split('/').map(Number)
    const family = from.includes(':') ? 6 : 4
    return { family, from, type, code, text: 'as it is worded', mtu: null, quoted: null }
  }
  const suspects = async (
    from: string,
    kind: string,
    rest: { readonly alive?: boolean; readonly connect?: Partial<Connect> } = {},
  ): Promise<string[]> => {
    const address = from.includes(':') ? 'fd77:2::2' : '10.77.2.2'
    const one = await failed({ ...unreachable, ...rest.connect }, address)
    return told(suspectByIcmp(message(from, kind), one, '10.77.1.2', controls(rest.alive ?? false)))
  }

  test('that nobody is there, said late by the address itself, is one of a forwarding', async () => {
    const found = await suspects('10.77.2.2', '3/1', { connect: { tookMs: 1812 } })
    expect(found).toEqual([
      'nat.wrong-target path likely',
      'firewall.ingress-reject server possible',
    ])
  })

  test.for([
    ['10.77.2.2', '3/3', 'firewall.ingress-reject server proven'],
    ['10.77.2.2', '3/13', 'firewall.ingress-reject server proven'],
    ['fd77:2::2', '1/4', 'firewall.ingress-reject server proven'],
    ['10.77.2.2', '3/1', 'firewall.ingress-reject server likely'],
    ['10.77.1.1', '3/13', 'firewall.path-reject path proven'],
    ['10.77.1.1', '3/10', 'firewall.path-reject path proven'],
    ['fd77:1::1', '1/1', 'firewall.path-reject path proven'],
    ['10.77.1.1', '3/0', 'route.dead-end path proven'],
    ['fd77:1::1', '1/0', 'route.dead-end path proven'],
    ['10.77.1.1', '3/1', 'link.neighbour-failed path likely'],
    ['fd77:1::1', '1/3', 'link.neighbour-failed path likely'],
    ['10.77.1.1', '11/0', 'route.loop path proven'],
    ['fd77:1::1', '3/0', 'route.loop path proven'],
    ['127.0.0.1', '3/3', 'firewall.egress-reject client likely'],
  ] as const)('%s %s: %s', async ([from, kind, first]) => {
    expect((await suspects(from, kind))[0]).toBe(first)
  })

  test('of the routing is a filter where the host is known to be alive', async () => {
    for (const kind of ['3/0', '3/1'])
      expect(await suspects('10.77.1.1', kind, { alive: true })).toEqual([
        'firewall.path-reject path proven',
      ])
  })

  test('of this host itself is its own rule, or its own search for the neighbour', async () => {
    const own = { localAddress: '10.77.1.2' }
    expect((await suspects('10.77.1.2', '3/13', { connect: own }))[0]).toBe(
      'firewall.egress-reject client likely',
    )
    expect((await suspects('10.77.1.2', '3/1', { connect: { ...own, tookMs: 3070 } }))[0]).toBe(
      'link.neighbour-failed client likely',
    )
  })

  test('a port that is unreachable is one on which nothing listens, for UDP only', async () => {
    const one = await failed(unreachable)
    const said = message('10.77.2.2', '3/3')
    const quoted = { destination: '10.77.2.2', protocol: 17, sourcePort: null, destinationPort: 53 }
    const by = (icmp: IcmpSeen) => suspectByIcmp(icmp, one, '10.77.1.2', controls(false))[0]
    expect(by({ ...said, quoted })).toMatchObject({
      cause: 'udp.port-unreachable',
      weight: 'likely',
    })
    expect(by({ ...said, quoted: { ...quoted, protocol: 6 } })?.cause).toBe(
      'firewall.ingress-reject',
    )
  })

  test('is quoted with who sent it and what it says', async () => {
    const one = await failed(unreachable)
    const [first] = suspectByIcmp(message('10.77.1.1', '3/13'), one, '10.77.1.2', controls(false))
    expect(first?.because).toContain('10.77.1.1 answers with ICMP 3/13, as it is worded')
  })
})
