/**
 * Where a host's routing sends a packet (net/ipv4/fib_rules.c and fib_trie.c, net/ipv4/route.c,
 * net/ipv6/route.c): policy rules in order, in each table the longest prefix, of equal ones the
 * lowest metric. What is not known of a host is null, and an answer that would need it is unknown.
 */
import type { Interface } from '../facts/ip-address.ts'
import type { RoutingRule } from '../facts/ip-rule.ts'
import type { Route } from '../facts/route.ts'
import { type Address, classify, contains, parseAddress, parsePrefix } from '../wire/address.ts'

/** What is known of one family. */
export type FamilyRouting = {
  /** The routes of all tables. */
  readonly routes: readonly Route[] | null
  /** Null: those that every system starts with. */
  readonly rules: readonly RoutingRule[] | null
}

export type Routing = {
  readonly interfaces: readonly Interface[] | null
  readonly 4: FamilyRouting
  readonly 6: FamilyRouting
  /** The `routingParameters` by name, as far as they have been read. */
  readonly parameters: ReadonlyMap<string, string>
}

const PER_DEVICE: readonly string[] = ['rp_filter', 'accept_local', 'route_localnet']

/** The kernel parameter that makes a router of a host. */
export const FORWARDING = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' } as const

/** The kernel parameters that routing depends on, to be asked of a host with these devices. */
export const routingParameters = (devices: readonly string[]): readonly string[] => [
  FORWARDING[4],
  FORWARDING[6],
  ...['all', ...devices].flatMap((device) => PER_DEVICE.map((name) => parameterName(device, name))),
]

const parameterName = (device: string, name: string): string =>
  `net.ipv4.conf.${device.replaceAll('.', '/')}.${name}`

/** Whether the host forwards packets of the family; null where that is not known. */
export function forwards(routing: Routing, family: 4 | 6): boolean | null {
  const text = routing.parameters.get(FORWARDING[family])?.trim()
  return text === undefined ? null : text !== '0'
}

/** What is looked up; an empty device is none, and an unknown mark is null. */
export type Flow = {
  readonly family: 4 | 6
  readonly source: string
  readonly destination: string
  /** `lo` for what is made here. */
  readonly inputDevice: string | null
  readonly mark: number | null
}

/** What the tables say. */
export type RouteAnswer =
  | { readonly kind: 'local'; readonly route: Route | null }
  /** `device` is null where several next hops share the traffic. */
  | { readonly kind: 'unicast'; readonly device: string | null; readonly route: Route | null }
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'refused'; readonly error: RouteError; readonly why: string }
  | { readonly kind: 'unknown'; readonly because: string }

/** The error that a rejecting route, or none, gives to a local sender (fib_props, ip6_rt_type_to_error). */
export type RouteError = 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL'

const ERRORS: Readonly<Record<string, RouteError>> = {
  blackhole: 'EINVAL',
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
}

const DEFAULT_TABLES: readonly string[] = ['local', 'main', 'default']
const TABLE_NAMES: Readonly<Record<string, string>> = {
  '255': 'local',
  '254': 'main',
  '253': 'default',
}
const tableName = (table: string): string =>
  Object.hasOwn(TABLE_NAMES, table) ? (TABLE_NAMES[table] ?? table) : table

/** All addresses of the host; null where they are not known. */
export const ownAddresses = (routing: Routing | null): readonly string[] | null =>
  routing?.interfaces?.flatMap(({ addresses }) => addresses.map(({ address }) => address)) ?? null

/** Whether a policy rule is about the flow; null where that cannot be known. */
function ruleFits(rule: RoutingRule, flow: Flow): boolean | null {
  const inPrefix = (prefix: string | null, text: string): boolean | null => {
    if (prefix === null) return true
    const [range, address] = [parsePrefix(prefix), parseAddress(text)]
    return range === null || address === null ? null : contains(range, address)
  }
  const answers = [
    inPrefix(rule.from, flow.source),
    inPrefix(rule.to, flow.destination),
    rule.inputDevice === null ||
      (flow.inputDevice === null ? null : rule.inputDevice === flow.inputDevice),
    // A socket that is bound to a device is not known of.
    rule.outputDevice === null,
    markFits(rule.mark, flow.mark),
    rule.further ? null : true,
  ]
  if (answers.includes(false)) return rule.negated
  return answers.includes(null) ? null : !rule.negated
}

function markFits(wanted: string | null, mark: number | null): boolean | null {
  if (wanted === null) return true
  if (mark === null) return null
  const [value = '', mask = '0xffffffff'] = wanted.split('/')
  return ((mark ^ Number(value)) & Number(mask)) === 0
}

const rejecting: ReadonlySet<string> = new Set(['blackhole', 'unreachable', 'prohibit'])

/** The best route of a table; null where none fits, or the one that fits says `throw`. */
function bestOf(
  routes: readonly Route[],
  table: string,
  destination: string,
  only: string | null,
): Route | null {
  const address = parseAddress(destination)
  if (address === null) return null
  let best: Route | null = null
  let longest = -1
  for (const route of routes) {
    if (tableName(route.table) !== table || route.flags.includes('dead')) continue
    if (only !== null && route.device !== only) continue
    const prefix = parsePrefix(route.destination)
    if (prefix === null || prefix.length < longest || !contains(prefix, address)) continue
    if (prefix.length > longest || route.metric < (best?.metric ?? 0)) best = route
    longest = prefix.length
  }
  return best?.type === 'throw' ? null : best
}

/**
 * The one device whose routes count: that of the zone, and for IPv6 addresses that mean something on
 * one link only, that by which the packet came in (rt6_need_strict).
 */
function onlyBy({ family, inputDevice }: Flow, { zone, bytes }: Address): string | null {
  if (family === 4 || zone !== null || inputDevice === '') return zone
  const kind = classify({ family, bytes, zone })
  if (kind === 'loopback') return inputDevice
  const isOfLink = kind === 'link-local' || kind === 'multicast'
  return isOfLink && inputDevice !== 'lo' ? inputDevice : null
}

function answerOf(route: Route): RouteAnswer {
  if (rejecting.has(route.type))
    return refused(route.type, `the route to ${route.destination} is of the type ${route.type}`)
  if (route.type === 'local') return { kind: 'local', route }
  if (route.type !== 'unicast') return { kind: 'other', type: route.type }
  const devices = new Set(route.nextHops.map(({ device }) => device))
  if (devices.size > 1) return { kind: 'unicast', device: null, route }
  return { kind: 'unicast', device: route.device ?? [...devices][0] ?? null, route }
}

const refused = (type: string, why: string): RouteAnswer => ({
  kind: 'refused',
  error: ERRORS[type] ?? 'ENETUNREACH',
  why,
})

const unsure = (because: string): RouteAnswer => ({ kind: 'unknown', because })

/** The rules that every system starts with, in the shape of those that were read. */
const startingRules = (family: 4 | 6): readonly RoutingRule[] =>
  DEFAULT_TABLES.map((table, at) => ({
    family,
    priority: at * 32_766,
    from: null,
    to: null,
    inputDevice: null,
    outputDevice: null,
    mark: null,
    table,
    action: 'lookup',
    negated: false,
    suppressedLength: null,
    further: false,
    goto: null,
    text: `from all lookup ${table}`,
  }))

/** What the tables of the host say of a flow. */
export function lookUpRoute(routing: Routing, flow: Flow): RouteAnswer {
  const { routes, rules } = routing[flow.family]
  const own = ownAddresses(routing)?.includes(flow.destination)
  const address = parseAddress(flow.destination)
  if (address === null) return unsure('the destination is not known')
  const isLoopback = classify(address) === 'loopback'
  if (routes === null) {
    if (own || isLoopback) return { kind: 'local', route: null }
    return unsure('the routes are not known')
  }
  // Some listings have no local table: the addresses of the interfaces stand for it.
  const hasLocal = routes.some(({ table }) => tableName(table) === 'local')
  if (!hasLocal && (own || isLoopback)) return { kind: 'local', route: null }
  const order = [...(rules ?? startingRules(flow.family))].sort((a, b) => a.priority - b.priority)
  for (let at = 0; at < order.length; at++) {
    const rule = order[at]
    if (rule === undefined) break
    const fits = ruleFits(rule, flow)
    if (fits === null) return unsure(`whether the routing rule "${rule.text}" fits is not known`)
    if (!fits || rule.action === 'nop') continue
    if (rejecting.has(rule.action))
      return refused(rule.action, `the routing rule "${rule.text}" refuses it`)
    if (rule.action === 'goto') {
      const target = order.findIndex(({ priority }) => priority === rule.goto)
      if (target > at) at = target - 1
      continue
    }
    if (rule.table === null) return unsure(`what the routing rule "${rule.text}" does is not known`)
    const route = bestOf(routes, tableName(rule.table), flow.destination, onlyBy(flow, address))
    if (route === null || isSuppressed(rule, route)) continue
    return answerOf(route)
  }
  return refused('none', `there is no route to ${flow.destination}`)
}

function isSuppressed(rule: RoutingRule, route: Route): boolean {
  const length = parsePrefix(route.destination)?.length ?? 0
  return rule.suppressedLength !== null && length <= rule.suppressedLength
}

const parameterOf = (routing: Routing, device: string, name: string): number | null => {
  const text = routing.parameters.get(parameterName(device, name))
  return text === undefined || !/^\d+$/.test(text.trim()) ? null : Number(text)
}

/** Whether packets with addresses of 127.0.0.0/8 may pass the device. */
export const allowsLoopback = (routing: Routing, device: string | null): boolean =>
  ['all', ...(device === null ? [] : [device])].some(
    (name) => parameterOf(routing, name, 'route_localnet') === 1,
  )

/** Why an incoming IPv4 packet is dropped for its addresses; null where it is not. */
export type SourceCheck =
  | { readonly passes: true }
  | { readonly passes: false; readonly why: string }
  | { readonly passes: null; readonly because: string }

const PASSES: SourceCheck = { passes: true }

/**
 * Martians and the reverse path filter (net/ipv4/route.c ip_route_input_slow, fib_frontend.c
 * __fib_validate_source). IPv6 has neither.
 */
export function checkSource(routing: Routing, flow: Flow): SourceCheck {
  const { family, source, destination, inputDevice } = flow
  if (family === 6 || inputDevice === 'lo') return PASSES
  const [from, to] = [parseAddress(source), parseAddress(destination)]
  if (from === null || to === null) return PASSES
  const device = inputDevice ?? 'all'
  if (
    !allowsLoopback(routing, device) &&
    (classify(from) === 'loopback' || classify(to) === 'loopback')
  )
    return { passes: false, why: 'addresses of 127.0.0.0/8 may not come from outside (a martian)' }
  if (classify(from) === 'multicast' || classify(from) === 'broadcast')
    return { passes: false, why: `${source} is no source (a martian)` }
  const acceptsLocal = Math.max(
    parameterOf(routing, 'all', 'accept_local') ?? 0,
    parameterOf(routing, device, 'accept_local') ?? 0,
  )
  if (acceptsLocal === 0 && ownAddresses(routing)?.includes(source))
    return { passes: false, why: `${source} is this host's own address (a martian)` }
  return checkReversePath(routing, flow, device)
}

function checkReversePath(routing: Routing, flow: Flow, device: string): SourceCheck {
  const [all, own] = [
    parameterOf(routing, 'all', 'rp_filter'),
    parameterOf(routing, device, 'rp_filter'),
  ]
  const mode = Math.max(all ?? 0, own ?? 0)
  if (mode === 0) return PASSES
  const back = lookUpRoute(routing, {
    ...flow,
    source: flow.destination,
    destination: flow.source,
    mark: 0, // src_valid_mark is off unless somebody turned it on
  })
  if (back.kind === 'unknown') return { passes: null, because: back.because }
  if (back.kind !== 'unicast')
    return { passes: false, why: `rp_filter: there is no way back to ${flow.source}` }
  if (mode === 2 || flow.inputDevice === null) return PASSES
  const devices = back.route?.nextHops.map((hop) => hop.device) ?? []
  if (back.device === flow.inputDevice || devices.includes(flow.inputDevice)) return PASSES
  return {
    passes: false,
    why: `rp_filter=${mode}: the way back to ${flow.source} is by ${back.device}, not by ${flow.inputDevice}`,
  }
}
