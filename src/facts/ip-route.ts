/**
 * `ip route show table all` of iproute2 in JSON (ip/iproute.c print_route), and the two questions
 * that it answers best: a host's IPv4 and IPv6 routes. An empty table is an empty list.
 */
import { parseIpRouteText } from './ip-route-text.ts'
import {
  type JsonRecord,
  numberOf,
  parseRecords,
  recordOf,
  recordsOf,
  textOf,
  textsOf,
} from './json.ts'
import { parseProcNetIpv6Route, parseProcNetRoute, parseRouteTable } from './proc-net-route.ts'
import { isReal, prefixText, type Route } from './route.ts'
import { type Output, type Question, type Source, succeeded } from './source.ts'

export { parseIpRouteText } from './ip-route-text.ts'
export type { NextHop, Route } from './route.ts'

/** `via` is an object where the gateway is of the other family (RFC 5549). */
const gatewayOf = (record: JsonRecord): string | null =>
  textOf(record, 'gateway') ?? textOf(recordOf(record, 'via'), 'host')

function readRoute(record: JsonRecord, family: 4 | 6): Route | null {
  const destination = textOf(record, 'dst')
  if (destination === null) return null
  return {
    family,
    type: textOf(record, 'type') ?? 'unicast',
    destination: prefixText(family, destination),
    gateway: gatewayOf(record),
    device: textOf(record, 'dev'),
    source: textOf(record, 'prefsrc'),
    metric: numberOf(record, 'metric') ?? 0,
    table: textOf(record, 'table') ?? 'main',
    protocol: textOf(record, 'protocol'),
    scope: textOf(record, 'scope'),
    flags: textsOf(record, 'flags'),
    nextHops: recordsOf(record, 'nexthops').map((hop) => ({
      gateway: gatewayOf(hop),
      device: textOf(hop, 'dev'),
      weight: numberOf(hop, 'weight') ?? 1,
    })),
    mtu: recordsOf(record, 'metrics').reduce<number | null>(
      (mtu, metrics) => mtu ?? numberOf(metrics, 'mtu'),
      null,
    ),
    expiresSeconds: numberOf(record, 'expires'),
  }
}

/** The routes that `ip -j route show` printed; null when it is not that. */
export function parseIpRouteJson(text: string, family: 4 | 6): readonly Route[] | null {
  const records = parseRecords(text)
  if (records === null) return null
  const found = records.map((record) => readRoute(record, family)).filter((route) => route !== null)
  return found.length === 0 && records.length > 0 ? null : found.filter(isReal)
}

const from =
  (parse: (text: string, family: 4 | 6) => readonly Route[] | null, family: 4 | 6) =>
  (output: Output): readonly Route[] | null =>
    succeeded(output) ? parse(output.stdout, family) : null

const ip = (family: 4 | 6): readonly Source<readonly Route[]>[] => [
  {
    argv: ['ip', '-j', `-${family}`, 'route', 'show', 'table', 'all'],
    package: 'iproute2',
    parse: from(parseIpRouteJson, family),
  },
  {
    argv: ['ip', `-${family}`, 'route', 'show', 'table', 'all'],
    package: 'iproute2',
    parse: from(parseIpRouteText, family),
  },
]

/** The IPv4 routes, of all tables where the tool can tell them. */
export const routes4: Question<readonly Route[]> = {
  name: 'the IPv4 routes',
  sources: [
    ...ip(4),
    { argv: ['ip', 'route'], package: 'iproute2', parse: from(parseIpRouteText, 4) },
    { argv: ['cat', '/proc/net/route'], package: 'coreutils', parse: from(parseProcNetRoute, 4) },
    { argv: ['route', '-n'], package: 'net-tools', parse: from(parseRouteTable, 4) },
  ],
}

/** The IPv6 routes, of all tables where the tool can tell them. */
export const routes6: Question<readonly Route[]> = {
  name: 'the IPv6 routes',
  sources: [
    ...ip(6),
    { argv: ['ip', '-6', 'route'], package: 'iproute2', parse: from(parseIpRouteText, 6) },
    {
      argv: ['cat', '/proc/net/ipv6_route'],
      package: 'coreutils',
      parse: from(parseProcNetIpv6Route, 6),
    },
  ],
}
