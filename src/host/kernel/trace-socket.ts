/** The socket of a trace: by a raw socket where this user may have one, else by what needs no privilege. */
import type { Arrival } from '../../diagnose/trace/arrival.ts'
import type { Flow, TraceProtocol } from '../../diagnose/trace/probe.ts'
import type { Address } from '../../wire/address.ts'
import type { Egress } from './egress.ts'
import { openEgress } from './egress.ts'
import { openConnectTrace } from './trace-connect.ts'
import { openDatagramTrace } from './trace-datagram.ts'
import { openRawTrace } from './trace-raw.ts'

/** A reply with the time of its arrival, in ms since 1970 with fractions. */
export type TimedArrival = Arrival & { readonly atMs: number }

export type TraceSocket = {
  readonly kind: 'raw' | 'datagram' | 'connect'
  readonly flow: Flow
  /** True where only one probe at a time keeps the flow. */
  readonly oneAtATime: boolean
  /** Sends the probe with this number, which may go so many hops; when, or the name of the error. */
  readonly send: (
    number: number,
    hops: number,
    packetBytes: number,
  ) => { readonly atMs: number } | { readonly errno: string }
  /** What has arrived since. */
  readonly receive: () => TimedArrival[]
  /** The largest packet that the first link takes; null where that is not known. */
  readonly firstMtu: () => number | null
  readonly close: () => void
}

export type TraceRequest = {
  readonly target: Address
  readonly protocol: TraceProtocol
  /** Of the target; 0 for ICMP. */
  readonly port: number
  readonly flowNumber: number
  readonly device: string | null
  readonly source: Address | null
}

/** Why there is no socket, by the name of the error where it is one. */
export type NoTraceSocket = {
  readonly reason: 'no-route' | 'no-device' | 'no-source' | 'no-privilege' | 'no-libc' | 'no-port'
  readonly errno: string
}

/** What a trace by these ways needs. */
export type Opening = { readonly request: TraceRequest; readonly egress: Egress }

/** Opens the socket for a trace. Never throws. */
export function openTraceSocket(request: TraceRequest): TraceSocket | NoTraceSocket {
  const egress = openEgress(request)
  if ('reason' in egress) return egress
  const opening = { request, egress }
  const raw = openRawTrace(opening)
  if (raw !== null) return raw
  const other = request.protocol === 'tcp' ? openConnectTrace(opening) : openDatagramTrace(opening)
  if ('reason' in other) egress.close()
  return other
}
