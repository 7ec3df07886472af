import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpRouteText } from '../../src/facts/ip-route-text.ts'
import {
  parseProcNetIpv6Route,
  parseProcNetRoute,
  parseRouteTable,
} from '../../src/facts/proc-net-route.ts'
import type { Route } from '../../src/facts/route.ts'
import { transcript } from './data.ts'

const short = (routes: readonly Route[] | null) =>
  (routes ?? []).map((route) => [
    route.type,
    route.destination,
    route.gateway,
    route.device,
    route.metric,
  ])

describe('IPv4', () => {
  const wanted = [
    ['unicast', '0.0.0.0/0', '10.0.3.2', 'veth0', 0],
    ['unicast', '10.0.3.0/24', null, 'veth0', 0],
    ['unicast', '10.8.0.5/32', null, 'tun0', 0],
    ['unicast', '10.77.0.0/16', '10.0.3.2', 'veth0', 0],
    ['unicast', '10.78.0.0/16', '10.0.3.2', 'veth0', 0],
    ['unicast', '10.80.0.1/32', null, 'veth0', 0],
    // The file has no room for the IPv6 gateway of this one.
    ['unicast', '10.82.0.0/16', null, 'veth0', 0],
    ['blackhole', '192.0.2.0/24', null, null, 0],
    ['unreachable', '198.51.100.0/24', null, null, 0],
    // `prohibit` has the same flag.
    ['unreachable', '203.0.113.0/24', null, null, 0],
  ]
  test('/proc/net/route has the main table', () => {
    expect(short(parseProcNetRoute(transcript('proc-net-route-ns.txt')))).toEqual(wanted)
    expect(parseProcNetRoute(transcript('proc-net-route-ns.txt'))?.[4]?.mtu).toBe(1400)
  })

  test.for(['route-n-ns.txt', 'route-n-ns-busybox.txt'])('%s has the same', (name) => {
    expect(short(parseRouteTable(transcript(name)))).toEqual(wanted)
  })

  test('a table without a route is empty', () => {
    expect(parseProcNetRoute('')).toEqual([])
    expect(parseProcNetRoute('Iface\tDestination\tGateway \tFlags\tRefCnt\n')).toEqual([])
    expect(parseRouteTable('Kernel IP routing table\nDestination     Gateway\n')).toEqual([])
  })
})

test('/proc/net/ipv6_route agrees with ip, but for what the file does not tell', () => {
  const ip = parseIpRouteText(transcript('ip-route6-ns.txt'), 6) ?? []
  const rejecting = ['blackhole', 'prohibit']
  const wanted = ip.flatMap((route) => {
    const type = rejecting.includes(route.type) ? 'unreachable' : route.type
    // The file has one line for each hop of a multipath route.
    const hops = route.nextHops.length > 0 ? route.nextHops : [route]
    return hops.map((hop) => [type, route.destination, hop.gateway, hop.device, route.metric])
  })
  const found = parseProcNetIpv6Route(transcript('proc-net-ipv6-route-ns.txt'))
  expect(short(found).map(String).sort()).toEqual(wanted.map(String).sort())
})

test('other text is null, and nothing makes them throw', () => {
  for (const parse of [parseProcNetRoute, parseProcNetIpv6Route, parseRouteTable]) {
    expect(parse('cat: /proc/net/route: No such file or directory')).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => void parse(`Iface\tDestination\tGateway\n${text}`)),
    )
    fc.assert(fc.property(fc.string(), (text) => void parse(text)))
  }
})
