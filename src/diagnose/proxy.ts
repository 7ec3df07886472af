/**
 * The way by a proxy: a request in absolute form for http (RFC 9112 §3.2.2), a tunnel by CONNECT for
 * https (RFC 9110 §9.3.6). Programs take it where their environment names one; then it is what
 * people experience, and the direct way is the control.
 */
import type { NamedProxy } from '../facts/proxy-environment.ts'
import { familyOf } from '../wire/address.ts'
import type { Connect, Endpoint, Lookup, Probes } from './probes.ts'
import { CONNECT_TIMEOUT_MS, type Errand, holds, type Manner, type Visit, visit } from './visit.ts'

/** A proxy as its URL tells it. */
export type Proxy = NamedProxy & {
  readonly scheme: string
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
  /** What `Proxy-Authorization` says (RFC 7617), where the URL holds a user. */
  readonly authorization: string | null
}

/** How far the way by a proxy leads. */
export type Detour = {
  readonly named: NamedProxy
  /** Null where the variable holds no URL. */
  readonly proxy: Proxy | null
  /** The look-up of its name; null for an address. */
  readonly lookup: Lookup | null
  /** The conversation with it, and through it; null where it could not begin. */
  readonly visit: Visit | null
  /** For a proxy of another kind than http, only whether it accepts. */
  readonly connect: Connect | null
}

/** curl's own port for a proxy whose URL names none. */
const USUAL_PORT = 1080

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Reads a proxy's URL; a missing scheme is http, as curl has it. Null where it is none. */
export function parseProxy(named: NamedProxy): Proxy | null {
  const { value } = named
  const text = value.includes('://') ? value : `http://${value}`
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const scheme = url.protocol.replace(/:$/, '')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (host === '') return null
  // The URL standard drops the port that is the scheme's own.
  const authority = text.replace(/^[^:]*:\/\//, '').split(/[/?#]/)[0] ?? ''
  const written = /:(\d{1,5})$/.exec(authority)?.[1]
  const user = `${decode(url.username)}:${decode(url.password)}`
  return {
    ...named,
    scheme,
    host,
    port: Number(written) || (scheme === 'https' ? 443 : USUAL_PORT),
    authorization: url.username === '' ? null : `Basic ${btoa(unescape(encodeURIComponent(user)))}`,
  }
}

/** `proxy.example:3128`, without user and password. */
export const formatProxy = ({ host, port }: Proxy): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

async function locate(
  { host, port }: Proxy,
  probes: Probes,
): Promise<{ readonly lookup: Lookup | null; readonly endpoint: Endpoint | null }> {
  const family = familyOf(host)
  if (family) return { lookup: null, endpoint: { address: host, family, port } }
  const lookup = await probes.lookup(host, CONNECT_TIMEOUT_MS)
  const [first] = lookup.addresses
  return { lookup, endpoint: first ? { ...first, port } : null }
}

/** Visits the target by a proxy. */
export async function takeDetour(
  errand: Errand,
  named: NamedProxy,
  probes: Probes,
  manner: Manner,
): Promise<Detour> {
  const proxy = parseProxy(named)
  const none = { named, proxy, lookup: null, visit: null, connect: null }
  if (!proxy) return none
  const { lookup, endpoint } = await locate(proxy, probes)
  if (!endpoint) return { ...none, lookup }
  if (proxy.scheme !== 'http') {
    const connect = await probes.connect(endpoint, CONNECT_TIMEOUT_MS)
    return { ...none, lookup, connect }
  }
  const by = await visit(errand, endpoint, probes, { ...manner, proxy })
  return { ...none, lookup, visit: by }
}

/** True where the expected peer answers as expected by the proxy; 407 is the proxy's own refusal. */
export const leadsThere = ({ visit: by }: Detour): boolean =>
  by !== null && holds(by) && by.code !== 407
