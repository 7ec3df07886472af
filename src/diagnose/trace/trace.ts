/** A trace as a record: what was asked, the hops, and what the path is worth. */
import type { Hop } from './hop.ts'
import type { TraceProtocol } from './probe.ts'

export type TraceTarget = {
  /** As it was typed. */
  readonly input: string
  readonly address: string
  readonly family: 4 | 6
  readonly protocol: TraceProtocol
  /** Null for ICMP. */
  readonly port: number | null
}

/** Where the packets left, and what load balancers see of them. */
export type TraceSource = {
  readonly address: string
  /** The device that was asked for; null where the routing table chose. */
  readonly device: string | null
  /** The identifier of ICMP. */
  readonly port: number
  /** Which flow it was, 0 unless another was asked for. */
  readonly flow: number
  /** How the probes were sent: `raw` sees what routers quote, the others need no privilege. */
  readonly socket: 'raw' | 'datagram' | 'connect'
}

export type PathState =
  /** The target answered. */
  | 'reached'
  /** Somebody refuses to pass it on, or the target to take it. */
  | 'refused'
  /** It goes in a circle. */
  | 'loop'
  /** Behind some hop nothing answers. */
  | 'silent'
  /** Nothing left this host. */
  | 'unsent'

/** What is said of the path as a whole. */
export type PathVerdict = {
  readonly state: PathState
  /** True where something is wrong that matters: it is not reached, or packets are lost or too large. */
  readonly atFault: boolean
  /** One sentence. */
  readonly summary: string
  /** The hop that it is about; null where it is none. */
  readonly hop: number | null
  /** What else is to be known, a sentence each; first what matters. */
  readonly notes: readonly PathNote[]
}

export type PathNote = {
  readonly hop: number | null
  /** False for what does not matter to the traffic. */
  readonly matters: boolean
  readonly text: string
}

/** A link that takes only smaller packets than those before it. */
export type MtuStep = {
  /** The hop behind which the link is; 0 is this host. */
  readonly afterHop: number
  readonly mtuBytes: number
  /** Who said so; null where nobody did, and larger packets just vanish. */
  readonly saidBy: string | null
}

/** How large packets may be; null steps: it was not asked. */
export type PathMtu = {
  /** Of the device by which packets leave; null where it is not known. */
  readonly firstBytes: number | null
  /** Of the whole path, as far as it answers; null where it is not known. */
  readonly pathBytes: number | null
  readonly steps: readonly MtuStep[]
}

export type Trace = {
  readonly schema: 'rungs.trace/1'
  readonly tool: string
  readonly target: TraceTarget
  readonly source: TraceSource
  /** ISO 8601. */
  readonly startedAt: string
  readonly durationMs: number
  readonly rounds: number
  readonly mostHops: number
  readonly packetBytes: number
  readonly hops: readonly Hop[]
  readonly mtu: PathMtu | null
  readonly verdict: PathVerdict
  /** What could not be seen, and what would be needed. */
  readonly unknowns: readonly { readonly what: string; readonly needs: string | null }[]
}
