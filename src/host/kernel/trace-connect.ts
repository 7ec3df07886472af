/**
 * A trace by TCP that needs no privilege: a connection with few hops after the other, from one port, so that all
 * are one flow. Two of them at a time cannot have the same ends. Errors come by the error queue (ip(7)).
 */

import { targetOf } from '../../diagnose/trace/arrival.ts'
import { arrival, judgeError, type Reply } from '../../diagnose/trace/reply.ts'
import { readExtendedError } from './error-queue.ts'
import { OPTIONS } from './ip-option.ts'
import { AF, type KernelSocket, kernelNowMs, openSocket, SOCK } from './socket.ts'
import { arrivalMs, bindToDevice, resetAtClose, SOL_SOCKET, tellArrivals } from './socket-option.ts'
import type { NoTraceSocket, Opening, TimedArrival, TraceSocket } from './trace-socket.ts'

const SO_REUSEADDR = 2
const IPPROTO_TCP = 6
/** tcp(7): struct tcp_info has the smoothed round-trip time in µs at 68 (include/uapi/linux/tcp.h). */
const TCP_INFO = 11
const RTT_AT = 68
const INFO_BYTES = 104

type Pending = { readonly number: number; readonly socket: KernelSocket; readonly sentMs: number }

/** The error that the queue has for this connection. */
function queued({ number, socket }: Pending, opening: Opening): TimedArrival | null {
  const { flow } = opening.egress
  const { family } = flow.destination
  const message = socket.receiveError()
  if (typeof message === 'string') return null
  const error = readExtendedError(message, family)
  if (error === null || error.icmp === null || error.from === null) return null
  const { from, mtuBytes } = error
  const judged = judgeError({ ...error.icmp, family, from, mtuBytes }, targetOf(flow), false)
  const reply: Reply = { ...judged, from, ttl: null, rewritten: [], labels: [] }
  return { number, reply, atMs: arrivalMs(message) ?? kernelNowMs() }
}

/** Whether it was accepted or reset; asked by connecting once more, connect(2). */
function ended(pending: Pending, opening: Opening): TimedArrival | 'failed' | null {
  const { number, socket, sentMs } = pending
  const { toPort, flow } = opening.egress
  const errno = socket.connect(toPort)
  if (errno === 'EALREADY' || errno === 'EINPROGRESS') return null
  const reply = arrival(targetOf(flow), null)
  if (errno === 'ECONNREFUSED') return { number, reply, atMs: kernelNowMs() }
  if (errno !== null && errno !== 'EISCONN') return 'failed'
  const info = socket.get(IPPROTO_TCP, TCP_INFO, INFO_BYTES)
  const rttMs = info.length >= RTT_AT + 4 ? info.readUInt32LE(RTT_AT) / 1000 : 0
  return { number, reply, atMs: rttMs > 0 ? sentMs + rttMs : kernelNowMs() }
}

function openStream({ request, egress }: Opening, hops: number): KernelSocket | string {
  const { family } = request.target
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.stream, 0)
  if ('errno' in socket) return socket.errno
  const { level, receiveError, ttl } = OPTIONS[family]
  socket.set(level, receiveError, 1)
  socket.set(level, ttl, hops)
  tellArrivals(socket)
  resetAtClose(socket)
  socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
  const errno =
    (request.device === null ? null : bindToDevice(socket, request.device)) ??
    socket.bind(egress.socket.localAddress())
  if (errno === null) return socket
  socket.close()
  return errno
}

/** The socket of such a trace. */
export function openConnectTrace(opening: Opening): TraceSocket | NoTraceSocket {
  const { egress } = opening
  let pending: Pending | null = null
  let early: TimedArrival | null = null
  const drop = (): void => {
    pending?.socket.close()
    pending = null
  }
  return {
    kind: 'connect',
    flow: egress.flow,
    oneAtATime: true,
    send: (number, hops) => {
      drop()
      const socket = openStream(opening, hops)
      if (typeof socket === 'string') return { errno: socket }
      const sentMs = kernelNowMs()
      const errno = socket.connect(egress.toPort)
      pending = { number, socket, sentMs }
      if (errno === null || errno === 'EINPROGRESS') return { atMs: sentMs }
      // What this host refuses has no error from elsewhere in the queue.
      const target = arrival(targetOf(egress.flow), null)
      const refused = { number, reply: target, atMs: kernelNowMs() }
      early = queued(pending, opening) ?? (errno === 'ECONNREFUSED' ? refused : null)
      drop()
      return early === null ? { errno } : { atMs: sentMs }
    },
    receive: () => {
      const before = early
      early = null
      if (before !== null) return [before]
      if (pending === null) return []
      const found = queued(pending, opening) ?? ended(pending, opening)
      if (found === null) return []
      drop()
      return found === 'failed' ? [] : [found]
    },
    firstMtu: egress.firstMtu,
    close: () => {
      drop()
      egress.close()
    },
  }
}
