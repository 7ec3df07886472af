/** The target of a check, as a person writes it: a URL, a host, or a host and a port. */
import { parseAddress } from '../wire/address.ts'

/** The port of each scheme. */
const PORTS = {
  http: 80,
  https: 443,
  ssh: 22,
  smtp: 25,
  smtps: 465,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  ftp: 21,
  dns: 53,
  postgres: 5432,
  mysql: 3306,
  redis: 6379,
  rediss: 6380,
} as const

/** Other names of schemes; one may stand for another port: mail from its author (RFC 6409). */
const ALIASES: Readonly<Record<string, { readonly scheme: Scheme; readonly port?: number }>> = {
  submission: { scheme: 'smtp', port: 587 },
  postgresql: { scheme: 'postgres' },
  mariadb: { scheme: 'mysql' },
}

/** Every word that a target may begin with. */
export const SCHEMES: readonly string[] = [...Object.keys(PORTS), ...Object.keys(ALIASES), 'tcp']

/** What is spoken there; `tcp` stands for a port of which nothing else is known. */
export type Scheme = keyof typeof PORTS | 'tcp'

export type Target = {
  readonly input: string
  readonly scheme: Scheme
  /** A name in A-labels, or an address without brackets. */
  readonly host: string
  readonly port: number
  /** For http and https, with the query: `/a?b`. For dns the name to ask for. `/` otherwise. */
  readonly path: string
  /** True where the port was written, so that no MX is looked for. */
  readonly portGiven: boolean
}

/** Why the words are no target, and what would be one. */
export type NoTarget = { readonly error: string }

const isScheme = (text: string): text is Scheme => text === 'tcp' || Object.hasOwn(PORTS, text)

/** Other ports where a service is usual, when only the port is written. */
const ALSO_USUAL: Readonly<Record<number, Scheme>> = { 587: 'smtp', 8080: 'http', 8443: 'https' }

const usual = (port: number): Scheme => {
  const found = Object.entries(PORTS).find(([, value]) => value === port)
  return found ? (found[0] as Scheme) : (ALSO_USUAL[port] ?? 'tcp')
}

const isFailure = (value: object): value is NoTarget => 'error' in value

const show = (text: string): string => JSON.stringify(text.slice(0, 200))

/** Reads a port; 0 and anything beyond 16 bits is none. */
function parsePort(text: string): number | NoTarget {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port >= 1 && port <= 0xffff
    ? port
    : { error: `${show(text)} is not a port: a number from 1 to 65535 is expected` }
}

/** Splits `host`, `host:port`, `[v6]:port` or a bare IPv6 address. */
function splitAuthority(text: string): { host: string; port: string | null } | NoTarget {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed && bracketed[1] !== '')
    return parseAddress(bracketed[1] ?? '')?.family === 6
      ? { host: bracketed[1] ?? '', port: bracketed[2] ?? null }
      : { error: `${show(text)} is not a host: only an IPv6 address stands in brackets` }
  if (text.startsWith('[]')) return { host: '', port: null }
  if (parseAddress(text)) return { host: text, port: null }
  const colon = text.lastIndexOf(':')
  if (colon < 0) return { host: text, port: null }
  if (text.indexOf(':') !== colon)
    return { error: `${show(text)} is neither an IPv6 address nor HOST:PORT; write [ADDRESS]:PORT` }
  return { host: text.slice(0, colon), port: text.slice(colon + 1) }
}

/** A name in A-labels, lower case, or an address; an error where it can be neither. */
function readHost(text: string): string | NoTarget {
  if (parseAddress(text)) return text.toLowerCase()
  // A dash in front would make it an option of the tools that it is handed to.
  if (text.startsWith('-')) return { error: `${show(text)} is not a host: it begins with a hyphen` }
  if (text === '') return { error: 'the target names no host' }
  if (/[^\p{L}\p{M}\p{N}._-]/u.test(text))
    return { error: `${show(text)} is not a host: letters, digits, dots and hyphens are expected` }
  let name: string
  try {
    name = new URL(`http://${text}/`).hostname
  } catch {
    return { error: `${show(text)} is not a host name` }
  }
  // The URL standard reads "1", "0x7f.1" and the like as IPv4 addresses; nobody means that here.
  if (parseAddress(name)?.family === 4 && !parseAddress(text))
    return { error: `${show(text)} is not an address: four decimal numbers are expected` }
  const labels = name.replace(/\.$/, '').split('.')
  if (name.length > 254 || labels.some((label) => label.length < 1 || label.length > 63))
    return { error: `${show(text)} is not a host name: a label has 1 to 63 characters (RFC 1035)` }
  return name
}

/** Reads a target. Never throws. */
export function parseTarget(input: string): Target | NoTarget {
  const text = input.trim()
  const url = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text)
  const written = url?.[1]?.toLowerCase() ?? null
  const alias = written !== null && Object.hasOwn(ALIASES, written) ? ALIASES[written] : null
  const scheme = alias?.scheme ?? written
  if (scheme !== null && !isScheme(scheme))
    return {
      error: `${show(scheme)} is not a scheme that rungs knows: ${SCHEMES.join(', ')}`,
    }
  const rest = url ? (url[2] ?? '') : text
  const slash = rest.search(/[/?#]/)
  const authority = (slash < 0 ? rest : rest.slice(0, slash)).replace(/^[^@]*@/, '')
  const path = slash < 0 ? '/' : rest.slice(slash).replace(/#.*$/, '').replace(/^\?/, '/?')
  if (/[\s\u0000-\u001f\u007f]/.test(path))
    return { error: `the path of ${show(text)} holds a space or a control character: encode it` }
  const parts = splitAuthority(authority)
  if (isFailure(parts)) return parts
  const host = readHost(parts.host)
  if (typeof host !== 'string') return host
  const port = parts.port === null ? (alias?.port ?? null) : parsePort(parts.port)
  if (port !== null && typeof port !== 'number') return port
  const known = scheme ?? (port === null ? 'https' : usual(port))
  if (known === 'tcp' && port === null)
    return { error: `${show(text)} names no port: write tcp://HOST:PORT` }
  return {
    input: text,
    scheme: known,
    host,
    port: port ?? (known === 'tcp' ? 0 : PORTS[known]),
    path: path === '' ? '/' : path,
    portGiven: port !== null,
  }
}

/** True when the words were no target. */
export const isNoTarget = (value: Target | NoTarget): value is NoTarget => isFailure(value)
