/**
 * What has arrived at a host: a packet that its rules let through to it, as raw sockets are given
 * a copy of (raw(7)): behind the hook `input`, before any other socket. The IPv4 header is in it, that
 * of IPv6 is not: there the destination is told beside it (IPV6_PKTINFO, ipv6(7)).
 */
import { isStopped } from '../../../src/base/stopped.ts'
import { OPTIONS } from '../../../src/host/kernel/ip-option.ts'
import { readSockaddr } from '../../../src/host/kernel/sockaddr.ts'
import {
  AF,
  type KernelSocket,
  type Message,
  openSocket,
  SOCK,
} from '../../../src/host/kernel/socket.ts'
import { formatAddress } from '../../../src/wire/address.ts'
import { viewOf } from '../../../src/wire/bytes.ts'
import { formatEndpoint } from '../../../src/wire/endpoint.ts'
import { readIcmp } from '../../../src/wire/icmp.ts'
import { readIpv4 } from '../../../src/wire/ipv4.ts'
import { PROTOCOL } from '../../../src/wire/protocol.ts'
import { readTcp, TCP_FLAG } from '../../../src/wire/tcp.ts'
import { readUdp } from '../../../src/wire/udp.ts'
import type { HostName, Network } from './network.ts'

export type Protocol = 'tcp' | 'udp' | 'icmp'
export const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'icmp']

export type Arrival = {
  readonly host: HostName
  readonly family: 4 | 6
  readonly protocol: Protocol
  /** `syn`, `syn-ack`, `reset`, `datagram`, or an ICMP message's `TYPE/CODE`. */
  readonly what: string
  readonly source: string
  readonly destination: string
  /** Null for ICMP. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** What a datagram carries. */
  readonly data: Uint8Array
}

/** One line: `server: tcp syn from 10.77.1.1:4001 to 10.77.2.2:8001`. */
export function describeArrival(arrival: Omit<Arrival, 'data'>): string {
  const { host, protocol, what, source, sourcePort, destination, destinationPort } = arrival
  const end = (address: string, port: number | null): string =>
    port === null ? address : formatEndpoint({ address, port })
  return `${host}: ${protocol} ${what} from ${end(source, sourcePort)} to ${end(destination, destinationPort)}`
}

export type Tap = {
  /** What has come since it was last asked. */
  readonly read: () => readonly Arrival[]
  readonly close: () => void
}

/** IPV6_RECVPKTINFO and IPV6_PKTINFO of include/uapi/linux/in6.h. */
const RECEIVE_PACKET_INFO = 49
const PACKET_INFO = 50
const NOTHING: Uint8Array = new Uint8Array(0)

function tcpKind(flags: number): string {
  if ((flags & TCP_FLAG.rst) !== 0) return 'reset'
  if ((flags & TCP_FLAG.syn) === 0) return `flags ${flags}`
  return (flags & TCP_FLAG.ack) === 0 ? 'syn' : 'syn-ack'
}

type Transport = Pick<Arrival, 'what' | 'sourcePort' | 'destinationPort' | 'data'>

function readTransport(
  protocol: Protocol,
  family: 4 | 6,
  bytes: Uint8Array,
  at: number,
): Transport | null {
  const view = viewOf(bytes)
  if (protocol === 'icmp') {
    const icmp = readIcmp(view, at, bytes.length, family)
    if (isStopped(icmp)) return null
    const what = `${icmp.type}/${icmp.code}`
    return { what, sourcePort: null, destinationPort: null, data: NOTHING }
  }
  const header =
    protocol === 'tcp' ? readTcp(view, at, bytes.length) : readUdp(view, at, bytes.length)
  if (isStopped(header)) return null
  const { sourcePort, destinationPort, payloadAt } = header
  const what = 'flags' in header ? tcpKind(header.flags) : 'datagram'
  return { what, sourcePort, destinationPort, data: bytes.subarray(payloadAt) }
}

function readArrival(
  host: HostName,
  protocol: Protocol,
  family: 4 | 6,
  { bytes, from, control }: Message,
): Arrival | null {
  if (family === 4) {
    const header = readIpv4(viewOf(bytes), 0, bytes.length)
    if (isStopped(header)) return null
    const transport = readTransport(protocol, family, bytes, header.payloadAt)
    const [source, destination] = [header.source, header.destination].map(formatAddress)
    if (transport === null || source === undefined || destination === undefined) return null
    return { host, family, protocol, source, destination, ...transport }
  }
  const told = control.find(({ level, type }) => level === OPTIONS[6].level && type === PACKET_INFO)
  const transport = readTransport(protocol, family, bytes, 0)
  const source = readSockaddr(from)
  if (told === undefined || transport === null || source === null) return null
  const destination = formatAddress({ family: 6, bytes: told.bytes.subarray(0, 16), zone: null })
  return { host, family, protocol, source, destination, ...transport }
}

function openTap(host: HostName, protocol: Protocol, family: 4 | 6): Tap {
  const number = protocol === 'icmp' && family === 6 ? PROTOCOL.icmpv6 : PROTOCOL[protocol]
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.raw, number)
  if ('errno' in socket) throw new Error(`a raw socket: ${socket.errno}`)
  if (family === 6) socket.set(OPTIONS[6].level, RECEIVE_PACKET_INFO, 1)
  return {
    read: () => drain(socket, (message) => readArrival(host, protocol, family, message)),
    close: socket.close,
  }
}

function drain(socket: KernelSocket, read: (message: Message) => Arrival | null): Arrival[] {
  const arrivals: Arrival[] = []
  for (let message = socket.receive(); typeof message !== 'string'; message = socket.receive()) {
    const arrival = read(message)
    if (arrival !== null) arrivals.push(arrival)
  }
  return arrivals
}

/** Listens on a host to all protocols of both families; neighbour discovery and the like is left out. */
export function tapHost(network: Network, host: HostName): Tap {
  const taps = network.inside(host, () =>
    PROTOCOLS.flatMap((protocol) => [openTap(host, protocol, 4), openTap(host, protocol, 6)]),
  )
  const isTraffic = ({ family, protocol, what }: Arrival): boolean => {
    const type = Number(what.split('/')[0])
    return protocol !== 'icmp' || family === 4 || type < 130 // RFC 4443 §2.1, RFC 4861 §4
  }
  return {
    read: () => taps.flatMap((tap) => tap.read()).filter(isTraffic),
    close: () => {
      for (const tap of taps) tap.close()
    },
  }
}
