/** The schema of `rungs read --json`: one object a connection, key by key in this order. */
import {
  choice,
  flag,
  integer,
  type JsonSchema,
  list,
  named,
  nullable,
  number,
  object,
  type Schema,
  schemaDocument,
  text,
  time,
} from '../../base/schema.ts'
import type { ConnectionRecord, EndRecord, ResetRecord } from '../../flow/record.ts'
import type { Closing, StoryName, StorySide, Suspect } from '../../flow/story-word.ts'

/** What each story means. */
export const STORY_MEANINGS: Readonly<Record<StoryName, string>> = {
  closed: 'handshake, then closed in order',
  open: 'handshake, not closed when the capture ends',
  refused: 'the SYN was answered by RST',
  unanswered: 'SYNs, and nothing came back',
  rejected: 'the SYN was answered by an ICMP error',
  'half-open': 'SYN and SYN-ACK, the handshake never ended',
  'accepted-then-closed':
    'handshake, then the server closes without having sent a byte, within seconds',
  reset: 'ended by RST after the handshake',
  stalled: 'data sent again and again, never acknowledged',
  midstream: 'no handshake was seen',
}

const sideSchema = choice<StorySide>({ client: '', path: '', server: '' })
const side = named('side', sideSchema)

const suspect = object<Suspect>({ cause: text('A code: rungs explain CODE.'), side })

const endSchema = object<EndRecord>({
  ip: text(),
  name: nullable(text('As the capture itself calls the address.')),
  port: integer('0 for protocols without ports; of an echo its identifier.'),
  packets: integer(),
  bytes: integer('Payload on the wire, what was sent again included.'),
  networkBytes: integer('From the IP header on.'),
  retransmissions: integer(),
  os: nullable(text('What its SYN or SYN-ACK looks like; null where none was seen.')),
  osReasons: list(text()),
})
const end = named('end', endSchema)

const reset = object<ResetRecord>({
  claims: choice<ResetRecord['claims']>({ client: '', server: '' }, 'Whose address it came from.'),
  by: choice<ResetRecord['by']>({
    end: 'that end itself',
    between: 'something on the path',
    unknown: '',
  }),
  sure: flag(),
  reasons: list(text()),
})

export const CONNECTION: Schema<ConnectionRecord> = object<ConnectionRecord>({
  id: integer('Counts from 1 in the order of first packets; what --flow takes.'),
  proto: text('tcp, udp, icmp, icmpv6, sctp.'),
  client: end,
  server: end,
  startedAt: time('UTC.'),
  durationMs: number(),
  story: choice<StoryName>(STORY_MEANINGS),
  fault: flag('Whether what was asked for did not come.'),
  cause: nullable(text('The likeliest cause that the story supports: rungs explain CODE.')),
  side: nullable(side),
  confidence: nullable(choice({ proven: 'nothing else explains what was seen', likely: '' })),
  candidates: list(suspect, 'The cause and what else would look the same, at most four.'),
  summary: text('One sentence.'),
  remarks: list(text(), 'What else was seen.'),
  closedBy: nullable(side),
  closedHow: nullable(
    choice<NonNullable<Closing['how']>>({
      fin: '',
      reset: '',
      'half-close': '',
      timeout: '',
      icmp: '',
    }),
  ),
  reset: nullable(reset, 'Who sent the first RST, by its TTL, TOS and identification.'),
  service: nullable(text('What the content showed.')),
  handshake: object<ConnectionRecord['handshake']>({
    serverRttMs: nullable(number('From where it was captured to the server and back.')),
    clientRttMs: nullable(number('The same to the client.')),
    synAttempts: integer(),
    synTimesMs: list(integer(), 'After the first; at most eight.'),
  }),
  retransmissions: integer(),
  missedBytes: integer('That were acknowledged and are not in the capture.'),
  frames: list(integer(), 'The first and the last.') as unknown as Schema<
    ConnectionRecord['frames']
  >,
  proof: list(integer(), 'The frames that show it.'),
  zeek: object<ConnectionRecord['zeek']>({ state: text(), history: text() }),
  communityId: text('Community ID 1, seed 0.'),
})

/** As JSON Schema. */
export const connectionSchema = (): JsonSchema =>
  schemaDocument('rungs.connection/1', CONNECTION, { side: sideSchema, end: endSchema })
