import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpRouteText } from '../../src/facts/ip-route-text.ts'
import { transcript } from './data.ts'

describe('ip route', () => {
  test('a pasted session gives its four routes', () => {
    const found = parseIpRouteText(transcript('pasted-ip-route.txt'), 4) ?? []
    expect(found.map((each) => [each.destination, each.gateway, each.device, each.source])).toEqual(
      [
        ['0.0.0.0/0', '10.0.3.2', 'enp0s8', null],
        ['10.0.3.0/24', null, 'enp0s8', '10.0.3.15'],
        ['10.1.1.0/24', null, 'enp0s3', '10.1.1.143'],
        ['10.1.1.0/24', null, 'wlx04d9f511b8c3', '10.1.1.109'],
      ],
    )
  })

  test('a locked MTU, an expiry and -d are understood', () => {
    const text = `unicast 10.78.0.0/16 via 10.0.3.2 dev veth0 table main proto boot scope global mtu lock 1400 advmss 1360
10.0.9.7 via 10.0.3.2 dev veth0 expires 597sec mtu 1300`
    expect(parseIpRouteText(text, 4)).toMatchObject([
      { type: 'unicast', destination: '10.78.0.0/16', mtu: 1400, scope: 'global' },
      { destination: '10.0.9.7/32', mtu: 1300, expiresSeconds: 597 },
    ])
  })

  test('busybox leaves out hops and flags, not routes', () => {
    const iproute2 = parseIpRouteText(transcript('ip-route4-ns.txt'), 4) ?? []
    const busybox = parseIpRouteText(transcript('ip-route4-ns-busybox.txt'), 4) ?? []
    expect(busybox.map((each) => [each.type, each.destination, each.table])).toEqual(
      iproute2.map((each) => [each.type, each.destination, each.table]),
    )
  })
})

test.for([
  '10.0.3.2 dev veth0 lladdr ae:59:f7:82:62:ef REACHABLE',
  '10.0.3.98 dev veth0 FAILED',
  '147.83.2.135 via 10.0.3.2 dev enp0s8 src 10.0.3.15 uid 0\n  cache',
  '64 bytes from 10.0.3.2: icmp_seq=1 ttl=64 time=0.068 ms',
  '2: eth0: <UP> mtu 1500\n    inet 10.0.3.15/24 scope global eth0',
])('%j is no route', (text) => {
  expect(parseIpRouteText(text, 4)).toBeNull()
})

test('no text is an empty table', () => {
  expect(parseIpRouteText('\n', 6)).toEqual([])
})

test('no text makes it throw, and a megabyte takes no time', () => {
  const line = fc.constantFrom(
    'default',
    'default via',
    '10.0.0.0/8 dev',
    '\tnexthop via',
    'local ::1',
    'mtu lock',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      fc.constantFrom(4, 6),
      (lines, family) => void parseIpRouteText(lines.join('\n'), family),
    ),
  )
  const started = performance.now()
  for (const piece of [':', '1.', 'default ', 'default\n', '\t', 'a:'])
    parseIpRouteText(piece.repeat(1_000_000 / piece.length), 6)
  expect(performance.now() - started).toBeLessThan(2000)
})
