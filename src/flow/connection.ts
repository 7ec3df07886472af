/**
 * One connection while it is followed, and what is remembered of it: the record that stories, logs
 * and tables are made of. A capture has many, so that nothing is kept a packet; times are
 * nanoseconds since the capture's `epochSeconds`, frames count from 1, -1 stands for "not seen".
 */
import { blankInts, Columned, type Columns, countInts, defineColumns, placeOf } from './column.ts'
import { END_BLANK, END_DOUBLES, END_INTS, End } from './end.ts'

export { End } from './end.ts'

const NO_ADDRESS: Uint8Array = new Uint8Array(0)

/** A connection: TCP by its handshakes; UDP and ICMP by their addresses and ports until they rest. */
export class Connection extends Columned {
  /** Counts from 1 in the order of first packets. */
  declare id: number
  /** IANA protocol: 6, 17, 1, 58, 132. */
  declare protocol: number
  /** 4 or 6. */
  declare ipVersion: number
  declare vlan: number
  /** Who opened it, by SYN, else by first packet (or the likelier port, then `turned`). */
  readonly client: End
  readonly server: End
  /** The server sent the first packet: told by SYN-ACK, by an echo reply or by the ports. */
  declare turned: boolean
  declare firstFrame: number
  declare lastFrame: number
  declare firstNs: number
  declare lastNs: number
  /** The longest rest between two of its packets, and the frame that ended it; -1 without. */
  declare restNs: number
  declare restFrame: number
  /** The ACK that completed the handshake. */
  declare establishedFrame: number
  declare establishedNs: number
  /** Zeek's `history` so far, by its documented letters. */
  history = ''
  /** What the content showed, e.g. `http`; empty where nothing did. */
  service = ''
  /** What the applications' decoder remembers of it; null where there is none. */
  application: unknown = null
  /** An ICMP error that quoted one of its packets: type * 256 + code, -1 without; who sent it, and its frame. */
  declare icmpError: number
  declare icmpFrame: number
  declare icmpNs: number
  icmpSource: Uint8Array = NO_ADDRESS
  /** The next-hop MTU that it told, 0 without. */
  declare icmpMtu: number
  /** ICMP: type and code of its first message; -1 otherwise. */
  declare icmpType: number
  declare icmpCode: number
  /** What its segments' marks were, all of them: a sum of `MARK`. */
  declare marks: number
  /** From the client's last payload before an answer to the server's first of it: how many, their sum, the longest and when that ended. */
  declare responses: number
  declare responseSumNs: number
  declare slowestResponseNs: number
  declare slowestResponseFrame: number
  /** The client has sent payload that was not answered yet. */
  declare awaitsResponse: boolean
  /** When the last SYN of either end was sent, and how long after it the first segment without SYN came; -1 without. */
  declare lastSynNs: number
  declare firstRoundTripNs: number
  /** Why it was let go of. */
  ended: '' | 'closed' | 'reset' | 'idle' | 'evicted' | 'reused' | 'capture-end' = ''

  /** Without arguments it stands alone; else its numbers lie at these places. */
  constructor(
    ints: Int32Array = new Int32Array(CONNECTION_INTS),
    intAt = 0,
    doubles: Float64Array = new Float64Array(CONNECTION_DOUBLES),
    doubleAt = 0,
  ) {
    super(ints, intAt, doubles, doubleAt)
    const endAt = intAt + OWN_INTS
    const endDoubleAt = doubleAt + OWN_DOUBLES
    this.client = new End(ints, endAt, doubles, endDoubleAt)
    this.server = new End(ints, endAt + END_INTS, doubles, endDoubleAt + END_DOUBLES)
    this.reset()
  }

  /** Forgets everything, so that another connection can be remembered in its place. */
  reset(): void {
    this.ints.set(BLANK, this.intAt)
    this.doubles.set(BLANK_DOUBLES, this.doubleAt)
    this.client.rare = null
    this.server.rare = null
    this.history = ''
    this.service = ''
    this.application = null
    this.icmpSource = NO_ADDRESS
    this.ended = ''
  }
}

const COLUMNS: Columns = {
  zeros: [
    'id',
    'protocol',
    'ipVersion',
    'firstFrame',
    'lastFrame',
    'marks',
    'icmpMtu',
    'responses',
  ],
  unseen: [
    'vlan',
    'restFrame',
    'establishedFrame',
    'icmpError',
    'icmpFrame',
    'icmpType',
    'icmpCode',
    'slowestResponseFrame',
  ],
  flags: ['turned', 'awaitsResponse'],
  doubles: [
    'firstNs',
    'lastNs',
    'restNs',
    'establishedNs',
    'icmpNs',
    'responseSumNs',
    'slowestResponseNs',
    'lastSynNs',
    'firstRoundTripNs',
  ],
  rare: {},
}

const OWN_INTS = countInts(COLUMNS)
const OWN_DOUBLES = COLUMNS.doubles.length
/** How many integers and other numbers a connection with its ends takes in its columns. */
export const CONNECTION_INTS: number = OWN_INTS + 2 * END_INTS
export const CONNECTION_DOUBLES: number = OWN_DOUBLES + 2 * END_DOUBLES
const BLANK: Int32Array = new Int32Array(CONNECTION_INTS)
BLANK.set(blankInts(COLUMNS))
BLANK.set(END_BLANK, OWN_INTS)
BLANK.set(END_BLANK, OWN_INTS + END_INTS)
const BLANK_DOUBLES: Float64Array = new Float64Array(CONNECTION_DOUBLES)
for (const name of ['lastSynNs', 'firstRoundTripNs'])
  BLANK_DOUBLES[COLUMNS.doubles.indexOf(name)] = -1
defineColumns(Connection.prototype, COLUMNS)

/** Where numbers lie from a connection's `intAt` and `doubleAt` on; see `end.ts`. */
export const LAST_FRAME: number = placeOf(COLUMNS, 'lastFrame')
export const REST_FRAME: number = placeOf(COLUMNS, 'restFrame')
export const AWAITS_RESPONSE: number = placeOf(COLUMNS, 'awaitsResponse')
export const ESTABLISHED_FRAME: number = placeOf(COLUMNS, 'establishedFrame')
export const CONNECTION_LAST_NS: number = placeOf(COLUMNS, 'lastNs')
export const REST_NS: number = placeOf(COLUMNS, 'restNs')
export const FIRST_ROUND_TRIP_NS: number = placeOf(COLUMNS, 'firstRoundTripNs')
