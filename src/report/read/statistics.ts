/** What a capture comes to: counted while it is read, packet by packet and connection by connection. */
import type { Connection } from '../../flow/connection.ts'
import { checkChecksums } from '../../wire/checksum-check.ts'
import type { Headers } from '../../wire/headers.ts'
import { PROTOCOL, protocolName } from '../../wire/protocol.ts'
import { describeCount } from './amount.ts'
import { endText, type NameOf } from './end-name.ts'
import { formatInstant } from './instant.ts'
import { MARKS, type MarkName } from './mark-name.ts'

export type Share = { readonly name: string; readonly packets: number; readonly bytes: number }

export type ServiceShare = {
  readonly name: string
  readonly connections: number
  readonly bytes: number
}

export type StoryShare = { readonly story: string; readonly connections: number }

export type MarkShare = { readonly mark: MarkName; readonly packets: number }

/** A connection that stands out. */
export type Outstanding = {
  readonly id: number
  readonly client: string
  readonly server: string
  readonly service: string
}

export type SlowAnswer = Outstanding & { readonly answerMs: number }

export type Repeated = Outstanding & {
  readonly retransmissions: number
  readonly retransmittedBytes: number
  readonly payloadBytes: number
}

export type NotUnderstood = {
  readonly linkType: number
  readonly name: string
  readonly packets: number
}

/** Checksums, where they were verified. */
export type ChecksumShare = {
  readonly ok: number
  readonly wrong: number
  /** Not filled in: the sender leaves that to its network card. */
  readonly offloaded: number
  /** None was given, or not all that it covers was captured. */
  readonly unknown: number
  /** The first frames with a wrong one. */
  readonly wrongFrames: readonly number[]
}

/** What `rungs read --stats --json` prints. */
export type StatisticsReport = {
  readonly schema: 'rungs.statistics/1'
  readonly tool: string
  readonly files: readonly string[]
  readonly packets: number
  readonly bytes: number
  readonly capturedBytes: number
  readonly firstAt: string | null
  readonly lastAt: string | null
  readonly durationMs: number
  readonly connections: number
  readonly byProtocol: readonly Share[]
  readonly byService: readonly ServiceShare[]
  readonly byStory: readonly StoryShare[]
  readonly marks: readonly MarkShare[]
  readonly slowestAnswers: readonly SlowAnswer[]
  readonly mostRetransmitted: readonly Repeated[]
  readonly notUnderstood: readonly NotUnderstood[]
  readonly damagedPackets: number
  readonly checksums: ChecksumShare | null
}

/** How many connections stand out at most. */
const MOST_OUTSTANDING = 10

/** The largest ones of many, without keeping the others. */
class Largest<T> {
  readonly kept: { readonly rank: number; readonly item: T }[] = []

  /** What has to be exceeded to be kept. */
  least = 0

  add(rank: number, item: T): void {
    const at = this.kept.findIndex((other) => other.rank < rank)
    this.kept.splice(at < 0 ? this.kept.length : at, 0, { rank, item })
    if (this.kept.length > MOST_OUTSTANDING) this.kept.pop()
    if (this.kept.length === MOST_OUTSTANDING) this.least = this.kept.at(-1)?.rank ?? 0
  }
}

/** From the first byte that the client sends to the first that the server does; -1 where that was not seen. */
function answerNs({ client, server }: Connection): number {
  if (client.firstPayloadFrame < 0 || server.firstPayloadFrame < 0) return -1
  return server.firstPayloadNs - client.firstPayloadNs
}

/** Frames that are kept of those with wrong checksums. */
const MOST_WRONG_FRAMES = 10

/** Counts checksums by what was found of them. */
export class ChecksumCounts implements ChecksumShare {
  ok = 0
  wrong = 0
  offloaded = 0
  unknown = 0
  readonly wrongFrames: number[] = []

  /** Verifies those of one packet. */
  packet(headers: Headers, frame: number): void {
    for (const { state } of checkChecksums(headers)) {
      if (state === 'absent') this.unknown++
      else this[state]++
      const isNew = this.wrongFrames.at(-1) !== frame
      if (state === 'wrong' && isNew && this.wrongFrames.length < MOST_WRONG_FRAMES)
        this.wrongFrames.push(frame)
    }
  }
}

/** `3 wrong checksums (frames 4, 9, 12); 120 not filled in …`; null where all that were verified hold. */
export function describeChecksums({ wrong, offloaded, wrongFrames }: ChecksumShare): string | null {
  const frames = wrongFrames.length === 1 ? 'frame' : 'frames'
  const parts = [
    ...(wrong === 0
      ? []
      : [
          `${describeCount(wrong, 'wrong checksum')} (first in ${frames} ${wrongFrames.join(', ')})`,
        ]),
    ...(offloaded === 0
      ? []
      : [
          `${describeCount(offloaded, 'checksum')} not filled in, which the sender's network card does later: no fault`,
        ]),
  ]
  return parts.length === 0 ? null : parts.join('; ')
}

const increase = (counts: Map<string, number>, name: string, by: number): void => {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

/** Counted so far. The arrays are added to by whoever reads the packets. */
export class Statistics {
  packets = 0
  bytes = 0
  capturedBytes = 0
  firstNs: number = Number.POSITIVE_INFINITY
  lastNs: number = Number.NEGATIVE_INFINITY
  damagedPackets = 0
  connections = 0
  /** Null where checksums are not verified. */
  checksums: ChecksumCounts | null = null
  /** By IANA protocol. */
  readonly protocolPackets: Float64Array = new Float64Array(256)
  readonly protocolBytes: Float64Array = new Float64Array(256)
  /** By the position of its bit. */
  readonly markPackets: Float64Array = new Float64Array(MARKS.length)
  /** By EtherType, where there is no IP; 0 where the link tells none. */
  private readonly etherPackets = new Map<number, { packets: number; bytes: number }>()
  private readonly unknownLinks = new Map<number, number>()
  private readonly services = new Map<string, { connections: number; bytes: number }>()
  private readonly stories = new Map<string, number>()
  private readonly slowest = new Largest<SlowAnswer>()
  private readonly repeated = new Largest<Repeated>()

  /** A packet whose segment has marks. */
  mark(marks: number): void {
    for (let bit = 0; bit < this.markPackets.length; bit++)
      if ((marks & (1 << bit)) !== 0) this.markPackets[bit] = (this.markPackets[bit] ?? 0) + 1
  }

  /** A packet without IP. */
  withoutIp(etherType: number, bytes: number): void {
    const seen = this.etherPackets.get(etherType)
    if (seen === undefined) this.etherPackets.set(etherType, { packets: 1, bytes })
    else {
      seen.packets++
      seen.bytes += bytes
    }
  }

  /** A packet whose link type is not understood. */
  unknownLink(linkType: number, bytes: number): void {
    this.unknownLinks.set(linkType, (this.unknownLinks.get(linkType) ?? 0) + 1)
    this.withoutIp(0, bytes)
  }

  /** A connection that has ended, with its story and its usual name of a service. */
  connection(connection: Connection, story: string, service: string, nameOf: NameOf): void {
    const { client, server } = connection
    this.connections++
    increase(this.stories, story, 1)
    const bytes = client.networkBytes + server.networkBytes
    const seen = this.services.get(service)
    if (seen === undefined) this.services.set(service, { connections: 1, bytes })
    else {
      seen.connections++
      seen.bytes += bytes
    }
    const answer = answerNs(connection)
    if (answer > this.slowest.least)
      this.slowest.add(answer, {
        ...outstanding(connection, service, nameOf),
        answerMs: answer / 1e6,
      })
    const retransmissions = client.retransmissions + server.retransmissions
    if (retransmissions > this.repeated.least)
      this.repeated.add(retransmissions, {
        ...outstanding(connection, service, nameOf),
        retransmissions,
        retransmittedBytes: client.retransmittedBytes + server.retransmittedBytes,
        payloadBytes: client.payloadBytes + server.payloadBytes,
      })
  }

  /** All of it as one record. */
  report(
    about: {
      readonly tool: string
      readonly files: readonly string[]
      readonly epochSeconds: number
    },
    linkName: (linkType: number) => string,
  ): StatisticsReport {
    const any = this.packets > 0
    const at = (ns: number): string | null => (any ? formatInstant(ns, about.epochSeconds) : null)
    return {
      schema: 'rungs.statistics/1',
      tool: about.tool,
      files: about.files,
      packets: this.packets,
      bytes: this.bytes,
      capturedBytes: this.capturedBytes,
      firstAt: at(this.firstNs),
      lastAt: at(this.lastNs),
      durationMs: any ? (this.lastNs - this.firstNs) / 1e6 : 0,
      connections: this.connections,
      byProtocol: this.protocols(),
      byService: [...this.services]
        .map(([name, counted]) => ({ name, ...counted }))
        .sort((one, other) => other.connections - one.connections),
      byStory: [...this.stories]
        .map(([story, connections]) => ({ story, connections }))
        .sort((one, other) => other.connections - one.connections),
      marks: MARKS.map(({ name }, bit) => ({
        mark: name,
        packets: this.markPackets[bit] ?? 0,
      })).filter(({ packets }) => packets > 0),
      slowestAnswers: this.slowest.kept.map(({ item }) => item),
      mostRetransmitted: this.repeated.kept.map(({ item }) => item),
      notUnderstood: [...this.unknownLinks].map(([linkType, packets]) => ({
        linkType,
        name: linkName(linkType),
        packets,
      })),
      damagedPackets: this.damagedPackets,
      checksums: this.checksums && {
        ok: this.checksums.ok,
        wrong: this.checksums.wrong,
        offloaded: this.checksums.offloaded,
        unknown: this.checksums.unknown,
        wrongFrames: this.checksums.wrongFrames,
      },
    }
  }

  private protocols(): Share[] {
    const counted: Share[] = []
    for (let protocol = 0; protocol < 256; protocol++) {
      const packets = this.protocolPackets[protocol] ?? 0
      if (packets > 0)
        counted.push({
          name: networkName(protocol),
          packets,
          bytes: this.protocolBytes[protocol] ?? 0,
        })
    }
    for (const [etherType, seen] of this.etherPackets)
      counted.push({ name: etherName(etherType), ...seen })
    return counted.sort((one, other) => other.packets - one.packets)
  }
}

const outstanding = (connection: Connection, service: string, nameOf: NameOf): Outstanding => ({
  id: connection.id,
  client: endText(connection.client, connection, nameOf),
  server: endText(connection.server, connection, nameOf),
  service,
})

/** `tcp`, `icmpv6`, `ospf`, `protocol 253`. */
export const networkName = (protocol: number): string =>
  protocol === PROTOCOL.tcp ? 'tcp' : protocolName(protocol).toLowerCase()

/** EtherTypes that need no IP, from IANA's registry “IEEE 802 Numbers”. */
const ETHER_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'not understood'],
  [0x0800, 'ip (damaged)'],
  [0x0806, 'arp'],
  [0x86dd, 'ipv6 (damaged)'],
  [0x8035, 'rarp'],
  [0x8863, 'pppoe discovery'],
  [0x8864, 'pppoe session'],
  [0x88cc, 'lldp'],
  [0x888e, '802.1x'],
  [0x88f7, 'ptp'],
  [0x8809, 'slow protocols (lacp)'],
])

/** `arp`, `lldp`, `ethertype 0x9000`. */
export const etherName = (etherType: number): string =>
  ETHER_NAMES.get(etherType) ?? `ethertype 0x${etherType.toString(16).padStart(4, '0')}`
