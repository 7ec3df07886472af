/**
 * One TCP segment outside any connection, by a raw socket (raw(7)), and what comes back for it: the
 * reset or SYN-ACK with the TTL and type of service that it carries, which no usual socket tells,
 * or an ICMP error. The kernel, which knows of no such connection, resets whatever is accepted.
 */
import { isStopped } from '../../base/stopped.ts'
import type {
  Endpoint,
  Segment,
  SegmentAnswer,
  SegmentOptions,
  SegmentSeen,
} from '../../diagnose/probes.ts'
import { type Address, parseAddress } from '../../wire/address.ts'
import { viewOf } from '../../wire/bytes.ts'
import { pseudoHeaderSum } from '../../wire/checksum.ts'
import { readIpv4 } from '../../wire/ipv4.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { readTcp, TCP_FLAG, TCP_HEADER_BYTES, writeTcp } from '../../wire/tcp.ts'
import { drainErrors } from './error-queue.ts'
import { OPTIONS, toldNumber } from './ip-option.ts'
import { pollUntil } from './poll.ts'
import { readSockaddr, writeSockaddr } from './sockaddr.ts'
import { AF, interfaceIndex, type KernelSocket, type Message, openSocket, SOCK } from './socket.ts'

/** What came of a segment; `Segment` without its evidence. */
export type SegmentResult = Omit<Segment, 'command' | 'lines'>

/** Above Linux's usual range of ephemeral ports, so that no connection of this host is met. */
const FIRST_PORT = 61_000
const LAST_PORT = 65_535

const WINDOW = 1024
const MAXIMUM_SEGMENT_BYTES = 1220

/** The segment from the port `from` in a message of a raw socket, which has the IPv4 header but not that of IPv6. */
export function readSegment(message: Message, family: 4 | 6, from: number): SegmentSeen | null {
  const { bytes, control } = message
  const view = viewOf(bytes)
  const header = family === 4 ? readIpv4(view, 0, bytes.length) : null
  if (header && isStopped(header)) return null
  const tcp = readTcp(view, header?.payloadAt ?? 0, bytes.length)
  if (isStopped(tcp) || tcp.sourcePort !== from) return null
  const { ttlMessage, trafficClassMessage } = OPTIONS[family]
  const told = (type: number): number | null => toldNumber(control, family, type)
  const opens = TCP_FLAG.syn | TCP_FLAG.ack
  return {
    port: tcp.destinationPort,
    timed: tcp.options.timestamp !== null,
    kind:
      (tcp.flags & TCP_FLAG.rst) !== 0
        ? 'reset'
        : (tcp.flags & opens) === opens
          ? 'syn-ack'
          : 'other',
    ttl: header ? header.ttl : told(ttlMessage),
    trafficClass: header ? (header.dscp << 2) | header.ecn : told(trafficClassMessage),
  }
}

/** Lets a raw socket tell what the header of IPv6, which it does not give, says of each segment. */
export function tellHeaders(socket: KernelSocket, family: 4 | 6): void {
  const { level, receiveTtl, receiveTrafficClass } = OPTIONS[family]
  for (const wanted of [receiveTtl, receiveTrafficClass]) socket.set(level, wanted, 1)
}

function prepare(socket: KernelSocket, family: 4 | 6, { ttl, trafficClass }: SegmentOptions): void {
  const { level, receiveError, ...option } = OPTIONS[family]
  tellHeaders(socket, family)
  socket.set(level, receiveError, 1)
  socket.set(level, option.trafficClass, trafficClass)
  if (ttl !== undefined) socket.set(level, option.ttl, ttl)
}

const random = (below: number): number => Math.floor(Math.random() * below)

function segment(
  source: Address,
  target: Address,
  { flags }: SegmentOptions,
  from: number,
  to: number,
) {
  const opening = flags === 'syn'
  const option = opening ? { maximumSegmentBytes: MAXIMUM_SEGMENT_BYTES } : {}
  const fields = {
    sourcePort: from,
    destinationPort: to,
    sequence: random(2 ** 32),
    acknowledgment: opening ? 0 : random(2 ** 32),
    flags: opening ? TCP_FLAG.syn : TCP_FLAG.ack,
    window: WINDOW,
    ...option,
  }
  const length = TCP_HEADER_BYTES + (opening ? 4 : 0)
  return writeTcp(fields, new Uint8Array(), pseudoHeaderSum(source, target, PROTOCOL.tcp, length))
}

async function sendOn(
  socket: KernelSocket,
  target: Address,
  to: Endpoint,
  options: SegmentOptions,
): Promise<Pick<Segment, 'answer' | 'errors'>> {
  const { family } = target
  prepare(socket, family, options)
  const scope = target.zone === null ? 0 : Number(target.zone) || interfaceIndex(target.zone)
  const unroutable = socket.connect(writeSockaddr(target, scope))
  const source = parseAddress(readSockaddr(socket.localAddress()) ?? '')
  const nothing = { answer: null, errors: [] }
  if (unroutable !== null || !source) return nothing
  const port = FIRST_PORT + random(LAST_PORT - FIRST_PORT + 1)
  if (socket.send(segment(source, target, options, port, to.port)) !== null) return nothing
  let answer: SegmentAnswer | null = null
  let errors: Segment['errors'] = []
  const quotesUs = ({ bytes }: Message): boolean =>
    bytes.length >= 4 && viewOf(bytes).getUint16(0) === port
  await pollUntil(() => {
    for (let message = socket.receive(); typeof message !== 'string'; message = socket.receive()) {
      const seen = readSegment(message, family, to.port)
      if (seen?.port !== port) continue
      const { kind, ttl, trafficClass } = seen
      answer = { kind, ttl, trafficClass }
      return true
    }
    errors = [...errors, ...drainErrors(socket, family, quotesUs)]
    return errors.length > 0
  }, options.timeoutMs)
  return { answer, errors }
}

/** Sends one segment to an endpoint. Never throws. */
export async function kernelSegment(to: Endpoint, options: SegmentOptions): Promise<SegmentResult> {
  const target = parseAddress(to.address)
  const result = { endpoint: to, flags: options.flags, answer: null, errors: [] }
  const socket = target
    ? openSocket(target.family === 4 ? AF.inet : AF.inet6, SOCK.raw, PROTOCOL.tcp)
    : { errno: 'EINVAL' }
  if (!target || 'errno' in socket) return { ...result, possible: false }
  try {
    return { ...result, possible: true, ...(await sendOn(socket, target, to, options)) }
  } finally {
    socket.close()
  }
}
