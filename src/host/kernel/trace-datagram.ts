/**
 * A trace that needs no privilege: by UDP, or by an ICMP datagram socket where net.ipv4.ping_group_range lets
 * this user have one (icmp(7)). Errors come by the error queue (IP_RECVERR, ip(7)), which has the payload of
 * what they quote, but not its headers.
 */
import {
  readDatagramArrival,
  readEchoArrival,
  readQueuedArrival,
  type Sender,
} from '../../diagnose/trace/arrival.ts'
import { type Flow, ipHeaderBytes, writeProbe } from '../../diagnose/trace/probe.ts'
import { viewOf } from '../../wire/bytes.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { UDP_HEADER_BYTES } from '../../wire/udp.ts'
import { scopeOf } from './egress.ts'
import { readExtendedError } from './error-queue.ts'
import { DISCOVER, OPTIONS } from './ip-option.ts'
import { readPort, readSockaddr, writeSockaddr } from './sockaddr.ts'
import { AF, type KernelSocket, kernelNowMs, type Message, openSocket, SOCK } from './socket.ts'
import { arrivalMs, bindToDevice, tellArrivals } from './socket-option.ts'
import type { NoTraceSocket, Opening, TimedArrival, TraceSocket } from './trace-socket.ts'

const MOST_MESSAGES = 2000

/** The socket that probes leave by, and their flow: the kernel chooses the identifier of an ICMP socket. */
function openSender({
  request,
  egress,
}: Opening): { readonly socket: KernelSocket; readonly flow: Flow } | NoTraceSocket {
  const { family } = request.target
  if (request.protocol === 'udp') return { socket: egress.socket, flow: egress.flow }
  const protocol = family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.datagram, protocol)
  if ('errno' in socket) return { reason: 'no-privilege', errno: socket.errno }
  if (request.device !== null) bindToDevice(socket, request.device)
  const scope = scopeOf(request.target)
  const errno =
    (request.source === null ? null : socket.bind(writeSockaddr(request.source, scope))) ??
    socket.connect(egress.to)
  if (errno !== null) {
    socket.close()
    return { reason: 'no-route', errno }
  }
  return { socket, flow: { ...egress.flow, sourcePort: readPort(socket.localAddress()) } }
}

function prepare(socket: KernelSocket, family: 4 | 6): void {
  const { level, receiveError, receiveTtl, discover } = OPTIONS[family]
  socket.set(level, receiveError, 1)
  socket.set(level, receiveTtl, 1)
  socket.set(level, discover, DISCOVER.probe)
  tellArrivals(socket)
}

function ttlOf({ control }: Message, family: 4 | 6): number | null {
  const { level, ttlMessage } = OPTIONS[family]
  const told = control.find((one) => one.level === level && one.type === ttlMessage)
  return told && told.bytes.length >= 4 ? told.bytes.readInt32LE(0) : null
}

/** What the error queue holds of this trace. */
function drainQueue(socket: KernelSocket, flow: Flow): TimedArrival[] {
  const { family } = flow.destination
  const found: TimedArrival[] = []
  for (let count = 0; count < MOST_MESSAGES; count++) {
    const message = socket.receiveError()
    if (typeof message === 'string') break
    const error = readExtendedError(message, family)
    if (error === null || error.icmp === null || error.from === null) continue
    const { bytes } = message
    const sender: Sender = { from: error.from, ttl: ttlOf(message, family) }
    const told = { ...error.icmp, mtuBytes: error.mtuBytes }
    const arrival = readQueuedArrival(flow, viewOf(bytes), 0, bytes.length, told, sender)
    if (arrival !== null) found.push({ ...arrival, atMs: arrivalMs(message) ?? kernelNowMs() })
  }
  return found
}

/** What the target itself sent. */
function drainReplies(socket: KernelSocket, flow: Flow): TimedArrival[] {
  const { family } = flow.destination
  const read = flow.protocol === 'udp' ? readDatagramArrival : readEchoArrival
  const found: TimedArrival[] = []
  for (let count = 0; count < MOST_MESSAGES; count++) {
    const message = socket.receive()
    // An error that was met is told once, and what was received is behind it.
    if (message === 'EAGAIN') break
    if (typeof message === 'string') continue
    const from = readSockaddr(message.from)
    if (from === null) continue
    const { bytes } = message
    const sender = { from, ttl: ttlOf(message, family) }
    const arrival = read(flow, viewOf(bytes), 0, bytes.length, sender)
    if (arrival !== null) found.push({ ...arrival, atMs: arrivalMs(message) ?? kernelNowMs() })
  }
  return found
}

/** The socket of a trace without privilege; why there is none. */
export function openDatagramTrace(opening: Opening): TraceSocket | NoTraceSocket {
  const sender = openSender(opening)
  if ('reason' in sender) return sender
  const { socket, flow } = sender
  const { egress } = opening
  const { family } = flow.destination
  const { level, ttl } = OPTIONS[family]
  prepare(socket, family)
  const skip = flow.protocol === 'udp' ? UDP_HEADER_BYTES : 0
  return {
    kind: 'datagram',
    flow,
    oneAtATime: false,
    send: (number, hops, packetBytes) => {
      const bytes = writeProbe(flow, number, Math.max(packetBytes, ipHeaderBytes(family))).subarray(
        skip,
      )
      socket.set(level, ttl, hops)
      const atMs = kernelNowMs()
      // The error of an earlier probe is told when the next one is sent, which it does not concern.
      const errno = socket.send(bytes) === null ? null : socket.send(bytes)
      return errno === null ? { atMs } : { errno }
    },
    receive: () => [...drainQueue(socket, flow), ...drainReplies(socket, flow)],
    firstMtu: egress.firstMtu,
    close: () => {
      socket.close()
      egress.close()
    },
  }
}
