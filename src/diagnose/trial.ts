/**
 * The trial: when the port does not answer, a few connections are tried once more with every
 * counter read before and after, on each host that can be read. What grew by as many as were sent
 * is the proof that tells the look-alikes apart.
 */

import { deviceStatistics, xdpDrops } from '../facts/ethtool-statistics.ts'
import { type Interface, interfaces } from '../facts/ip-address.ts'
import { type Counters, counters } from '../facts/proc-net-counters.ts'
import type { RuleSet } from '../facts/rule-set.ts'
import { connections, type Socket } from '../facts/ss.ts'
import { queues, showsToFilters } from '../facts/tc-qdisc.ts'
import { counterGrowth } from '../policy/counters.ts'
import type { Answer, Inquiry } from './host.ts'
import type { KernelWord, Mute, Testimony } from './kernel-word.ts'
import type { Connect, Endpoint, IcmpSeen, Probes, SegmentSeen } from './probes.ts'
import { RHYTHM_MS } from './rhythm.ts'
import { recountRules } from './rules.ts'

/** Enough to stand out of a little other traffic, few enough to be polite. */
export const TRIAL_CONNECTIONS = 3

/** How a trial goes. */
export type Course = {
  /** For how long one attempt is waited for. */
  readonly timeoutMs: number
  /** When the sockets are looked at, while the attempts are still waiting. */
  readonly middleMs: number
  /** Whether the segments that come from the endpoint are kept. */
  readonly listens: boolean
}

/** Shorter than the first retransmission of a SYN (RFC 6298 §2: 1 s), so that each attempt sends one. */
export const KNOCKING: Course = { timeoutMs: 900, middleMs: 250, listens: false }
/** Long enough for data to be sent again twice (200 ms, 400 ms; net/ipv4/tcp_timer.c). */
export const SPEAKING: Course = { timeoutMs: 1500, middleMs: 900, listens: true }

type Snapshot = {
  readonly counters: Answer<Counters>
  readonly interfaces: Answer<readonly Interface[]>
  readonly rules: readonly RuleSet[]
  readonly frameDrops: readonly FrameDrops[]
}

/** Frames that a program or filter at a device dropped, before IP saw them or after it sent them. */
export type FrameDrops = {
  readonly device: string
  readonly by: 'xdp' | 'tc'
  readonly drops: number
}

/** Packets that came in and went out by an interface. */
export type Passed = { readonly received: number; readonly sent: number }

export type GrownRule = ReturnType<typeof counterGrowth>[number]

/** What changed on one host from before the trial to after it. */
export type Change = {
  readonly inquiry: Inquiry
  /** False where the counters could not be read: then nothing that did not grow says anything. */
  readonly readable: boolean
  /** By how much a kernel counter grew; 0 where it did not. */
  readonly grew: (name: string) => number
  readonly before: (name: string) => number
  readonly rules: readonly GrownRule[]
  /** By how many each counter of frames that were dropped at a device grew; none where none counts. */
  readonly frameDrops: readonly FrameDrops[]
  /** Packets that came in and went out by all interfaces but loopback. */
  readonly received: number | null
  readonly sent: number | null
  /** The same of one interface; null where it was not counted. */
  readonly passed: (device: string) => Passed | null
  /** TCP sockets while the connections were waiting. */
  readonly sockets: readonly Socket[]
}

/** One attempt, closed at once. */
export type Knock = (endpoint: Endpoint, timeoutMs: number) => Promise<Connect>

export type Trial = {
  readonly endpoint: Endpoint
  readonly protocol: 'tcp' | 'udp'
  readonly connects: readonly Connect[]
  /** ICMP errors about these connections; null where they could not be watched. */
  readonly icmp: readonly IcmpSeen[] | null
  /** What came from the endpoint; null where it was not listened to, or could not be. */
  readonly segments: readonly SegmentSeen[] | null
  /** What the kernels told meanwhile; null where none was listened to. */
  readonly told: readonly (Testimony | Mute)[] | null
  /** When each attempt began, in milliseconds by the client's clock. */
  readonly begunMs: readonly number[]
  readonly client: Change
  readonly server: Change | null
  readonly routers: readonly Change[]
}

/** Who is watched. */
export type Watched = {
  readonly client: Inquiry
  readonly server: Inquiry | null
  readonly routers: readonly Inquiry[]
  /** Their kernels; absent where these are not to be listened to. */
  readonly kernel?: KernelWord | null
}

/** The counters of frames dropped at the devices; in generic mode no driver counts (net/core/dev.c). */
async function countFrameDrops(
  inquiry: Inquiry,
  links: Answer<readonly Interface[]>,
): Promise<FrameDrops[]> {
  const programmed = links.known
    ? links.value.filter(({ xdp }) => xdp && xdp.mode !== 'generic')
    : []
  const [queued, ...counted] = await Promise.all([
    inquiry.askAgain(queues),
    ...programmed.map(async ({ name }): Promise<FrameDrops[]> => {
      const known = await inquiry.askAgain(deviceStatistics(name))
      const drops = known.known ? xdpDrops(known.value) : null
      return drops === null ? [] : [{ device: name, by: 'xdp', drops }]
    }),
  ])
  const filtering = queued.known ? queued.value.filter(showsToFilters) : []
  return [
    ...filtering.map(({ device, drops }) => ({ device, by: 'tc' as const, drops })),
    ...counted.flat(),
  ]
}

async function snapshot(inquiry: Inquiry): Promise<Snapshot> {
  const linked = inquiry.askAgain(interfaces)
  const [counted, links, { answers }, frameDrops] = await Promise.all([
    inquiry.askAgain(counters),
    linked,
    recountRules(inquiry),
    linked.then((known) => countFrameDrops(inquiry, known)),
  ])
  return {
    counters: counted,
    interfaces: links,
    frameDrops,
    rules: answers.map((answer) =>
      answer.known ? answer.value : { chains: [], unreadable: [], aside: [] },
    ),
  }
}

const packets = (answer: Answer<readonly Interface[]>, way: 'received' | 'sent'): number | null =>
  answer.known
    ? answer.value
        .filter(({ linkType }) => linkType !== 'loopback')
        .reduce((sum, link) => sum + (link[way]?.packets ?? 0), 0)
    : null

function passedBy(device: string, before: Snapshot, after: Snapshot): Passed | null {
  const [earlier, later] = [before, after].map(({ interfaces: links }) =>
    links.known ? links.value.find(({ name }) => name === device) : undefined,
  )
  if (!earlier?.received || !earlier.sent || !later?.received || !later.sent) return null
  return {
    received: later.received.packets - earlier.received.packets,
    sent: later.sent.packets - earlier.sent.packets,
  }
}

const difference = (before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : after - before

function change(inquiry: Inquiry, before: Snapshot, after: Snapshot, sockets: Socket[]): Change {
  const read = (snap: Snapshot, name: string): number =>
    snap.counters.known ? (snap.counters.value.get(name) ?? 0) : 0
  return {
    inquiry,
    readable: before.counters.known && after.counters.known,
    grew: (name) => Math.max(0, read(after, name) - read(before, name)),
    before: (name) => read(before, name),
    rules: before.rules.flatMap((rules, index) => {
      const later = after.rules[index]
      return later ? counterGrowth(rules, later) : []
    }),
    frameDrops: after.frameDrops.flatMap((later) => {
      const earlier = before.frameDrops.find(
        ({ device, by }) => device === later.device && by === later.by,
      )
      return earlier ? [{ ...later, drops: later.drops - earlier.drops }] : []
    }),
    received: difference(
      packets(before.interfaces, 'received'),
      packets(after.interfaces, 'received'),
    ),
    sent: difference(packets(before.interfaces, 'sent'), packets(after.interfaces, 'sent')),
    passed: (device) => passedBy(device, before, after),
    sockets,
  }
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Tries `endpoint` by `knock` while all hosts are watched. */
export async function holdTrial(
  endpoint: Endpoint,
  protocol: Trial['protocol'],
  knock: Knock,
  probes: Probes,
  { client, server, routers, kernel = null }: Watched,
  { timeoutMs, middleMs, listens }: Course = KNOCKING,
): Promise<Trial> {
  const hosts = [client, ...(server ? [server] : []), ...routers]
  const hearing = listens ? null : ((await kernel?.listen()) ?? null)
  const before = await Promise.all(hosts.map(snapshot))
  const watch = await probes.watchIcmp()
  const ear = listens ? probes.watchSegments(endpoint) : null
  const begunMs: number[] = []
  const connecting = Promise.all(
    Array.from({ length: TRIAL_CONNECTIONS }, async (_, index) => {
      const beat = hearing ? (RHYTHM_MS[index] ?? 0) : 0
      if (beat > 0) await wait(beat)
      begunMs[index] = probes.now()
      return knock(endpoint, timeoutMs)
    }),
  )
  await Promise.race([connecting, wait(middleMs)])
  const middle = await Promise.all(
    hosts.map(async (host) => {
      const answer = await host.askAgain(connections)
      return answer.known ? answer.value.filter((socket) => socket.protocol === 'tcp') : []
    }),
  )
  const connects = await connecting
  const segments = ear?.stop() ?? null
  const seen = (await watch?.stop()) ?? null
  const told = (await hearing?.stop()) ?? null
  const after = await Promise.all(hosts.map(snapshot))
  const changes = hosts.flatMap((host, index) => {
    const [earlier, later] = [before[index], after[index]]
    return earlier && later ? [change(host, earlier, later, middle[index] ?? [])] : []
  })
  const [own, ...others] = changes
  if (!own) throw new Error('a trial without a client')
  const far = server ? (others.shift() ?? null) : null
  return {
    endpoint,
    protocol,
    connects,
    icmp:
      seen?.filter((icmp) => !icmp.quoted || icmp.quoted.destination === endpoint.address) ?? null,
    segments,
    told,
    begunMs,
    client: own,
    server: far,
    routers: others,
  }
}
