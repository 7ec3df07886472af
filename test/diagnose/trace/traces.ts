/** Whole traces for tests. */
import type { Attempt } from '../../../src/diagnose/trace/attempt.ts'
import { concludeTrace, type TraceFrame } from '../../../src/diagnose/trace/conclude.ts'
import type { Hop } from '../../../src/diagnose/trace/hop.ts'
import type { PathMtu, Trace } from '../../../src/diagnose/trace/trace.ts'

export const FRAME: TraceFrame = {
  target: {
    input: 'www.example.org',
    address: '192.0.2.7',
    family: 4,
    protocol: 'icmp',
    port: null,
  },
  source: { address: '198.51.100.1', device: null, port: 61_000, flow: 0, socket: 'raw' },
  startedAt: '2026-11-28T12:00:00.000Z',
  mostHops: 30,
  packetBytes: 60,
  unknowns: [],
}

export const traceOf = (
  attempts: readonly Attempt[],
  more: {
    readonly mtu?: PathMtu
    readonly frame?: Partial<TraceFrame>
    readonly fill?: (hops: readonly Hop[]) => Hop[]
  } = {},
): Trace =>
  concludeTrace({ ...FRAME, ...more.frame }, attempts, {
    durationMs: 12.5,
    mtu: more.mtu ?? null,
    fill: more.fill ?? ((hops) => [...hops]),
    explain: (errno) => `error ${errno}`,
  })
