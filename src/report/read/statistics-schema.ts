/** The schema `rungs.statistics/1`: what `rungs read --stats --json` prints, key by key in this order. */
import {
  choice,
  integer,
  type JsonSchema,
  list,
  nullable,
  number,
  object,
  oneOf,
  type Schema,
  schemaDocument,
  text,
  time,
} from '../../base/schema.ts'
import { MARKS, type MarkName } from './mark-name.ts'
import type {
  ChecksumShare,
  MarkShare,
  NotUnderstood,
  Repeated,
  ServiceShare,
  Share,
  SlowAnswer,
  StatisticsReport,
  StoryShare,
} from './statistics.ts'

const OUTSTANDING = {
  id: integer('Of the connection, as rungs read --json and --flow have it.'),
  client: text(),
  server: text(),
  service: text(),
}

export const STATISTICS: Schema<StatisticsReport> = object<StatisticsReport>({
  schema: oneOf<'rungs.statistics/1'>(['rungs.statistics/1']),
  tool: text(),
  files: list(text()),
  packets: integer(),
  bytes: integer('Of the frames, on the wire.'),
  capturedBytes: integer('Of the frames, in the files.'),
  firstAt: nullable(time('Null where there is no packet.')),
  lastAt: nullable(time()),
  durationMs: number(),
  connections: integer('TCP by handshakes; UDP and ICMP by addresses and ports until they rest.'),
  byProtocol: list(
    object<Share>({ name: text(), packets: integer(), bytes: integer() }),
    'Of the innermost packets, the most frequent first.',
  ),
  byService: list(
    object<ServiceShare>({
      name: text('What the content showed, else the usual service of the port, else the port.'),
      connections: integer(),
      bytes: integer('From the IP header on.'),
    }),
  ),
  byStory: list(object<StoryShare>({ story: text(), connections: integer() })),
  marks: list(
    object<MarkShare>({
      mark: choice<MarkName>(
        Object.fromEntries(MARKS.map(({ name, field }) => [name, field])) as Record<
          MarkName,
          string
        >,
      ),
      packets: integer(),
    }),
    "Packets by the marks of TCP's analysis; one packet may have several.",
  ),
  slowestAnswers: list(
    object<SlowAnswer>({
      ...OUTSTANDING,
      answerMs: number("From the client's first byte to the server's."),
    }),
    'At most ten.',
  ),
  mostRetransmitted: list(
    object<Repeated>({
      ...OUTSTANDING,
      retransmissions: integer(),
      retransmittedBytes: integer(),
      payloadBytes: integer(),
    }),
    'At most ten.',
  ),
  notUnderstood: list(
    object<NotUnderstood>({
      linkType: integer('LINKTYPE_ number.'),
      name: text(),
      packets: integer(),
    }),
    'Packets whose link type is not understood.',
  ),
  damagedPackets: integer('Packets with a header that is cut off or impossible.'),
  checksums: nullable(
    object<ChecksumShare>({
      ok: integer(),
      wrong: integer(),
      offloaded: integer("Not filled in: the sender's network card does that."),
      unknown: integer('None was given, or not all that it covers was captured.'),
      wrongFrames: list(integer(), 'The first ten.'),
    }),
    'Null where they were not verified (--checksums).',
  ),
})

/** As JSON Schema. */
export const statisticsSchema = (): JsonSchema =>
  schemaDocument('rungs.statistics/1', STATISTICS, {})
