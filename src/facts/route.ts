/** A route of the kernel's tables (FIB) as every tool tells it: `ip route`, `route -n`, /proc/net. */
import { shellWord } from '../base/shell-word.ts'

export type NextHop = {
  readonly gateway: string | null
  readonly device: string | null
  readonly weight: number
}

export type Route = {
  readonly family: 4 | 6
  /** `unicast`, `blackhole`, `unreachable`, `prohibit`, `throw`, `local`, `broadcast`, … */
  readonly type: string
  /** Always a prefix: `0.0.0.0/0`, `::/0`, `10.0.0.0/8`, `10.0.0.1/32`. */
  readonly destination: string
  /** An IPv4 route may have an IPv6 gateway (RFC 5549). */
  readonly gateway: string | null
  readonly device: string | null
  /** The address that a packet gets whose sender chose none. */
  readonly source: string | null
  readonly metric: number
  /** `main`, `local`, `default` or a number. */
  readonly table: string
  /** `kernel`, `dhcp`, `ra`, `static`, …; null when not told. */
  readonly protocol: string | null
  readonly scope: string | null
  /** `linkdown`, `dead`, `onlink`, … */
  readonly flags: readonly string[]
  /** The hops of a multipath route; empty when there is one hop, which `gateway` and `device` tell. */
  readonly nextHops: readonly NextHop[]
  readonly mtu: number | null
  readonly expiresSeconds: number | null
}

/** A route of the main table of which only this is told. */
export const plainRoute = (
  family: 4 | 6,
  destination: string,
  told: Partial<Pick<Route, 'type' | 'gateway' | 'device' | 'metric' | 'table' | 'mtu'>>,
): Route => ({
  family,
  type: 'unicast',
  destination,
  gateway: null,
  device: null,
  source: null,
  metric: 0,
  table: 'main',
  protocol: null,
  scope: null,
  flags: [],
  nextHops: [],
  mtu: null,
  expiresSeconds: null,
  ...told,
})

/** Bits of an address of each family. */
const BITS = { 4: 32, 6: 128 } as const

/** A destination as a prefix, from `default`, an address or a prefix. */
export function prefixText(family: 4 | 6, destination: string): string {
  if (destination === 'default') return family === 4 ? '0.0.0.0/0' : '::/0'
  return destination.includes('/') ? destination : `${destination}/${BITS[family]}`
}

/** How many ones a dotted netmask begins with. */
export const netmaskLength = (mask: string): number =>
  mask
    .split('.')
    .map((octet) => (Number(octet) & 255).toString(2).padStart(8, '0'))
    .join('')
    .replace(/0.*$/, '').length

/** The metric of ip6_null_entry (net/ipv6/route.c), a route on lo that stands for "no route". */
const NULL_ENTRY_METRIC = 0xffffffff

/** Whether a route is one that an administrator or a daemon made, and not the kernel's null entry. */
export const isReal = (route: Route): boolean =>
  !(route.family === 6 && route.device === 'lo' && route.metric === NULL_ENTRY_METRIC)

/** Every destination, as prefix text. */
export const EVERYTHING: RegExp = /^(0\.0\.0\.0|::)\/0$/

/** A default route of the table that is used where no rule says otherwise. */
export const isDefault = ({ destination, table }: Route): boolean =>
  EVERYTHING.test(destination) && table === 'main'

/** A route as `ip route` prints it and takes it. */
export const formatRoute = (route: Route): string =>
  [
    route.type === 'unicast' ? '' : route.type,
    EVERYTHING.test(route.destination) ? 'default' : route.destination,
    route.gateway ? `via ${route.gateway}` : '',
    route.device ? `dev ${shellWord(route.device)}` : '',
    route.metric > 0 ? `metric ${route.metric}` : '',
    route.table === 'main' ? '' : `table ${route.table}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
