/** The schemas `rungs.trace/1` and `rungs.trace-comparison/1`: what `rungs trace --json` prints and `--save` keeps. */
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
  oneOf,
  type Schema,
  schemaDocument,
  text,
  time,
} from '../../base/schema.ts'
import type { HopPair, PairKind, TraceComparison } from '../../diagnose/trace/compare.ts'
import type { AsNumber, Hop, HopAddress, HopMark } from '../../diagnose/trace/hop.ts'
import type { TraceProtocol } from '../../diagnose/trace/probe.ts'
import type { ReplyKind } from '../../diagnose/trace/reply.ts'
import type { Rewriting, RewrittenField } from '../../diagnose/trace/rewriting.ts'
import type {
  MtuStep,
  PathMtu,
  PathNote,
  PathState,
  PathVerdict,
  Trace,
  TraceSource,
  TraceTarget,
} from '../../diagnose/trace/trace.ts'
import type { MplsLabel } from '../../wire/icmp-extension.ts'

const ms = (about = ''): Schema<number | null> => nullable(number(), about)

const asn = object<AsNumber>({
  number: integer(),
  name: nullable(text()),
  prefix: nullable(text('The announced prefix that holds the address.')),
})

const address = object<HopAddress>({
  address: text(),
  name: nullable(text('By reverse DNS.')),
  asn: nullable(asn, 'The autonomous system; null where it was not asked or is not known.'),
  replies: integer('How many probes it answered.'),
})

const mark = choice<HopMark>({
  silent: 'never answers, but hops behind it do',
  'limits-answers': 'does not answer all, but hops behind it lose less',
  loses: 'from here on packets are lost',
  several: 'more than one router answers',
  rewritten: 'the packet was changed before it came here',
  loop: 'its address was met before',
  refuses: 'will not or cannot pass the packet on',
  narrows: 'the next link takes only smaller packets',
})

const rewriting = object<Rewriting>({
  field: choice<RewrittenField>({
    'source address': '',
    'destination address': '',
    'source port': '',
    'destination port': '',
    identifier: '',
    checksum: '',
    'type of service': '',
  }),
  sent: text(),
  seen: text('As the hop quotes it.'),
})

const hopSchema = object<Hop>({
  hop: integer(),
  addresses: list(address, 'Who answered, most often first.'),
  sent: integer(),
  received: integer(),
  lossFraction: number('0 to 1.'),
  lastMs: ms(),
  averageMs: ms(),
  bestMs: ms(),
  worstMs: ms(),
  deviationMs: ms('Standard deviation.'),
  jitterMs: ms("The mean difference of one reply's time to the next one's."),
  kind: nullable(
    choice<ReplyKind>({
      expired: 'its hops were used up here',
      arrived: 'the target answered',
      refused: '',
      'too-big': '',
    }),
    'What the replies say; null where there are none.',
  ),
  says: nullable(text('Of a refusal: why.')),
  sign: nullable(text('The same as traceroute writes it: !H, !X …')),
  replyTtl: nullable(integer(), 'Time to live of the reply as it came.'),
  labels: list(
    object<MplsLabel>({ label: integer(), trafficClass: integer(), ttl: integer() }),
    'The MPLS label stack that the packet came with (RFC 4950).',
  ),
  rewritten: list(rewriting, 'What differs between the packet as it was sent and as it is quoted.'),
  mtuBytes: nullable(
    integer(),
    'The largest packet that comes so far; null where it was not asked.',
  ),
  marks: list(mark),
})

const hop = named('hop', hopSchema)

const target = object<TraceTarget>({
  input: text('As it was typed.'),
  address: text(),
  family: oneOf<4 | 6>([4, 6]),
  protocol: choice<TraceProtocol>({ udp: '', icmp: '', tcp: '' }),
  port: nullable(integer()),
})

const source = object<TraceSource>({
  address: text(),
  device: nullable(text('That was asked for; null: the routing table chose.')),
  port: integer('The identifier of ICMP.'),
  flow: integer('Load balancers may send another one by another path.'),
  socket: choice<TraceSource['socket']>({
    raw: 'sees what routers quote',
    datagram: 'needs no privilege',
    connect: 'needs no privilege, one hop after the other',
  }),
})

const mtu = object<PathMtu>({
  firstBytes: nullable(integer(), 'Of the first device.'),
  pathBytes: nullable(integer(), 'Of the whole path, as far as it answers.'),
  steps: list(
    object<MtuStep>({
      afterHop: integer('0 is this host.'),
      mtuBytes: integer(),
      saidBy: nullable(text(), 'Null: nobody says so, and larger packets vanish.'),
    }),
  ),
})

const verdict = object<PathVerdict>({
  state: choice<PathState>({
    reached: '',
    refused: '',
    loop: '',
    silent: 'behind some hop nothing answers',
    unsent: 'nothing left this host',
  }),
  atFault: flag('True where something is wrong that matters.'),
  summary: text('One sentence.'),
  hop: nullable(integer(), 'The hop that it is about.'),
  notes: list(
    object<PathNote>({ hop: nullable(integer()), matters: flag(), text: text() }),
    'What else is to be known; first what matters.',
  ),
})

export const TRACE: Schema<Trace> = object<Trace>({
  schema: oneOf<'rungs.trace/1'>(['rungs.trace/1']),
  tool: text(),
  target,
  source,
  startedAt: time(),
  durationMs: number(),
  rounds: integer('Probes for each hop.'),
  mostHops: integer(),
  packetBytes: integer(),
  hops: list(hop),
  mtu: nullable(mtu, 'Null: it was not asked.'),
  verdict,
  unknowns: list(
    object<Trace['unknowns'][number]>({ what: text(), needs: nullable(text()) }),
    'What could not be seen, and what would be needed.',
  ),
})

const trace = named('trace', TRACE)

export const TRACE_COMPARISON: Schema<TraceComparison> = object<TraceComparison>({
  schema: oneOf<'rungs.trace-comparison/1'>(['rungs.trace-comparison/1']),
  one: trace,
  other: trace,
  pairs: list(
    object<HopPair>({
      kind: choice<PairKind>({
        same: 'the same router',
        unknown: 'at least one does not answer',
        other: '',
      }),
      one: nullable(hop),
      other: nullable(hop),
    }),
    'The hops side by side.',
  ),
  same: flag('True where no hop is known to differ.'),
  partAfter: nullable(integer(), 'How many pairs come before they part; null: they do not.'),
  joinAt: nullable(integer(), 'The index of the first pair at which they are together again.'),
  summary: text('One sentence.'),
  notes: list(text()),
})

/** As JSON Schema. */
export const traceSchema = (): JsonSchema =>
  schemaDocument('rungs.trace/1', TRACE, { hop: hopSchema })

/** As JSON Schema. */
export const traceComparisonSchema = (): JsonSchema =>
  schemaDocument('rungs.trace-comparison/1', TRACE_COMPARISON, { trace: TRACE, hop: hopSchema })
