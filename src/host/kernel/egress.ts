/**
 * How packets leave towards a target: by which address of this host, from which port, and how large they may
 * be. A UDP socket that is connected to the target tells it without sending anything, and holds the port.
 */
import { checksumOf, type Flow, sourcePortOf } from '../../diagnose/trace/probe.ts'
import { type Address, parseAddress } from '../../wire/address.ts'
import { readExtendedError } from './error-queue.ts'
import { DISCOVER, OPTIONS } from './ip-option.ts'
import { readPort, readSockaddr, writeSockaddr } from './sockaddr.ts'
import { AF, interfaceIndex, type KernelSocket, NO_LIBC, openSocket, SOCK } from './socket.ts'
import { bindToDevice } from './socket-option.ts'
import type { NoTraceSocket, TraceRequest } from './trace-socket.ts'

export type Egress = {
  readonly flow: Flow
  /** The target as a socket address, without a port and with it. */
  readonly to: Buffer
  readonly toPort: Buffer
  /** Connected to the target from the flow's port. */
  readonly socket: KernelSocket
  readonly firstMtu: () => number | null
  readonly close: () => void
}

/** More packet than any device of Ethernet's kind takes, and no more than UDP can have. */
const TOO_LARGE_BYTES = 65_000

/** Errors that a queue may hold of probes before. */
const MOST_ERRORS = 500

/** A packet too large for the device is refused, and the queue tells what it would take. */
function firstMtu(socket: KernelSocket, family: 4 | 6): number | null {
  const { level, discover, receiveError } = OPTIONS[family]
  socket.set(level, receiveError, 1)
  socket.set(level, discover, DISCOVER.probe)
  const packet = new Uint8Array(TOO_LARGE_BYTES)
  // The error of an earlier probe is told first.
  if (socket.send(packet) !== 'EMSGSIZE' && socket.send(packet) !== 'EMSGSIZE') return null
  for (let count = 0; count < MOST_ERRORS; count++) {
    const message = socket.receiveError()
    if (typeof message === 'string') return null
    const error = readExtendedError(message, family)
    if (error?.icmp === null && error.mtuBytes !== null) return error.mtuBytes
  }
  return null
}

const ATTEMPTS = 12

/** Takes the flow's port, or the next one of that flow where it is taken. */
function bindPort(
  socket: KernelSocket,
  source: Address,
  scope: number,
  flowNumber: number,
): string | null {
  let errno: string | null = null
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    errno = socket.bind(writeSockaddr(source, scope, sourcePortOf(flowNumber, attempt)))
    if (errno !== 'EADDRINUSE') return errno
  }
  return errno
}

/** The index of the device that an address's zone names; 0 without one. */
export const scopeOf = ({ zone }: Address): number =>
  zone === null ? 0 : Number(zone) || interfaceIndex(zone)

const ANY: Readonly<Record<4 | 6, Address>> = {
  4: { family: 4, bytes: new Uint8Array(4), zone: null },
  6: { family: 6, bytes: new Uint8Array(16), zone: null },
}

/** Any port does where the target has none that counts. */
const DISCARD = 9

/** Tells this trace's probes from those of others; the upper half counts alone for TCP, and is not 0. */
const randomMark = (): number =>
  (1 + Math.floor(Math.random() * 0xffff)) * 0x10000 + Math.floor(Math.random() * 0x10000)

/** Finds the way out; says why there is none. */
export function openEgress(request: TraceRequest): Egress | NoTraceSocket {
  const { target, protocol, port, flowNumber, device, source } = request
  const { family } = target
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.datagram, 0)
  if ('errno' in socket)
    return { reason: socket.errno === NO_LIBC ? 'no-libc' : 'no-privilege', errno: socket.errno }
  const refuse = (reason: NoTraceSocket['reason'], errno: string): NoTraceSocket => {
    socket.close()
    return { reason, errno }
  }
  const scope = scopeOf(target)
  const unbound = device === null ? null : bindToDevice(socket, device)
  if (unbound !== null) return refuse('no-device', unbound)
  const taken = bindPort(socket, source ?? ANY[family], scope, flowNumber)
  if (taken !== null) return refuse(taken === 'EADDRINUSE' ? 'no-port' : 'no-source', taken)
  const toPort = writeSockaddr(target, scope, protocol === 'icmp' ? DISCARD : port)
  const unroutable = socket.connect(toPort)
  if (unroutable !== null) return refuse('no-route', unroutable)
  const name = socket.localAddress()
  const own = parseAddress(readSockaddr(name) ?? '')
  if (own === null) return refuse('no-route', 'EADDRNOTAVAIL')
  const flow: Flow = {
    protocol,
    source: own,
    destination: target,
    sourcePort: readPort(name),
    destinationPort: port,
    mark: randomMark(),
    checksum: checksumOf(flowNumber),
  }
  return {
    flow,
    to: writeSockaddr(target, scope),
    toPort,
    socket,
    firstMtu: () => firstMtu(socket, family),
    close: () => socket.close(),
  }
}
