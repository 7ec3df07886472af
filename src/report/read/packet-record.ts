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
  type Schema,
  schemaDocument,
  text,
  time,
} from '../../base/schema.ts'
import { MARKS, type MarkName } from './mark-name.ts'

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
}

const mark = choice<MarkName>(
  Object.fromEntries(MARKS.map(({ name, field }) => [name, field])) as Record<MarkName, string>,
  "TCP's analysis, by Wireshark's rules; each with its display filter.",
)

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
})

/** As JSON Schema. */
export const packetSchema = (): JsonSchema =>
  schemaDocument('rungs.packet/1', PACKET, { end: endSchema, mark })
