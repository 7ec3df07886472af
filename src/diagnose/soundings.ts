/**
 * Soundings: single segments outside any connection, sent after a failure. A stray ACK is answered
 * by any TCP with a reset, whoever listens (RFC 9293 §3.10.7.1 and .2), so that it tells a port that
 * is filtered from one that takes no connections. A kernel's own reset carries the type of service
 * of what it answers (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset); one that a firewall makes does not,
 * and one that is made on the way has come fewer hops. Needs root: without it there are none.
 */
import type { Controls, Hop } from './controls.ts'
import type { Endpoint, Probes, Segment, SegmentOptions } from './probes.ts'

export type Soundings = {
  /** What the port in question answers to a SYN, and to a stray ACK. */
  readonly syn: Segment
  readonly ack: Segment
  /** A stray ACK to another port of the address that was answered with a reset; null for none. */
  readonly control: Segment | null
  /** Who told that a SYN to the port, sent with rising TTL, came to it; empty where that was not tried. */
  readonly synHops: readonly Hop[]
  /** The first hop that a ping reaches and a SYN to the port does not; null where there is none. */
  readonly lostAt: Hop | null
}

/** Ports that are asked for comparison; that one listens is not needed. */
const PORTS = [22, 80, 443, 33_434]
/** Low delay (RFC 1349 §5), which no answer carries by itself. */
const TRAFFIC_CLASS = 0x10
const MANNER = { trafficClass: TRAFFIC_CLASS, timeoutMs: 450 } as const

/** The last hop that a SYN to the port is known to reach; null where no hop told. */
export const lastReached = ({ synHops }: Pick<Soundings, 'synHops'>): Hop | null =>
  synHops.findLast(({ from }) => from !== null) ?? null

/** Beyond the last hop that answers a ping, where nothing of the host does, a SYN may still come to hops that answer it. */
const HOPS_BEYOND = 2

/** How far a SYN comes: it is sent with rising TTL to all hops at once; where it is lost is asked twice. */
async function followSyn(
  endpoint: Endpoint,
  hops: readonly Hop[],
  probes: Probes,
): Promise<Pick<Soundings, 'synHops' | 'lostAt'>> {
  const send = async (ttl: number): Promise<Hop> => {
    const sent = await probes.segment(endpoint, { ...MANNER, flags: 'syn', ttl })
    const from = sent.errors.find((error) => error.from !== null)?.from ?? null
    return { ttl, from, error: null, arrived: false }
  }
  const routers = hops.filter(({ from, arrived }) => from !== null && !arrived)
  const end =
    hops.find(({ arrived }) => arrived)?.ttl ?? (routers.at(-1)?.ttl ?? 0) + HOPS_BEYOND + 1
  const synHops = await Promise.all(Array.from({ length: end - 1 }, (_, index) => send(index + 1)))
  const reached = lastReached({ synHops })
  const lost = routers.find(({ ttl }) => ttl > (reached?.ttl ?? 0))
  return { synHops, lostAt: lost ? await lostThere(endpoint, lost, send, probes) : null }
}

/** The hop, where a SYN does not come to it a second time either and a ping does. */
async function lostThere(
  endpoint: Endpoint,
  lost: Hop,
  send: (ttl: number) => Promise<Hop>,
  probes: Probes,
): Promise<Hop | null> {
  // A router limits how many errors it sends (RFC 1812 §4.3.2.8): it must still answer a ping.
  const { ttl } = lost
  const again = (await send(ttl)).from !== null
  const ping = await probes.ping(endpoint.address, { ttl, timeoutMs: MANNER.timeoutMs })
  return !again && ping.errors.length > 0 ? lost : null
}

/** Takes all soundings of an endpoint; with `controls`, where the port is silent. Null without the right to. */
export async function takeSoundings(
  endpoint: Endpoint,
  controls: Controls | null,
  probes: Probes,
): Promise<Soundings | null> {
  const send = (port: number, flags: SegmentOptions['flags']): Promise<Segment> =>
    probes.segment({ ...endpoint, port }, { ...MANNER, flags })
  const others = PORTS.filter((port) => port !== endpoint.port).map((port) => send(port, 'ack'))
  const [syn, ack, control] = await Promise.all([
    send(endpoint.port, 'syn'),
    send(endpoint.port, 'ack'),
    firstReset(others),
  ])
  if (!syn.possible) return null
  const isSilent = controls !== null && syn.answer === null && syn.errors.length === 0
  const course = isSilent
    ? await followSyn(endpoint, controls.hops, probes)
    : { synHops: [], lostAt: null }
  return { syn, ack, control, ...course }
}

/** The first that is answered with a reset, without waiting for those that are not. */
const firstReset = (asked: readonly Promise<Segment>[]): Promise<Segment | null> =>
  Promise.any(
    asked.map(async (one) => {
      const segment = await one
      if (segment.answer?.kind !== 'reset') throw new Error('no reset')
      return segment
    }),
  ).catch(() => null)

/** What systems begin to count down from: Linux and BSD 64, Windows 128, routers 255. */
const FIRST_TTLS = [64, 128, 255]

/** How many hops an answer has come; null where its TTL is not known. */
export function hopsOf({ answer }: Segment): number | null {
  const ttl = answer?.ttl ?? null
  const first = ttl === null ? undefined : FIRST_TTLS.find((one) => one >= ttl)
  return ttl === null || first === undefined ? null : first - ttl
}

/** Whether the answer carries the type of service of the segment; null where nobody's would. */
const reflects = ({ answer }: Segment): boolean => answer?.trafficClass === TRAFFIC_CLASS

/** Who made the reset that answered the SYN. */
export type Maker =
  /** The kernel of the host that also answers on its other ports. */
  | 'kernel'
  /** As far away as that host, and not its kernel. */
  | 'firewall'
  /** Somebody nearer, or farther, than that host. */
  | 'nearer'
  | 'farther'
  /** As far away as that host; more cannot be told. */
  | 'host'

/** Tells who made the reset; null where there is none, or nothing to compare it with. */
export function makerOf({ syn, control }: Soundings): Maker | null {
  if (syn.answer?.kind !== 'reset' || !control) return null
  const [own, usual] = [hopsOf(syn), hopsOf(control)]
  if (own === null || usual === null) return null
  if (own !== usual) return own < usual ? 'nearer' : 'farther'
  if (!reflects(control)) return 'host'
  return reflects(syn) ? 'kernel' : 'firewall'
}

/** Whether a stray ACK reaches the TCP behind the port; null where strays are answered nowhere. */
export const ackReaches = ({ ack, control }: Soundings): boolean | null =>
  ack.answer?.kind === 'reset' ? true : control ? false : null

/** `a SYN to it comes as far as 10.0.2.1 (hop 2)`; null where no hop told. */
export const describeReach = (soundings: Soundings): string | null => {
  const reached = lastReached(soundings)
  return reached && `a SYN to it comes as far as ${reached.from} (hop ${reached.ttl})`
}

/** `a reset that has come 2 hops with type of service 0x10`. */
export const describeReset = (segment: Segment): string =>
  `${hopsOf(segment) ?? '?'} hops away, type of service 0x${(segment.answer?.trafficClass ?? 0).toString(16)}`
