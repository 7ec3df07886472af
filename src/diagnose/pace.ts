/**
 * The pace of a path: how long a small packet takes there and back, and how much longer a few large
 * ones at once. Measured only after a visit that was conspicuously slow, by pings, which may come
 * late: what is late is not lost. Twice where it is slow, so that a moment's load decides nothing.
 */
import { type Queue, queues } from '../facts/tc-qdisc.ts'
import type { Evidence } from './diagnosis.ts'
import type { Inquiry } from './host.ts'
import type { Echo, Probes } from './probes.ts'
import type { Watched } from './trial.ts'
import { SLOW_MS, type Visit } from './visit.ts'

/** A queue that let packets wait while the pace was measured. */
export type Waiting = { readonly inquiry: Inquiry; readonly queue: Queue; readonly grew: number }

export type Pace = {
  /** There and back for a small packet; null where none was answered. */
  readonly smallMs: number | null
  /** Until the last of a burst of large packets was answered; null where none was. */
  readonly burstMs: number | null
  /** How many bits a second a burst of large packets comes through at; null where it is not known. */
  readonly bitsPerSecond: number | null
  /** Why it is slow: the time of a packet, or the rate; null where it is not. */
  readonly slow: 'time' | 'rate' | null
  /** The first hop from which on it is slow; null where none was found. */
  readonly hop: { readonly ttl: number; readonly from: string | null } | null
  readonly waiting: readonly Waiting[]
  readonly evidence: Evidence
}

const SMALL_PINGS = 3
const SMALL_GAP_MS = 150
const BURST_PINGS = 4
/** Fits every path that carries IPv6, and most tunnels. */
const LARGE_BYTES = 1200
/** What takes longer is given up. */
const PATIENCE_MS = 3000
const MOST_HOPS = 8
/** Routers that do not answer are passed over; after so many the place stays unknown. */
const MOST_SILENT_HOPS = 2

/** No path on the ground takes longer there and back (the geostationary orbit does: about 600 ms). */
const SLOW_ROUND_TRIP_MS = 600
/** Slower than a line of the nineties: ISDN's two channels. */
const SLOW_BITS_PER_SECOND = 128_000

/** Visits whose handshake, or whose first byte, took so long are conspicuous. */
const LATE_CONNECT_MS = 500
const LATE_TLS_MS = 1500
/** A dialog that fell silent is, too, where even the handshake was not quick. */
const LATE_SILENT_MS = 100

/** Whether a visit was so slow that the path may be the reason. */
export function isConspicuous({ exchange }: Visit): boolean {
  const { connect, tls, reply, silent, standing } = exchange
  if (connect.outcome !== 'connected') return false
  const hangs = silent || standing !== null
  return (
    connect.tookMs > (hangs ? LATE_SILENT_MS : LATE_CONNECT_MS) ||
    (tls?.tookMs ?? 0) > LATE_TLS_MS ||
    (reply?.firstByteMs ?? 0) > SLOW_MS
  )
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** One ping and the time until anything came back for it; null for nothing. */
async function timed(
  probes: Probes,
  address: string,
  packetBytes: number,
  hop: { readonly ttl: number; readonly timeoutMs: number } | null = null,
): Promise<{ readonly ms: number | null; readonly echo: Echo }> {
  const began = probes.now()
  const options = { timeoutMs: PATIENCE_MS, packetBytes, ...hop }
  const echo = await probes.ping(address, options)
  const heard = echo.received > 0 || (hop !== null && echo.errors.length > 0)
  return { ms: heard ? (echo.rttMs ?? probes.now() - began) : null, echo }
}

const times = (found: readonly { readonly ms: number | null }[]): number[] =>
  found.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b)

const SMALL_BYTES = 84

async function measure(probes: Probes, address: string) {
  const small = await Promise.all(
    Array.from({ length: SMALL_PINGS }, async (_, index) => {
      await wait(index * SMALL_GAP_MS)
      return timed(probes, address, SMALL_BYTES)
    }),
  )
  const burst = await Promise.all(
    Array.from({ length: BURST_PINGS }, () => timed(probes, address, LARGE_BYTES)),
  )
  const [smallMs = null] = times(small)
  const large = times(burst)
  const last = large.at(-1) ?? null
  const extraMs = smallMs === null || last === null ? null : last - smallMs
  const bits = large.length * LARGE_BYTES * 8
  // Within the clock's noise every path is fast enough.
  const bitsPerSecond = extraMs === null || extraMs < 1 ? null : Math.round((bits * 1000) / extraMs)
  return { smallMs, bitsPerSecond, large }
}

type Measured = Awaited<ReturnType<typeof measure>>

const slowBy = ({ smallMs, bitsPerSecond, large }: Measured): Pace['slow'] =>
  smallMs !== null && smallMs >= SLOW_ROUND_TRIP_MS
    ? 'time'
    : large.length >= BURST_PINGS / 2 &&
        bitsPerSecond !== null &&
        bitsPerSecond < SLOW_BITS_PER_SECOND
      ? 'rate'
      : null

/** The first hop for which a large packet takes half of the whole time, one hop after the other. */
async function slowHop(probes: Probes, address: string): Promise<Pace['hop']> {
  const whole = (await timed(probes, address, LARGE_BYTES)).ms
  if (whole === null) return null
  const timeoutMs = Math.min(PATIENCE_MS, 2 * whole)
  let silent = 0
  for (let ttl = 1; ttl <= MOST_HOPS && silent < MOST_SILENT_HOPS; ttl++) {
    const { ms, echo } = await timed(probes, address, LARGE_BYTES, { ttl, timeoutMs })
    if (ms === null) silent += 1
    else if (ms >= whole / 2) return { ttl, from: echo.errors[0]?.from ?? address }
    if (echo.received > 0) return null
  }
  return null
}

type Counted = { readonly inquiry: Inquiry; readonly found: readonly Queue[] }

const countQueues = (hosts: readonly Inquiry[]): Promise<Counted[]> =>
  Promise.all(
    hosts.map(async (inquiry) => {
      const answer = await inquiry.askAgain(queues)
      return { inquiry, found: answer.known ? answer.value : [] }
    }),
  )

const grownQueues = (before: readonly Counted[], after: readonly Counted[]): Waiting[] =>
  after.flatMap(({ inquiry, found }) =>
    found.flatMap((queue): Waiting[] => {
      const was = before
        .find((one) => one.inquiry === inquiry)
        ?.found.find(({ device, kind }) => device === queue.device && kind === queue.kind)
      const grew = was ? queue.overlimits - was.overlimits : 0
      return grew > 0 || queue.backlogBytes > 0 ? [{ inquiry, queue, grew }] : []
    }),
  )

const milliseconds = (ms: number | null): string => (ms === null ? 'none' : `${Math.round(ms)} ms`)

const describe = (rounds: readonly Measured[]): string[] =>
  rounds.map(
    ({ smallMs, large }) =>
      `${SMALL_BYTES} bytes: ${milliseconds(smallMs)}; ${BURST_PINGS} × ${LARGE_BYTES} bytes at once: ${large.map((ms) => milliseconds(ms)).join(', ') || 'none'}`,
  )

/** Measures the pace of the path to an address, and where it is slow, from where on. */
export async function measurePace(
  address: string,
  probes: Probes,
  { client, server, routers }: Watched,
): Promise<Pace> {
  const first = await measure(probes, address)
  const hosts = [client, ...(server ? [server] : []), ...routers]
  const isSlow = slowBy(first) !== null
  const before = isSlow ? await countQueues(hosts) : []
  const second = isSlow ? await measure(probes, address) : first
  const slow = isSlow ? slowBy(second) : null
  const waiting = slow ? grownQueues(before, await countQueues(hosts)) : []
  return {
    smallMs: second.smallMs,
    burstMs: second.large.at(-1) ?? null,
    bitsPerSecond: second.bitsPerSecond,
    slow,
    hop: slow ? await slowHop(probes, address) : null,
    waiting,
    evidence: {
      host: 'client',
      source: 'probe',
      command: `ping -c ${SMALL_PINGS} ${address}; ping -c ${BURST_PINGS} -i 0.002 -s ${LARGE_BYTES - 28} ${address}`,
      lines: describe(isSlow ? [first, second] : [first]),
    },
  }
}
