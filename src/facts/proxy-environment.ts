/**
 * Which proxy a client takes, by its environment: the rules of curl (`Curl_check_noproxy` and
 * `detect_proxy` in its lib/). Programs differ in details; where curl has no rule, the one of
 * others is taken: `NO_PROXY` may name a port, as wget, Go and Python allow.
 */
import { contains, parseAddress, parsePrefix } from '../wire/address.ts'

/** The parts of a URL that choose its proxy. */
export type ProxyTarget = {
  readonly scheme: string
  /** A name or an address; an IPv6 address may have its brackets. */
  readonly host: string
  readonly port: number
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A proxy, and which variable names it. */
export type NamedProxy = { readonly variable: string; readonly value: string }

/** Those of the variables that are set and not empty; empty is as good as unset. */
const allSet = (environment: Environment, names: readonly string[]): NamedProxy[] =>
  names.flatMap((variable) => {
    const value = environment[variable]
    return value ? [{ variable, value }] : []
  })

/** An upper-case HTTP_PROXY is not read: a CGI script's client could set it (CVE-2016-5388). */
function variablesFor(scheme: string): readonly string[] {
  if (scheme === 'http') return ['http_proxy']
  if (scheme === 'ws') return ['ws_proxy', 'WS_PROXY', 'http_proxy']
  const own = [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase()]
  return scheme === 'wss' ? [...own, 'https_proxy', 'HTTPS_PROXY'] : own
}

const withoutBrackets = (host: string): string => host.replace(/^\[/, '').replace(/\]$/, '')

/** `example.org:8080` → `example.org`, 8080; an IPv6 address needs brackets to have a port. */
function splitPort(entry: string): readonly [string, number | null] {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry) ?? []
  return host === undefined ? [entry, null] : [host, Number(port)]
}

const nameOf = (text: string): string => text.toLowerCase().replace(/\.$/, '')

function covers(entry: string, target: ProxyTarget): boolean {
  const [host, port] = splitPort(entry)
  if (port !== null && port !== target.port) return false
  const address = parseAddress(withoutBrackets(target.host))
  if (address !== null) {
    const prefix = parsePrefix(withoutBrackets(host))
    return prefix !== null && contains(prefix, address)
  }
  const [domain, name] = [nameOf(host.replace(/^\./, '')), nameOf(target.host)]
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`))
}

/** True when NO_PROXY says that `target` is reached directly. `*` means all, but only alone. */
function excepted(target: ProxyTarget, list: string): boolean {
  return list.trim() === '*' || list.split(/[\s,]+/).some((entry) => covers(entry, target))
}

/** Every variable that can name a proxy for the web, the usual ones first. */
const VARIABLES = [
  'https_proxy',
  'HTTPS_PROXY',
  'http_proxy',
  'HTTP_PROXY',
  'all_proxy',
  'ALL_PROXY',
]

/** All proxies that the environment names for anything. */
export const namedProxies = (environment: Environment): NamedProxy[] =>
  allSet(environment, VARIABLES)

/** The proxy for `target` (`http://proxy:3128`) and the variable that names it, or null for none. */
export function proxyFor(target: ProxyTarget, environment: Environment): NamedProxy | null {
  const variables = variablesFor(target.scheme.toLowerCase())
  const [proxy] = allSet(environment, [...variables, 'all_proxy', 'ALL_PROXY'])
  if (proxy === undefined) return null
  const [exceptions] = allSet(environment, ['no_proxy', 'NO_PROXY'])
  return exceptions !== undefined && excepted(target, exceptions.value) ? null : proxy
}
