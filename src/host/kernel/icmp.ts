/**
 * One echo request and what comes of it, by a socket of our own: an ICMP datagram socket where
 * net.ipv4.ping_group_range lets this user have one (icmp(7)), else a raw one. ICMP errors come by
 * the error queue, with who sent them (IP_RECVERR, ip(7); struct sock_extended_err).
 */
import { isStopped } from '../../base/stopped.ts'
import type { Echo, EchoOptions } from '../../diagnose/probes.ts'
import { type Address, parseAddress } from '../../wire/address.ts'
import { viewOf } from '../../wire/bytes.ts'
import { ICMP_HEADER_BYTES, readIcmp, writeEchoRequest } from '../../wire/icmp.ts'
import { readIpv4 } from '../../wire/ipv4.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { drainErrors, explainName } from './error-queue.ts'
import { DISCOVER, OPTIONS, toldNumber } from './ip-option.ts'
import { pollUntil } from './poll.ts'
import { writeSockaddr } from './sockaddr.ts'
import {
  AF,
  interfaceIndex,
  type KernelSocket,
  type Message,
  NO_LIBC,
  openSocket,
  SOCK,
} from './socket.ts'
import { bindToDevice } from './socket-option.ts'

/** What came of an echo request; `Echo` without its evidence. */
export type EchoResult = Omit<Echo, 'command' | 'lines'>

const HEADER_BYTES = { 4: 20, 6: 40 } as const
/** What ping(8) sends where nothing is said. */
const DEFAULT_DATA_BYTES = 56

/** The TTL of the reply where `message` is the reply to ours; null where it is something else. */
function readReply(
  message: Message,
  family: 4 | 6,
  raw: boolean,
  id: number,
): { readonly ttl: number | null } | null {
  const { bytes, control } = message
  const view = viewOf(bytes)
  const header = raw && family === 4 ? readIpv4(view, 0, bytes.length) : null
  if (header && isStopped(header)) return null
  const icmp = readIcmp(view, header?.headerBytes ?? 0, bytes.length, family)
  if (isStopped(icmp) || !icmp.echo?.reply) return null
  // A datagram socket has an identifier of its own, and gets only its replies.
  if (raw && icmp.echo.id !== id) return null
  return { ttl: toldNumber(control, family, OPTIONS[family].ttlMessage) }
}

/** Whether the error quotes an echo request of ours: the queue may hold those of other pings. */
const quotesUs = (message: Message, raw: boolean, id: number): boolean =>
  !raw || message.bytes.length < ICMP_HEADER_BYTES || viewOf(message.bytes).getUint16(4) === id

type Opened = { readonly socket: KernelSocket; readonly raw: boolean } | { readonly errno: string }

function openEcho(family: 4 | 6): Opened {
  const domain = family === 4 ? AF.inet : AF.inet6
  const protocol = family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6
  const datagram = openSocket(domain, SOCK.datagram, protocol)
  if (!('errno' in datagram)) return { socket: datagram, raw: false }
  const raw = openSocket(domain, SOCK.raw, protocol)
  return 'errno' in raw ? raw : { socket: raw, raw: true }
}

/** Sets what was asked for; the error's name where the socket may not leave by the device. */
function prepare(socket: KernelSocket, family: 4 | 6, options: EchoOptions): string | null {
  const { level, ttl, discover, receiveError, receiveTtl } = OPTIONS[family]
  socket.set(level, receiveError, 1)
  socket.set(level, receiveTtl, 1)
  socket.set(level, discover, options.dontFragment ? DISCOVER.do : DISCOVER.not)
  if (options.ttl !== undefined) socket.set(level, ttl, options.ttl)
  return options.device === undefined ? null : bindToDevice(socket, options.device)
}

const impossible = (address: string, because: string): EchoResult => ({
  address,
  sent: 0,
  received: 0,
  rttMs: null,
  ttl: null,
  errors: [],
  possible: false,
  because,
})

const echoData = (family: 4 | 6, packetBytes: number | undefined): Uint8Array => {
  const least = HEADER_BYTES[family] + ICMP_HEADER_BYTES
  const bytes = packetBytes === undefined ? DEFAULT_DATA_BYTES : Math.max(0, packetBytes - least)
  return Uint8Array.from({ length: bytes }, (_, at) => at & 0xff)
}

/** Sends on an open socket and waits for the reply, an error, or the end of the time. */
async function echoOn(
  socket: KernelSocket,
  raw: boolean,
  target: Address,
  address: string,
  options: EchoOptions,
): Promise<EchoResult> {
  const { family } = target
  const id = Math.floor(Math.random() * 0x10000)
  const nothing = { ...impossible(address, ''), possible: true, because: null }
  const errors: Echo['errors'][number][] = []
  const unbound = prepare(socket, family, options)
  const readErrors = (): void => {
    errors.push(...drainErrors(socket, family, (message) => quotesUs(message, raw, id)))
  }
  const scope = target.zone === null ? 0 : Number(target.zone) || interfaceIndex(target.zone)
  const to = writeSockaddr(target, scope)
  const request = writeEchoRequest(family, id, 1, echoData(family, options.packetBytes))
  const unroutable = unbound ?? socket.connect(to)
  const began = performance.now()
  const failed = unroutable ?? socket.send(request)
  if (failed !== null) {
    readErrors()
    if (errors.length === 0) errors.push({ from: null, text: explainName(failed), mtu: null })
    return { ...nothing, errors }
  }
  let reply: EchoResult | null = null
  const look = (): boolean => {
    for (let message = socket.receive(); message !== 'EAGAIN'; message = socket.receive()) {
      if (typeof message === 'string') break
      const found = readReply(message, family, raw, id)
      const rttMs = performance.now() - began
      if (found) reply = { ...nothing, sent: 1, received: 1, rttMs, ttl: found.ttl }
      if (found) return true
    }
    readErrors()
    return errors.length > 0
  }
  await pollUntil(look, options.timeoutMs)
  return reply ?? { ...nothing, sent: 1, errors }
}

/** Sends one echo request to an address. Never throws. */
export async function kernelEcho(address: string, options: EchoOptions): Promise<EchoResult> {
  const target = parseAddress(address)
  if (!target) return impossible(address, 'it is no address')
  const opened = openEcho(target.family)
  if ('errno' in opened)
    return impossible(
      address,
      opened.errno === NO_LIBC
        ? 'libc cannot be called from here'
        : `no ICMP socket: ${explainName(opened.errno)} (net.ipv4.ping_group_range, or root)`,
    )
  try {
    return await echoOn(opened.socket, opened.raw, target, address, options)
  } finally {
    opened.socket.close()
  }
}
