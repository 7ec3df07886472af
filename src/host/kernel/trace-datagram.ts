/**
 * A trace that needs no privilege: by UDP, or by an ICMP datagram socket where net.ipv4.ping_group_range lets
 * this user have one (icmp(7)). Errors come by the error queue (IP_RECVERR, ip(7)), which has the payload of
 * what they quote, but not its headers.
 */
import {
  type Arrival,
  readDatagramArrival,
  readEchoArrival,
  readQueuedArrival,
} from '../../diagnose/trace/arrival.ts'
import { type Flow, ipHeaderBytes, writeProbe } from '../../diagnose/trace/probe.ts'
import { viewOf } from '../../wire/bytes.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { UDP_HEADER_BYTES } from '../../wire/udp.ts'
import { drainArrivals } from './drain.ts'
import { scopeOf } from './egress.ts'
import { readExtendedError } from './error-queue.ts'
import { DISCOVER, OPTIONS, toldNumber } from './ip-option.ts'
import { readPort, readSockaddr, writeSockaddr } from './sockaddr.ts'
import { AF, type KernelSocket, kernelNowMs, type Message, openSocket, SOCK } from './socket.ts'
import { bindToDevice, tellArrivals } from './socket-option.ts'
import type { NoTraceSocket, Opening, TraceSocket } from './trace-socket.ts'

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

const ttlOf = ({ control }: Message, family: 4 | 6): number | null =>
  toldNumber(control, family, OPTIONS[family].ttlMessage)

/** What a message of the error queue says. */
const readQueued =
  (flow: Flow) =>
  (message: Message): Arrival | null => {
    const { family } = flow.destination
    const error = readExtendedError(message, family)
    if (error === null || error.icmp === null || error.from === null) return null
    const { bytes } = message
    const sender = { from: error.from, ttl: ttlOf(message, family) }
    const told = { ...error.icmp, mtuBytes: error.mtuBytes }
    return readQueuedArrival(flow, viewOf(bytes), 0, bytes.length, told, sender)
  }

/** What a message of the target itself says. */
const readReply =
  (flow: Flow) =>
  (message: Message): Arrival | null => {
    const { bytes } = message
    const from = readSockaddr(message.from)
    const read = flow.protocol === 'udp' ? readDatagramArrival : readEchoArrival
    const sender = { from: from ?? '', ttl: ttlOf(message, flow.destination.family) }
    return from === null ? null : read(flow, viewOf(bytes), 0, bytes.length, sender)
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
  const [ofErrors, ofReplies] = [readQueued(flow), readReply(flow)]
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
    receive: () => [
      ...drainArrivals(socket.receiveError, ofErrors),
      ...drainArrivals(socket.receive, ofReplies),
    ],
    firstMtu: egress.firstMtu,
    close: () => {
      socket.close()
      egress.close()
    },
  }
}
