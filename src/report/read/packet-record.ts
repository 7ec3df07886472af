/** A packet as a line of JSON: what its headers say, how TCP's analysis marks it, which connection it belongs to. */
import {
  choice,
  flag,
  integer,
  type JsonSchema,
  list,
  named,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  schemaDocument,
  text,
  time,
} from '../../base/schema.ts'
import type { Connection } from '../../flow/connection.ts'
import { bytesBetween } from '../../wire/bytes.ts'
import type { Headers } from '../../wire/headers.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { addressText } from './end-name.ts'
import { formatInstant } from './instant.ts'
import { MARKS, type MarkName, markNames } from './mark-name.ts'
import type { TreeNode } from './packet-tree.ts'
import { flagNames } from './sequence-step.ts'
import { etherName, networkName } from './statistics.ts'

export type PacketEnd = {
  readonly ip: string
  readonly port: number | null
}

export type PacketTcp = {
  readonly flags: readonly string[]
  readonly sequence: number
  readonly acknowledgment: number
  readonly relativeSequence: number | null
  readonly relativeAcknowledgment: number | null
  readonly window: number
}

export type PacketRecord = {
  readonly number: number
  readonly time: string
  readonly protocol: string
  readonly source: PacketEnd | null
  readonly destination: PacketEnd | null
  readonly vlan: number | null
  readonly ttl: number | null
  readonly originalBytes: number
  readonly capturedBytes: number
  readonly payloadBytes: number
  readonly tcp: PacketTcp | null
  readonly marks: readonly MarkName[]
  readonly connection: number | null
  readonly fromClient: boolean | null
  readonly stopped: { readonly layer: string; readonly at: number } | null
  readonly fields?: readonly TreeNode[]
}

/** A packet at hand, and what is known of it. */
export type SeenPacket = {
  readonly headers: Headers
  readonly frame: number
  readonly timeNs: number
  readonly at: number
  readonly end: number
  readonly originalBytes: number
  readonly connection: Connection | null
  readonly flows: { readonly marks: number; readonly fromClient: boolean } | null
}

const PORTS: ReadonlySet<number> = new Set([PROTOCOL.tcp, PROTOCOL.udp, 132, 136, 33])

function ends({ headers }: SeenPacket): Pick<PacketRecord, 'source' | 'destination'> {
  const { ipVersion, view, protocol, sourceAddressAt, destinationAddressAt } = headers
  if (ipVersion === 0) return { source: null, destination: null }
  const bytes = ipVersion === 4 ? 4 : 16
  const ip = (at: number): string => addressText(bytesBetween(view, at, at + bytes))
  const hasPorts = PORTS.has(protocol) && headers.payloadAt > headers.transportAt
  return {
    source: { ip: ip(sourceAddressAt), port: hasPorts ? headers.sourcePort : null },
    destination: { ip: ip(destinationAddressAt), port: hasPorts ? headers.destinationPort : null },
  }
}

/** TCP's fields; null for other packets and for a header that was cut off. */
function tcpOf({ headers, connection, flows }: SeenPacket): PacketTcp | null {
  const { protocol, payloadAt, transportAt, flags, sequence, acknowledgment } = headers
  if (protocol !== PROTOCOL.tcp || payloadAt <= transportAt) return null
  const fromClient = flows?.fromClient === true
  const me = fromClient ? connection?.client : connection?.server
  const peer = fromClient ? connection?.server : connection?.client
  return {
    flags: flagNames(flags),
    sequence: sequence >>> 0,
    acknowledgment: acknowledgment >>> 0,
    relativeSequence: me === undefined ? null : (sequence - me.initialSequence) >>> 0,
    relativeAcknowledgment:
      peer === undefined || (flags & 0x10) === 0
        ? null
        : (acknowledgment - peer.initialSequence) >>> 0,
    window: headers.window,
  }
}

/** What is told of a packet. */
export function packetRecord(packet: SeenPacket, epochSeconds: number): PacketRecord {
  const { headers, frame, timeNs, at, end, originalBytes, connection, flows } = packet
  const { protocol, vlan, ipVersion, stoppedLayer, stoppedAt } = headers
  return {
    number: frame,
    time: formatInstant(timeNs, epochSeconds),
    protocol: protocol >= 0 ? networkName(protocol) : etherName(headers.etherType),
    ...ends(packet),
    vlan: vlan < 0 ? null : vlan,
    ttl: ipVersion === 0 ? null : headers.hopLimit,
    originalBytes,
    capturedBytes: end - at,
    payloadBytes: headers.payloadBytes,
    tcp: tcpOf(packet),
    marks: markNames(connection === null ? 0 : (flows?.marks ?? 0)),
    connection: connection?.id ?? null,
    fromClient: connection === null ? null : (flows?.fromClient ?? null),
    stopped: stoppedLayer === '' ? null : { layer: stoppedLayer, at: stoppedAt - at },
  }
}

/** One line of JSON: nothing in it comes from outside but numbers, so that nothing has to be escaped. */
export const formatPacketRecord = (record: PacketRecord): string => `${JSON.stringify(record)}\n`

const mark = choice<MarkName>(
  Object.fromEntries(MARKS.map(({ name, field }) => [name, field])) as Record<MarkName, string>,
  "TCP's analysis, by Wireshark's rules; each with its display filter.",
)

const fieldSchema: Schema<TreeNode> = object<TreeNode>({
  name: text(),
  text: text('Its value; empty where the parts tell.'),
  at: integer('Its first byte, from that of the frame.'),
  end: integer('After its last one.'),
  children: list(named('field', { json: {}, order: (node: TreeNode) => fieldSchema.order(node) })),
})
const field = named('field', fieldSchema)

const endSchema = object<PacketEnd>({ ip: text(), port: nullable(integer()) })
const end = named('end', endSchema)

export const PACKET: Schema<PacketRecord> = object<PacketRecord>({
  number: integer('Counts from 1, over all files in the order of their times.'),
  time: time('UTC, to the nanosecond where the file has it.'),
  protocol: text('tcp, udp, icmp, icmpv6, arp …; a number where it has no name here.'),
  source: nullable(end, 'Null without IP.'),
  destination: nullable(end),
  vlan: nullable(integer('The innermost 802.1Q tag.')),
  ttl: nullable(integer('TTL or hop limit.')),
  originalBytes: integer('Of the frame, on the wire.'),
  capturedBytes: integer('Of the frame, in the file.'),
  payloadBytes: integer('After the transport header, by the lengths that the headers tell.'),
  tcp: nullable(
    object<PacketTcp>({
      flags: list(oneOf(['SYN', 'FIN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'])),
      sequence: integer('As on the wire.'),
      acknowledgment: integer('As on the wire.'),
      relativeSequence: nullable(
        integer("Counted from the sender's SYN; null where none was seen."),
      ),
      relativeAcknowledgment: nullable(integer()),
      window: integer('As on the wire, not scaled.'),
    }),
  ),
  marks: list(named('mark', mark)),
  connection: nullable(integer('The id of the connection, as rungs read --json has it.')),
  fromClient: nullable(flag('Whether who opened the connection has sent it.')),
  stopped: nullable(
    object<NonNullable<PacketRecord['stopped']>>({ layer: text(), at: integer() }),
    'The header that could not be read, and where it begins in the frame.',
  ),
  fields: optional(list(field, 'With --detail: every field of every header.')),
})

/** As JSON Schema. */
export const packetSchema = (): JsonSchema =>
  schemaDocument('rungs.packet/1', PACKET, { end: endSchema, mark, field: fieldSchema })
