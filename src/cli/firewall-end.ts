/** An end of a packet as a person writes it: `--from A[:P]`, `--to B:P`. */
import { servicePort } from '../facts/service-names.ts'
import { formatAddress, parseAddress } from '../wire/address.ts'
import { splitEndpoint } from '../wire/endpoint.ts'
import { UsageError } from './command.ts'

/** Whose end it is. */
export type Who =
  /** Nothing was written: what that means depends on the other end. */
  | { readonly kind: 'unsaid' }
  /** Any address: what a rule asks about it cannot be known. */
  | { readonly kind: 'any' }
  /** The host itself, by whichever of its addresses is near. */
  | { readonly kind: 'self' }
  | { readonly kind: 'address'; readonly address: string; readonly family: 4 | 6 }
  | { readonly kind: 'name'; readonly name: string }

export type End = {
  readonly who: Who
  /** Null: none was written. */
  readonly port: number | null
}

/** What is also said for any address. */
const ANY: readonly string[] = ['any', '*', 'anywhere', '0.0.0.0/0', '::/0']

/** RFC 1123 §2.1, with the underscores that are met. */
const NAME = /^(?=.{1,253}$)[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?\.?$/u

/** A port by number, or by the name of its usual service. */
export function readPort(text: string, flag: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : servicePort(text)
  if (port !== null && port >= 1 && port <= 0xffff) return port
  throw new UsageError(
    /^\d+$/.test(text)
      ? `--${flag}: ${text} is no port; a number from 1 to 65535 is one`
      : `--${flag}: no service is known as ${text}; give the port's number`,
  )
}

function readWho(host: string | null, flag: string): Who {
  if (host === null) return { kind: 'unsaid' }
  if (ANY.includes(host)) return { kind: 'any' }
  if (flag === 'from' && host.toLowerCase() === 'localhost') return { kind: 'self' }
  const address = parseAddress(host)
  // One spelling for each address, as the tools print it.
  if (address !== null)
    return { kind: 'address', address: formatAddress(address), family: address.family }
  if (host.includes('/'))
    throw new UsageError(
      `--${flag}: a packet has one address, and ${host} is none; take one of them, or any`,
    )
  // What looks like an address and is none is no name either (RFC 3696 §2).
  if (/^[\d.]+$/.test(host) || !NAME.test(host))
    throw new UsageError(`--${flag}: ${host} is neither an address nor a name`)
  return { kind: 'name', name: host }
}

/** What `--FLAG TEXT` means; throws a UsageError that says what would be right. */
export function readEnd(text: string | undefined, flag: string): End {
  if (text === undefined) return { who: { kind: 'unsaid' }, port: null }
  if (text.startsWith('any/') || ANY.includes(text)) return { who: readWho(text, flag), port: null }
  const parts = splitEndpoint(text)
  if (parts === null)
    throw new UsageError(
      `--${flag} was ${text}; write ADDRESS:PORT, [IPV6]:PORT, NAME:PORT, any:PORT or :PORT`,
    )
  return {
    who: readWho(parts.host, flag),
    port: parts.port === null ? null : readPort(parts.port, flag),
  }
}
