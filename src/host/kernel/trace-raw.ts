/**
 * A trace by raw sockets (raw(7)): whole packets go out (IPPROTO_RAW), whole errors come in, so that what they
 * quote and carry is seen. A usual socket holds the source port meanwhile.
 */

import { isStopped } from '../../base/stopped.ts'
import {
  type Arrival,
  readDatagramArrival,
  readIcmpArrival,
  readTcpArrival,
  type Sender,
} from '../../diagnose/trace/arrival.ts'
import { protocolNumber, writeProbe } from '../../diagnose/trace/probe.ts'
import { viewOf } from '../../wire/bytes.ts'
import { ICMP_TYPE } from '../../wire/icmp.ts'
import { readIpv4, writeIpv4 } from '../../wire/ipv4.ts'
import { writeIpv6 } from '../../wire/ipv6.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { drainArrivals } from './drain.ts'
import { scopeOf } from './egress.ts'
import { openIcmp } from './icmp-watch.ts'
import { DISCOVER, OPTIONS, toldNumber } from './ip-option.ts'
import { readSockaddr, writeSockaddr } from './sockaddr.ts'
import { AF, type KernelSocket, kernelNowMs, type Message, openSocket, SOCK } from './socket.ts'
import { bindToDevice, tellArrivals } from './socket-option.ts'
import { tellHeaders } from './tcp-segment.ts'
import type { Opening, TraceSocket } from './trace-socket.ts'

/** include/uapi/linux/in.h. */
const IPPROTO_RAW = 255

/** Who sent a message, and where in it what follows the IP header begins; null where that cannot be read. */
function openMessage(message: Message, family: 4 | 6): { sender: Sender; at: number } | null {
  const { bytes, control } = message
  const from = readSockaddr(message.from)
  if (from === null) return null
  if (family === 4) {
    const header = readIpv4(viewOf(bytes), 0, bytes.length)
    return isStopped(header) ? null : { sender: { from, ttl: header.ttl }, at: header.payloadAt }
  }
  return { sender: { from, ttl: toldNumber(control, family, OPTIONS[family].ttlMessage) }, at: 0 }
}

type Read = (view: DataView, at: number, end: number, sender: Sender) => Arrival | null

/** What the messages of a raw socket say, by `read`. */
const readRaw =
  (family: 4 | 6, read: Read) =>
  (message: Message): Arrival | null => {
    const opened = openMessage(message, family)
    const { bytes } = message
    return opened && read(viewOf(bytes), opened.at, bytes.length, opened.sender)
  }

/** Raw sockets for both directions; null without the privilege. */
function openBoth({ request, egress }: Opening): readonly KernelSocket[] | null {
  const { family } = request.target
  const domain = family === 4 ? AF.inet : AF.inet6
  const icmp = openIcmp(family, [ICMP_TYPE[family].echoReply])
  if (icmp === null) return null
  const out = openSocket(domain, SOCK.raw, IPPROTO_RAW)
  const tcp = request.protocol === 'tcp' ? openSocket(domain, SOCK.raw, PROTOCOL.tcp) : null
  if ('errno' in out || (tcp !== null && 'errno' in tcp)) {
    icmp.close()
    if (!('errno' in out)) out.close()
    return null
  }
  if (request.device !== null) bindToDevice(out, request.device)
  const { level, discover } = OPTIONS[family]
  out.set(level, discover, DISCOVER.probe)
  // Rules of the routing table may ask for the source address.
  out.bind(writeSockaddr(egress.flow.source, scopeOf(request.target)))
  tcp?.connect(egress.to)
  for (const socket of [icmp, ...(tcp === null ? [] : [tcp])]) {
    tellArrivals(socket)
    tellHeaders(socket, family)
  }
  tellArrivals(egress.socket)
  return tcp === null ? [out, icmp] : [out, icmp, tcp]
}

/** Nothing listens on the port, so that the kernel resets what the target accepts; but nobody else gets it. */
function holdTcpPort({ egress }: Opening): KernelSocket | null {
  const family = egress.flow.destination.family
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.stream, 0)
  if ('errno' in socket) return null
  socket.bind(egress.socket.localAddress())
  return socket
}

/** The socket of a trace with full sight; null without the privilege for it. */
export function openRawTrace(opening: Opening): TraceSocket | null {
  const { egress, request } = opening
  const { flow, to } = egress
  const sockets = openBoth(opening)
  const [out, icmp, tcp] = sockets ?? []
  if (out === undefined || icmp === undefined) return null
  const { family } = request.target
  const held = tcp === undefined ? null : holdTcpPort(opening)
  const protocol = protocolNumber(flow.protocol, family)
  const { source, destination } = flow
  const packet = (number: number, hops: number, packetBytes: number): Uint8Array => {
    const probe = writeProbe(flow, number, packetBytes)
    const ends = { source, destination }
    return family === 4
      ? writeIpv4({ ...ends, ttl: hops, protocol, id: number, dontFragment: true }, probe)
      : writeIpv6({ ...ends, hopLimit: hops, nextHeader: protocol }, probe)
  }
  const ofErrors = readRaw(family, (...message) => readIcmpArrival(flow, ...message))
  const ofSegments = readRaw(family, (...message) => readTcpArrival(flow, ...message))
  const ofDatagrams = ({ bytes, from }: Message): Arrival | null => {
    const sender = { from: readSockaddr(from) ?? '', ttl: null }
    return readDatagramArrival(flow, viewOf(bytes), 0, bytes.length, sender)
  }
  return {
    kind: 'raw',
    flow,
    oneAtATime: false,
    send: (number, hops, packetBytes) => {
      const bytes = packet(number, hops, packetBytes)
      const atMs = kernelNowMs()
      const errno = out.send(bytes, to)
      return errno === null ? { atMs } : { errno }
    },
    receive: () => [
      ...drainArrivals(icmp.receive, ofErrors),
      ...(tcp === undefined ? [] : drainArrivals(tcp.receive, ofSegments)),
      ...(flow.protocol === 'udp' ? drainArrivals(egress.socket.receive, ofDatagrams) : []),
    ],
    firstMtu: egress.firstMtu,
    close: () => {
      for (const socket of [...(sockets ?? []), egress.socket]) socket.close()
      held?.close()
    },
  }
}
