/**
 * What is supposed where a person or a host says nothing: an address that stands for any, and routes
 * that lead where the packet was said to go.
 */
import type { Interface } from '../facts/ip-address.ts'
import { plainRoute, type Route } from '../facts/route.ts'
import type { RuleSet } from '../facts/rule-set.ts'
import { addressesNamed } from './naming.ts'
import { FORWARDING, type Routing } from './routing.ts'

/** Addresses that nobody has (RFC 5737, RFC 3849, RFC 9637, RFC 2544), then some like all others. */
const STRANGERS: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ['203.0.113.77', '198.51.100.77', '192.0.2.77', '198.18.7.7', '93.184.7.7', '151.101.7.7'],
  6: ['2001:db8:77::7', '3fff:77::7', '2a00:77::7', '2c00:77::7', '2600:77::7'],
}

/** An address, other than `but`, that no rule names: it is judged as all are that no rule names. */
export function stranger(ruleSets: readonly RuleSet[], family: 4 | 6, but: string | null): string {
  const free = STRANGERS[family].filter((one) => one !== but)
  const named = addressesNamed(ruleSets, free)
  return free.find((one) => !named.has(one)) ?? free[0] ?? ''
}

const BITS = { 4: 32, 6: 128 } as const
const EVERYWHERE = { 4: '0.0.0.0/0', 6: '::/0' } as const

const routeBy = (family: 4 | 6, destination: string | null, device: string | null): Route =>
  plainRoute(family, destination === null ? EVERYWHERE[family] : `${destination}/${BITS[family]}`, {
    device,
  })

const loopbackWith = (family: 4 | 6, address: string): Interface => ({
  name: 'lo',
  index: null,
  kind: null,
  linkType: 'loopback',
  flags: ['UP'],
  up: true,
  carrier: true,
  operState: 'UNKNOWN',
  mac: null,
  mtu: null,
  master: null,
  lower: null,
  addresses: [
    { family, address, prefixLength: BITS[family], peer: null, scope: 'global', flags: [] },
  ],
  received: null,
  sent: null,
  xdp: null,
})

/** The same host, if it forwarded packets. */
export const asRouter = (routing: Routing): Routing => ({
  ...routing,
  parameters: new Map([
    ...routing.parameters,
    ...Object.values(FORWARDING).map((name): [string, string] => [name, '1']),
  ]),
})

/** Where to (null: everywhere else), and by which interface, where that is known. */
export type Way = { readonly to: string | null; readonly device: string | null }

/** The routing of a host of which only its rules are known: one address, and these ways. */
export function supposedRouting(family: 4 | 6, own: string | null, ways: readonly Way[]): Routing {
  const unknown = { routes: null, rules: null }
  const routes = ways.map(({ to, device }) => routeBy(family, to, device))
  const known = { routes, rules: null }
  return asRouter({
    interfaces: own === null ? [] : [loopbackWith(family, own)],
    4: family === 4 ? known : unknown,
    6: family === 6 ? known : unknown,
    parameters: new Map(),
  })
}

/** A host's routing, but these ways before all that it says itself. */
export function withWays(routing: Routing, family: 4 | 6, ways: readonly Way[]): Routing {
  if (ways.length === 0) return routing
  const { routes } = routing[family]
  const first = ways.map(({ to, device }) => routeBy(family, to, device))
  return {
    ...routing,
    [family]: { routes: [...first, ...(routes ?? [])], rules: null },
  }
}
