/** A connection and its story as one plain object: what `rungs read --json` prints of it. */
import { formatAddress } from '../wire/address.ts'
import { PROTOCOL, protocolName } from '../wire/protocol.ts'
import { communityId, icmpPorts } from './community-id.ts'
import type { Connection, End } from './connection.ts'
import { guessOs } from './os-guess.ts'
import { resetAuthor } from './reset-author.ts'
import type { Closing, Story, StoryName, StorySide, Suspect } from './story-word.ts'
import { connState } from './zeek-state.ts'

/** One end. */
export type EndRecord = {
  readonly ip: string
  /** As the capture's text or its name records call the address; null where they do not. */
  readonly name: string | null
  /** 0 for protocols without ports; of an echo its identifier. */
  readonly port: number
  readonly packets: number
  /** Payload on the wire, what was sent again included. */
  readonly bytes: number
  /** From the IP header on. */
  readonly networkBytes: number
  readonly retransmissions: number
  /** What its SYN or SYN-ACK looks like: `unknown` where nothing fits, null where none was seen. */
  readonly os: string | null
  readonly osReasons: readonly string[]
}

/** What is printed of one connection. */
export type ConnectionRecord = {
  readonly id: number
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `sctp`. */
  readonly proto: string
  readonly client: EndRecord
  readonly server: EndRecord
  /** ISO 8601 in UTC with microseconds. */
  readonly startedAt: string
  readonly durationMs: number
  readonly story: StoryName
  readonly fault: boolean
  readonly cause: string | null
  readonly side: StorySide | null
  readonly confidence: 'proven' | 'likely' | null
  /** The cause and what else would look the same, at most four. */
  readonly candidates: readonly Suspect[]
  readonly summary: string
  readonly remarks: readonly string[]
  readonly closedBy: StorySide | null
  readonly closedHow: Closing['how']
  /** What is thought of the first RST of each end; null where there was none. */
  readonly reset: ResetRecord | null
  /** What the content showed; null where nothing did. */
  readonly service: string | null
  readonly handshake: {
    readonly serverRttMs: number | null
    readonly clientRttMs: number | null
    readonly synAttempts: number
    /** When SYNs were sent, ms after the first; at most eight. */
    readonly synTimesMs: readonly number[]
  }
  readonly retransmissions: number
  readonly missedBytes: number
  readonly frames: readonly [first: number, last: number]
  readonly proof: readonly number[]
  readonly zeek: { readonly state: string; readonly history: string }
  readonly communityId: string
}

export type ResetRecord = {
  readonly claims: 'client' | 'server'
  readonly by: 'end' | 'between' | 'unknown'
  readonly sure: boolean
  readonly reasons: readonly string[]
}

/** Names by address, as a capture's text has them. */
export type AddressNames = ReadonlyMap<string, string>

const MILLISECOND_NS = 1e6
const SECOND_NS = 1e9

/** Milliseconds with microseconds behind the point. */
const toMs = (ns: number): number => Math.round(ns / 1000) / 1000

/** `2026-11-28T20:06:32.845356Z`; times that no calendar has are those of 1970. */
export function formatStart(timeNs: number, epochSeconds: number): string {
  const whole = Math.floor(timeNs / SECOND_NS)
  const micros = Math.floor((timeNs - whole * SECOND_NS) / 1000)
  const date = new Date((epochSeconds + whole) * 1000)
  const text = (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString()
  return `${text.slice(0, -5)}.${String(micros).padStart(6, '0')}Z`
}

const addressText = (end: End, ipVersion: number): string =>
  formatAddress({ family: ipVersion === 6 ? 6 : 4, bytes: end.address, zone: null })

function endRecord(
  end: End,
  isServer: boolean,
  ipVersion: number,
  names: AddressNames | null,
): EndRecord {
  const ip = addressText(end, ipVersion)
  const os = guessOs(end, isServer)
  return {
    ip,
    name: names?.get(ip) ?? null,
    port: end.port,
    packets: end.packets,
    bytes: end.payloadBytes,
    networkBytes: end.networkBytes,
    retransmissions: end.retransmissions,
    os: end.synFrame < 0 ? null : (os?.name ?? 'unknown'),
    osReasons: os?.reasons ?? [],
  }
}

/** The last of `times` that is not after `until`. */
const lastBefore = (times: readonly number[], until: number): number | null =>
  times.findLast((time) => time <= until) ?? null

/** How long the handshake's segments took, seen from where they were captured; null where one is missing. */
export function handshakeTimes(connection: Connection): {
  readonly serverRttNs: number | null
  readonly clientRttNs: number | null
} {
  const { client, server, establishedFrame, establishedNs } = connection
  const asked = server.synFrame < 0 ? null : lastBefore(client.synTimesNs, server.synNs)
  const answered = establishedFrame < 0 ? null : lastBefore(server.synTimesNs, establishedNs)
  return {
    serverRttNs: asked === null ? null : server.synNs - asked,
    clientRttNs: answered === null ? null : establishedNs - answered,
  }
}

const orNull = (ns: number | null): number | null => (ns === null ? null : toMs(ns))

function resetRecord(connection: Connection): ResetRecord | null {
  const { client, server } = connection
  const byClient =
    client.resetFrame >= 0 && (server.resetFrame < 0 || client.resetFrame < server.resetFrame)
  const author = resetAuthor(connection, byClient)
  return author && { claims: byClient ? 'client' : 'server', ...author }
}

/** The type with which an ICMP connection began. */
const icmpTypeOf = ({ icmpType, protocol }: Connection): number =>
  icmpType >= 0 ? icmpType : protocol === PROTOCOL.icmp ? 8 : 128

/** What stands for the ports where ICMP has none; see `icmpPorts`. */
export function portsOf(connection: Connection): readonly [client: number, server: number] {
  const { protocol, client, server, icmpCode } = connection
  if (protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmpv6) return [client.port, server.port]
  const { source, destination } = icmpPorts(protocol, icmpTypeOf(connection), Math.max(0, icmpCode))
  return connection.turned ? [destination, source] : [source, destination]
}

/** The Community ID of a connection. */
export function communityIdOf(connection: Connection): string {
  const [sourcePort, destinationPort] = portsOf(connection)
  return communityId({
    protocol: connection.protocol,
    source: connection.client.address,
    destination: connection.server.address,
    sourcePort,
    destinationPort,
  })
}

/** The record; `epochSeconds` is what the connection's times count from. */
export function recordOf(
  connection: Connection,
  story: Story,
  epochSeconds: number,
  names: AddressNames | null = null,
): ConnectionRecord {
  const { client, server, ipVersion } = connection
  const { serverRttNs, clientRttNs } = handshakeTimes(connection)
  const [first] = story.suspects
  const [start = 0] = client.synTimesNs
  return {
    id: connection.id,
    proto: protocolName(connection.protocol).toLowerCase(),
    client: endRecord(client, false, ipVersion, names),
    server: endRecord(server, true, ipVersion, names),
    startedAt: formatStart(connection.firstNs, epochSeconds),
    durationMs: toMs(connection.lastNs - connection.firstNs),
    story: story.name,
    fault: story.fault,
    cause: first?.cause ?? null,
    side: first?.side ?? null,
    confidence: first ? (story.proven ? 'proven' : 'likely') : null,
    candidates: story.suspects,
    summary: story.summary,
    remarks: story.remarks,
    closedBy: story.closing.by,
    closedHow: story.closing.how,
    reset: resetRecord(connection),
    service: connection.service || null,
    handshake: {
      serverRttMs: orNull(serverRttNs),
      clientRttMs: orNull(clientRttNs),
      synAttempts: client.synCount,
      synTimesMs: client.synTimesNs.map((time) => Math.round((time - start) / MILLISECOND_NS)),
    },
    retransmissions: client.retransmissions + server.retransmissions,
    missedBytes: client.missedBytes + server.missedBytes,
    frames: [connection.firstFrame, connection.lastFrame],
    proof: story.proof,
    zeek: { state: connState(connection), history: connection.history },
    communityId: communityIdOf(connection),
  }
}
