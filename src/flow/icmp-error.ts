/**
 * ICMP errors that speak of a connection: what they told, who sent them, and which causes that
 * supports. RFC 792, RFC 1122 §3.2.2, RFC 1191 (MTU), RFC 1812 §5.2.7; RFC 4443 §3 for ICMPv6.
 */
import { formatAddress } from '../wire/address.ts'
import type { Headers } from '../wire/headers.ts'
import { explainIcmp } from '../wire/icmp.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import type { Connection } from './connection.ts'
import { type Suspect, suspect } from './story-word.ts'

/** What kind of error it is, by what it means for the packet that it quotes. */
export type IcmpErrorKind = 'unreachable' | 'too-big' | 'expired' | 'redirect' | 'other'

/** The kind of an error; `error` is type * 256 + code, -1 gives null. */
export function icmpErrorKind(ipVersion: number, error: number): IcmpErrorKind | null {
  if (error < 0) return null
  const [type, code] = [error >> 8, error & 255]
  if (ipVersion === 6) {
    if (type === 1) return 'unreachable'
    if (type === 2) return 'too-big'
    return type === 3 ? 'expired' : 'other'
  }
  if (type === 3) return code === 4 ? 'too-big' : 'unreachable'
  if (type === 5) return 'redirect'
  return type === 11 ? 'expired' : 'other'
}

/** Whether an error says that what it quotes did not arrive and will not. */
export const isRejection = (kind: IcmpErrorKind | null): boolean =>
  kind === 'unreachable' || kind === 'expired'

/**
 * Notes the error of which `headers` are the outermost ones beside the connection that it quotes.
 * The first rejection stays; what is none (too big, redirect) is replaced by one.
 */
export function noteIcmpError(
  connection: Connection,
  headers: Headers,
  frame: number,
  timeNs: number,
): void {
  const { view, transportAt, sourceAddressAt, ipVersion } = headers
  if (transportAt + 8 > view.byteLength) return
  const error = view.getUint8(transportAt) * 256 + view.getUint8(transportAt + 1)
  const kind = icmpErrorKind(ipVersion, error)
  const known = icmpErrorKind(connection.ipVersion, connection.icmpError)
  if (kind === 'too-big') connection.icmpMtu = readMtu(view, transportAt, ipVersion)
  if (isRejection(known) || (known === 'too-big' && !isRejection(kind))) return
  connection.icmpError = error
  connection.icmpFrame = frame
  connection.icmpNs = timeNs
  const bytes = ipVersion === 6 ? 16 : 4
  connection.icmpSource = new Uint8Array(bytes)
  for (let index = 0; index < bytes; index++)
    connection.icmpSource[index] = view.getUint8(sourceAddressAt + index)
}

/** RFC 1191 §4: the low half of the second word; RFC 4443 §3.2: all of it. 0 where none is told. */
const readMtu = (view: DataView, at: number, ipVersion: number): number =>
  ipVersion === 6 ? view.getUint32(at + 4) | 0 : view.getUint16(at + 6)

const sameAddress = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

/** Whose address sent the error: an end's, or that of something between them. */
export function icmpAuthor(connection: Connection): 'client' | 'server' | 'between' {
  if (sameAddress(connection.icmpSource, connection.server.address)) return 'server'
  return sameAddress(connection.icmpSource, connection.client.address) ? 'client' : 'between'
}

/** `ICMP host unreachable (3/1) from 10.0.0.1`. */
export function describeIcmpError(connection: Connection): string {
  const { icmpError, icmpSource, ipVersion } = connection
  const [type, code] = [icmpError >> 8, icmpError & 255]
  const family = ipVersion === 6 ? 6 : 4
  const from = formatAddress({ family, bytes: icmpSource, zone: null })
  return `ICMP${family === 6 ? 'v6' : ''} ${explainIcmp(family, type, code)} (${type}/${code}) from ${from}`
}

const PROHIBITED_4: ReadonlySet<number> = new Set([9, 10, 13, 14, 15])
const NO_WAY_4: ReadonlySet<number> = new Set([0, 5, 6, 11])
const NO_HOST_4: ReadonlySet<number> = new Set([1, 7, 8, 12])
const NO_PORT_4: ReadonlySet<number> = new Set([2, 3])

/** The codes of both families by what they say. */
function meaning(ipVersion: number, code: number): 'prohibited' | 'no-way' | 'no-host' | 'no-port' {
  if (ipVersion === 6) {
    if (code === 1 || code === 5) return 'prohibited'
    if (code === 4) return 'no-port'
    return code === 3 || code === 2 ? 'no-host' : 'no-way'
  }
  if (PROHIBITED_4.has(code)) return 'prohibited'
  if (NO_PORT_4.has(code)) return 'no-port'
  if (NO_HOST_4.has(code)) return 'no-host'
  return NO_WAY_4.has(code) ? 'no-way' : 'no-host'
}

/** Which causes the error supports, the likeliest first. */
export function icmpSuspects(connection: Connection): readonly Suspect[] {
  const { icmpError, ipVersion, protocol } = connection
  const kind = icmpErrorKind(ipVersion, icmpError)
  const by = icmpAuthor(connection)
  if (kind === 'expired') return [suspect('route.loop', 'path'), suspect('route.dead-end', 'path')]
  if (kind !== 'unreachable') return []
  const said = meaning(ipVersion, icmpError & 255)
  if (by === 'server') return serverSays(said, protocol)
  if (by === 'client') return clientSays(said)
  return said === 'no-host' ? noHost(connection) : pathSays(said, protocol)
}

/** A router asks three times, a second apart, before it gives a neighbour up (Linux's mcast_solicit, retrans_time_ms). */
const ASKING_NS = 1.5e9

/** Whether a router looked for the host in vain, or refused at once, the time tells. */
function noHost({ icmpNs, firstNs }: Connection): readonly Suspect[] {
  const [absent, deadEnd] = [
    suspect('link.neighbour-failed', 'path'),
    suspect('route.dead-end', 'path'),
  ]
  if (icmpNs - firstNs >= ASKING_NS) return [absent, deadEnd]
  return [
    suspect('route.rejecting', 'path'),
    suspect('firewall.path-reject', 'path'),
    deadEnd,
    absent,
  ]
}

type Said = ReturnType<typeof meaning>

function serverSays(said: Said, protocol: number): readonly Suspect[] {
  const rejects = suspect('firewall.ingress-reject', 'server')
  // The kernel answers a datagram to a closed port so, and never a SYN: that is a rule's doing.
  if (said === 'no-port' && protocol !== PROTOCOL.tcp)
    return [suspect('udp.port-unreachable', 'server'), rejects]
  if (said === 'no-port' || said === 'prohibited') return [rejects]
  return [rejects, suspect('route.rejecting', 'server')]
}

/** A kernel tells itself what it could not deliver. */
const clientSays = (said: Said): readonly Suspect[] =>
  said === 'no-host'
    ? [suspect('link.neighbour-failed', 'client'), suspect('route.gateway-dead', 'client')]
    : [suspect('firewall.egress-reject', 'client'), suspect('route.rejecting', 'client')]

function pathSays(said: Said, protocol: number): readonly Suspect[] {
  const rejects = [
    suspect('firewall.path-reject', 'path'),
    suspect('firewall.forward-reject', 'path'),
  ]
  const rejecting = suspect('route.rejecting', 'path')
  if (said === 'prohibited') return [...rejects, rejecting]
  if (said === 'no-port')
    return protocol === PROTOCOL.tcp
      ? rejects
      : [...rejects, suspect('udp.port-unreachable', 'server')]
  return [suspect('route.dead-end', 'path'), suspect('route.none', 'path'), rejecting]
}
