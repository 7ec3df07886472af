import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpRouteJson, routes4, routes6 } from '../../src/facts/ip-route.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript } from './data.ts'

const json4 = parseIpRouteJson(transcript('ip-route4-ns.json'), 4) ?? []
const json6 = parseIpRouteJson(transcript('ip-route6-ns.json'), 6) ?? []
const to = (destination: string) =>
  [...json4, ...json6].filter((route) => route.destination === destination)

describe('ip -j route show table all', () => {
  test('gives every field of a route', () => {
    expect(to('10.0.3.0/24')).toEqual([
      {
        family: 4,
        type: 'unicast',
        destination: '10.0.3.0/24',
        gateway: null,
        device: 'veth0',
        source: '10.0.3.15',
        metric: 0,
        table: 'main',
        protocol: 'kernel',
        scope: 'link',
        flags: [],
        nextHops: [],
        mtu: null,
        expiresSeconds: null,
      },
    ])
    expect(to('10.79.0.0/16')).toMatchObject([
      { gateway: '172.31.0.1', table: '100', protocol: 'static', metric: 50, flags: ['onlink'] },
    ])
    expect(to('2001:db8:79::/48')).toMatchObject([
      { gateway: 'fe80::1', mtu: 1400, metric: 1024, expiresSeconds: 598 },
    ])
  })

  test('gives defaults, hosts and local addresses as prefixes', () => {
    expect(to('0.0.0.0/0')).toMatchObject([{ gateway: '10.0.3.2', device: 'veth0', table: 'main' }])
    expect(to('::/0')).toMatchObject([{ gateway: '2001:db8:3::2', family: 6 }])
    expect(to('10.8.0.5/32')).toMatchObject([{ device: 'tun0', flags: ['linkdown'] }])
    expect(to('127.0.0.1/32')).toMatchObject([{ type: 'local', table: 'local' }])
  })

  test.for([
    ['192.0.2.0/24', 'blackhole'],
    ['198.51.100.0/24', 'unreachable'],
    ['203.0.113.0/24', 'prohibit'],
    ['192.88.99.0/24', 'throw'],
    ['2001:db8:bad::/48', 'blackhole'],
    ['2001:db8:bae::/48', 'unreachable'],
    ['2001:db8:baf::/48', 'prohibit'],
    ['10.0.3.255/32', 'broadcast'],
  ] as const)('the route to %s is of type %s', ([destination, type]) => {
    expect(to(destination).map((route) => route.type)).toEqual([type])
  })

  test('gives all hops of a multipath route', () => {
    expect(to('10.77.0.0/16')).toMatchObject([
      {
        gateway: null,
        device: null,
        nextHops: [
          { gateway: '10.0.3.2', device: 'veth0', weight: 1 },
          { gateway: '10.0.3.3', device: 'veth0', weight: 3 },
        ],
      },
    ])
    expect(to('2001:db8:77::/48')[0]?.nextHops.map((hop) => hop.gateway)).toEqual([
      'fe80::3',
      'fe80::2',
    ])
  })

  test('gives the IPv6 gateway of an IPv4 route', () => {
    expect(to('10.82.0.0/16')).toMatchObject([{ family: 4, gateway: 'fe80::9' }])
  })
})

describe('the questions', () => {
  const seconds = (route: object) => ({ ...route, expiresSeconds: 0 })
  test('have the same answer from ip in JSON and in text', () => {
    const text4 = routes4.sources[1]?.parse(printed(transcript('ip-route4-ns.txt')))
    expect(text4).toEqual(json4)
    const text6 = routes6.sources[1]?.parse(printed(transcript('ip-route6-ns.txt')))
    expect(text6?.map(seconds)).toEqual(json6.map(seconds))
  })

  test('have an empty answer for an empty table', () => {
    for (const text of ['', '[ ]\n', '[]'])
      expect(routes4.sources[0]?.parse(printed(text))).toEqual([])
    expect(routes4.sources[1]?.parse(printed(''))).toEqual([])
    expect(routes6.sources[1]?.parse(printed(''))).toEqual([])
  })

  test('stay open when the tool failed or printed something else', () => {
    const failed = printed('', 2, 'Error: ipv4: FIB table does not exist.')
    for (const { argv, parse } of [...routes4.sources, ...routes6.sources]) {
      expect(parse(failed), argv.join(' ')).toBeNull()
      expect(parse(printed('Usage: ip route { list | flush }', 0)), argv.join(' ')).toBeNull()
    }
  })
})

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseIpRouteJson(text, 4)))
})
