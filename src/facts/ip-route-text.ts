/**
 * What `ip route show` prints for people: iproute2 (ip/iproute.c print_route) and busybox. A line is
 * a route; the lines `nexthop …` after it are its hops.
 */
import { isReal, type NextHop, prefixText, type Route } from './route.ts'

/** rtnl_rtntype_n2a of lib/rt_names.c; `unicast` is printed with `-d` only. */
const TYPES: ReadonlySet<string> = new Set([
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
  'xresolve',
])

/** print_rt_flags of ip/iproute.c. */
const FLAGS: ReadonlySet<string> = new Set([
  'dead',
  'onlink',
  'pervasive',
  'offload',
  'trap',
  'notify',
  'linkdown',
  'unresolved',
  'rt_offload',
  'rt_trap',
  'rt_offload_failed',
])

/** What may follow the destination of a route, but not of another tool's line. */
const KEYS: ReadonlySet<string> = new Set(
  'from tos nhid encap via dev table proto scope src metric expires mtu proto linkdown onlink'.split(
    ' ',
  ),
)

/** Words of other commands' lines that begin like a route: `ip neigh`, `ip route get`. */
const FOREIGN: ReadonlySet<string> = new Set(['lladdr', 'uid', 'REACHABLE', 'STALE', 'FAILED'])

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

/** The word after `key`, passing over `skipped`, as in `via inet6 fe80::1` and `mtu lock 1400`. */
export function wordAfter(
  tokens: readonly string[],
  key: string,
  ...skipped: readonly string[]
): string | null {
  const at = tokens.indexOf(key)
  if (at < 0) return null
  const next = tokens[at + 1] ?? ''
  return (skipped.includes(next) ? tokens[at + 2] : next) || null
}

/** The number after `key`, which may carry a unit, as in `expires 599sec`. */
export function numberAfter(tokens: readonly string[], key: string): number | null {
  const match = /^(\d{1,10})(?:sec)?$/.exec(wordAfter(tokens, key, 'lock') ?? '')
  return match ? Number(match[1]) : null
}

/** The gateway after `via`, of either family. */
export const gatewayAfter = (tokens: readonly string[]): string | null =>
  wordAfter(tokens, 'via', 'inet', 'inet6')

const DESTINATION = {
  4: /^(?:default|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?)$/,
  6: /^(?:default|(?=[^/]*:)[0-9a-f:.]{2,45}(?:\/\d{1,3})?)$/i,
} as const

function parseRouteLine(line: string, family: 4 | 6): Route | null {
  const [first = '', ...others] = words(line)
  const typed = TYPES.has(first)
  const [destination = '', ...tokens] = typed ? others : [first, ...others]
  const next = tokens[0]
  if (!DESTINATION[family].test(destination)) return null
  if (!typed && next !== undefined && !KEYS.has(next)) return null
  if (tokens.some((token) => FOREIGN.has(token))) return null
  return {
    family,
    type: typed ? first : 'unicast',
    destination: prefixText(family, destination),
    gateway: gatewayAfter(tokens),
    device: wordAfter(tokens, 'dev'),
    source: wordAfter(tokens, 'src'),
    metric: numberAfter(tokens, 'metric') ?? 0,
    table: wordAfter(tokens, 'table') ?? 'main',
    protocol: wordAfter(tokens, 'proto'),
    scope: wordAfter(tokens, 'scope'),
    flags: tokens.filter((token) => FLAGS.has(token)),
    nextHops: [],
    mtu: numberAfter(tokens, 'mtu'),
    expiresSeconds: numberAfter(tokens, 'expires'),
  }
}

function parseNextHop(line: string): NextHop {
  const tokens = words(line)
  return {
    gateway: gatewayAfter(tokens),
    device: wordAfter(tokens, 'dev'),
    weight: numberAfter(tokens, 'weight') ?? 1,
  }
}

/** The routes that `ip route` printed: an empty list for no text, null for other text. */
export function parseIpRouteText(text: string, family: 4 | 6): readonly Route[] | null {
  const found: { readonly route: Route; readonly hops: NextHop[] }[] = []
  for (const line of text.split('\n')) {
    const route = parseRouteLine(line, family)
    if (route) found.push({ route, hops: [] })
    else if (/^\s+nexthop\s/.test(line)) found.at(-1)?.hops.push(parseNextHop(line))
  }
  if (found.length === 0 && text.trim() !== '') return null
  return found.map(({ route, hops }) => ({ ...route, nextHops: hops })).filter(isReal)
}
