/** One trace from the first probe to the record: the socket, the rounds, sizes, names, and the conclusion. */
import type { Attempt } from '../../diagnose/trace/attempt.ts'
import { concludeTrace, type TraceFrame } from '../../diagnose/trace/conclude.ts'
import { type Hop, hopsOf } from '../../diagnose/trace/hop.ts'
import { waitFor } from '../../diagnose/trace/horizon.ts'
import type { TraceProtocol } from '../../diagnose/trace/probe.ts'
import type { PathMtu, Trace } from '../../diagnose/trace/trace.ts'
import { formatAddress, parseAddress } from '../../wire/address.ts'
import { explainName } from '../kernel/error-queue.ts'
import { type NoTraceSocket, openTraceSocket, type TraceSocket } from '../kernel/trace-socket.ts'
import type { HopNames, LookupWish } from './hop-name.ts'
import { Tracing } from './tracing.ts'

export type TraceOptions = {
  /** As it was typed, and an address of it. */
  readonly input: string
  readonly address: string
  /** Null: ICMP where this user may, else UDP. */
  readonly protocol: TraceProtocol | null
  /** Of UDP and TCP. */
  readonly port: number
  readonly flow: number
  readonly device: string | null
  readonly source: string | null
  readonly rounds: number
  readonly intervalMs: number
  readonly mostHops: number
  readonly mostWaitMs: number
  readonly packetBytes: number
  readonly mtu: boolean
  readonly lookups: LookupWish
  readonly signal: AbortSignal
  /** Told as it grows; null where nobody looks. */
  readonly onTrace: ((trace: Trace) => void) | null
}

/** How the privilege is had for one run. */
export const HOW_TO_RAW: string =
  'CAP_NET_RAW, for one run by `sudo rungs trace`, in a container by `--cap-add NET_RAW`'

/** What is said where a trace cannot be made. */
export type TraceFailure = NoTraceSocket & { readonly text: string }

function explainFailure(failure: NoTraceSocket, options: TraceOptions): string {
  const words = explainName(failure.errno)
  const { address, device, source } = options
  switch (failure.reason) {
    case 'no-route':
      return `no packet can leave for ${address}: ${words}; ip route get ${address} shows the route`
    case 'no-device':
      return `${device} cannot be used: ${words}; ip link shows the devices`
    case 'no-source':
      return `${source ?? 'the source address'} cannot be used: ${words}; ip address shows this host's addresses`
    case 'no-port':
      return 'all source ports of this flow are taken; --flow takes another'
    case 'no-libc':
      return 'libc cannot be called from here (the package koffi is missing), so nothing can be probed'
    case 'no-privilege':
      return `this user may not send ICMP: ${words}; it takes ${HOW_TO_RAW}, or a group in net.ipv4.ping_group_range; --udp needs neither`
  }
}

type Unknown = Trace['unknowns'][number]

/** Routers that quote no more than the header of a datagram leave open which it was. */
const CUT_SHORT: Unknown = {
  what: 'hops were asked one after the other, since a router did not tell which probe it answered',
  needs: HOW_TO_RAW,
}

type Opened = { readonly socket: TraceSocket; readonly protocol: TraceProtocol }

function open(options: TraceOptions): Opened | NoTraceSocket {
  const target = parseAddress(options.address)
  if (target === null) return { reason: 'no-route', errno: 'EINVAL' }
  const request = (protocol: TraceProtocol) => ({
    target,
    protocol,
    port: protocol === 'icmp' ? 0 : options.port,
    flowNumber: options.flow,
    device: options.device,
    source: options.source === null ? null : parseAddress(options.source),
  })
  const protocol = options.protocol ?? 'icmp'
  const first = openTraceSocket(request(protocol))
  if (!('reason' in first)) return { socket: first, protocol }
  if (first.reason !== 'no-privilege' || options.protocol !== null) return first
  const second = openTraceSocket(request('udp'))
  return 'reason' in second ? second : { socket: second, protocol: 'udp' }
}

function unknownsOf({ socket, protocol }: Opened, options: TraceOptions): Unknown[] {
  if (socket.kind === 'raw') return []
  const needs = HOW_TO_RAW
  const slow = {
    what: 'hops were asked one after the other, as one flow by connect() has to be',
    needs,
  }
  const blind = {
    what: 'what routers quote was not seen (translated addresses, MPLS labels)',
    needs,
  }
  const other = { what: 'traced by UDP, because this user may not send ICMP', needs }
  return [
    ...(protocol === 'udp' && options.protocol === null ? [other] : []),
    ...(socket.kind === 'connect' ? [slow] : []),
    blind,
  ]
}

function frameOf(
  { socket, protocol }: Opened,
  options: TraceOptions,
  unknowns: Trace['unknowns'],
): TraceFrame {
  const { flow } = socket
  const target = {
    input: options.input,
    address: formatAddress(flow.destination),
    family: flow.destination.family,
    protocol,
    port: protocol === 'icmp' ? null : flow.destinationPort,
  }
  const source = {
    address: formatAddress({ ...flow.source, zone: null }),
    device: options.device,
    port: flow.sourcePort,
    flow: options.flow,
    socket: socket.kind,
  }
  const { mostHops, packetBytes } = options
  return { target, source, startedAt: new Date().toISOString(), mostHops, packetBytes, unknowns }
}

/** A server that does not answer in this time is not asked again. */
const NAME_TIMEOUT_MS = 1000
/** Names that are not known by then are not waited for. */
const NAMES_AFTER_MS = 1500

/** What is not asked for is not loaded. */
async function openNames(lookups: LookupWish): Promise<HopNames> {
  const [{ HopNames }, { openNameService }] = await Promise.all([
    import('./hop-name.ts'),
    import('./name-service.ts'),
  ])
  return new HopNames(openNameService(NAME_TIMEOUT_MS), lookups)
}

/** Without this time between them, pictures of a running trace are not worth drawing. */
const TELL_EVERY_MS = 100

/** Runs the trace. Never throws; where none can be made, says why. */
export async function runTrace(options: TraceOptions): Promise<Trace | TraceFailure> {
  const opened = open(options)
  if ('reason' in opened) return { ...opened, text: explainFailure(opened, options) }
  const { socket } = opened
  const { lookups, signal, mostWaitMs, onTrace } = options
  const began = performance.now()
  const unknowns = unknownsOf(opened, options)
  const frame = frameOf(opened, options, unknowns)
  const names = lookups.names || lookups.asn ? await openNames(lookups) : null
  const conclude = (attempts: readonly Attempt[], mtu: PathMtu | null): Trace =>
    concludeTrace(frame, attempts, {
      durationMs: performance.now() - began,
      mtu,
      fill: (hops) => names?.fill(hops) ?? [...hops],
      explain: explainName,
    })
  let toldAt = 0
  const onNews = (attempts: readonly Attempt[]): void => {
    for (const { reply } of attempts) if (reply !== null) names?.want(reply.from)
    if (onTrace === null || performance.now() - toldAt < TELL_EVERY_MS) return
    toldAt = performance.now()
    onTrace(conclude(attempts, null))
  }
  try {
    const tracing = new Tracing(socket, { ...options, onNews })
    const attempts = await tracing.run()
    if (tracing.wasSlow && !socket.oneAtATime) unknowns.push(CUT_SHORT)
    const mtu =
      options.mtu && !signal.aborted
        ? await sizes(socket, hopsOf(attempts), mostWaitMs, signal)
        : null
    await names?.settle(signal.aborted ? 0 : NAMES_AFTER_MS)
    return conclude(attempts, mtu)
  } finally {
    socket.close()
  }
}

async function sizes(
  socket: TraceSocket,
  hops: readonly Hop[],
  mostWaitMs: number,
  signal: AbortSignal,
): Promise<PathMtu> {
  const { askPathMtu } = await import('./path-mtu.ts')
  const worst = hops.flatMap(({ worstMs }) => (worstMs === null ? [] : [worstMs]))
  const waitMs = waitFor(worst.length === 0 ? null : Math.max(...worst), mostWaitMs)
  return askPathMtu(socket, hops, waitMs, signal)
}
