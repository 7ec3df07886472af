/** One end of a connection: what it sent, and how TCP stands there as far as was seen. */
import { blankInts, Columned, type Columns, countInts, defineColumns, placeOf } from './column.ts'
import type { Repeats } from './repeats.ts'
import type { HeldPayload } from './stream.ts'

const NONE: readonly number[] = []

/** Words of TCP's options that are kept of a SYN; systems send five or six. */
const SYN_OPTION_WORDS = 6

/** A frame is -1 where none was seen; so is every number that begins as "not seen". */
export class End extends Columned {
  /** The address as integers in network order: IPv4 has one, IPv6 four. */
  declare address0: number
  declare address1: number
  declare address2: number
  declare address3: number
  /** 4 or 16. */
  declare addressBytes: number
  declare port: number
  declare packets: number
  /** Payload bytes by the headers' lengths, repeated ones included. */
  declare payloadBytes: number
  /** Bytes from the IP header on. */
  declare networkBytes: number
  /** Payload bytes that were sent again. */
  declare retransmittedBytes: number
  declare retransmissions: number
  /** Packets with payload, SYN or FIN that have the IPv4 identification of the packet before them: the same one, captured twice. */
  declare copies: number
  /** Segments by kind that the analysis counted: see `MARK`. */
  declare outOfOrders: number
  declare duplicateAcks: number
  declare zeroWindows: number
  declare windowFulls: number
  declare keepAlives: number
  /** Gaps: bytes that the other end acknowledged and that are not in the capture. */
  declare missedBytes: number
  /** Payload cut off by the capture since the last that was handed on. */
  declare uncapturedBytes: number

  /** Times and frames of the first and the last of each. */
  declare firstNs: number
  declare lastNs: number
  declare firstPayloadNs: number
  declare firstPayloadFrame: number
  declare lastPayloadNs: number
  declare lastPayloadFrame: number
  declare synFrame: number
  declare synNs: number
  declare finFrame: number
  declare finNs: number
  /** The sequence number of the FIN itself. */
  declare finSequence: number
  declare resetFrame: number
  declare resetNs: number
  declare resetCount: number
  /** The first frame of this end after its first RST that is none itself. */
  declare afterResetFrame: number
  /** SYNs (client) or SYN-ACKs (server). */
  declare synCount: number

  /** The most payload in one segment of this end, and the sequence number of the first one of that size. */
  declare largestPayload: number
  declare largestSequence: number

  /** The SYN or SYN-ACK: MSS (0: none), window scale (-1: none), SACK permitted, and what an OS guess needs. */
  declare maximumSegmentBytes: number
  declare windowShift: number
  declare sackPermitted: boolean
  declare synWindow: number
  declare synHopLimit: number
  declare synDontFragment: boolean
  declare synIdentification: number
  declare synTrafficClass: number
  declare synFlags: number
  declare synOptionBytes: number
  /** Of the last packet that was no reset, and of the first reset: who sent it is told by them. */
  declare hopLimit: number
  declare trafficClass: number
  declare identification: number
  declare resetHopLimit: number
  declare resetTrafficClass: number
  declare resetIdentification: number
  declare resetWindow: number
  /** ECN, RFC 3168: CE marks and ECE echoes seen. */
  declare congestionMarks: number
  declare congestionEchoes: number

  /** The sequence number of the SYN; where none was seen, one before the first that was sent or acknowledged. */
  declare initialSequence: number
  declare initialSequenceKnown: boolean
  /** The next byte to be sent: one past the highest seen; and when and in which frame that was sent. */
  declare nextSequence: number
  declare sequenceKnown: boolean
  declare nextSequenceNs: number
  declare nextSequenceFrame: number
  /** Up to here nothing is missing that would have to be acknowledged (Wireshark's reading, which takes 0 as unknown). */
  declare contiguousSequence: number
  /** The highest acknowledgment that this end sent. */
  declare acknowledged: number
  declare acknowledgedKnown: boolean
  /** The last acknowledgment it sent and when; how often it was repeated (-1: one that runs ahead was told of). */
  declare lastAcknowledgment: number
  declare lastAcknowledgmentNs: number
  declare duplicateRun: number
  /** The last window, not shifted; -1 before the first segment. */
  declare window: number
  /** How much it is shifted: -1 unknown, -2 not at all because an end did not ask for it. */
  declare windowScaling: number
  /** Between its SYN and its first segment without one: RFC 7323's scaling does not hold yet. */
  declare windowUnscaled: boolean
  /** When and where the present run of zero windows began; holds while `window` is 0. */
  declare windowZeroNs: number
  declare windowZeroFrame: number
  /** The marks of its last segment. */
  declare lastMarks: number

  /** The first byte that has not come in order yet; what came before it was handed on or told as missed. */
  declare streamSequence: number
  declare streamKnown: boolean
  /** Nobody asks for this end's payload any more. */
  declare payloadUnwanted: boolean

  /** What Zeek's letters need; only `zeek-history.ts` reads and writes them. */
  declare zeekState: number
  declare zeekBefore: number
  declare historyBits: number
  declare historySyn: number
  declare historyFin: number
  declare historyReset: number
  declare historyNext: number
  declare historyAcked: number
  declare historyStart: number
  declare historyRepeats: number
  declare historyZeros: number
  declare historyGaps: number
  declare historyCorrupt: number

  /** Data that was sent again; null where none was. */
  declare repeats: Repeats | null
  /** Data that came before its turn; null where none waits. */
  declare held: HeldPayload | null
  /** When SYNs after the first were sent, and in which frames: up to seven. */
  declare synAgainTimesNs: number[] | null
  declare synAgainFrames: number[] | null

  constructor(
    ints: Int32Array = new Int32Array(END_INTS),
    intAt = 0,
    doubles: Float64Array = new Float64Array(END_DOUBLES),
    doubleAt = 0,
  ) {
    super(ints, intAt, doubles, doubleAt)
    this.reset()
  }

  /** Forgets everything. */
  reset(): void {
    this.ints.set(END_BLANK, this.intAt)
    this.doubles.fill(0, this.doubleAt, this.doubleAt + END_DOUBLES)
    this.rare = null
  }

  /** 4 or 16 bytes in network order. */
  get address(): Uint8Array {
    const bytes = new Uint8Array(this.addressBytes)
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = (this.ints[this.intAt + ADDRESS + (at >> 2)] ?? 0) >>> (24 - (at & 3) * 8)
    }
    return bytes
  }

  set address(bytes: Uint8Array) {
    this.addressBytes = bytes.length
    for (let word = 0; word < 4; word++) {
      let value = 0
      for (let at = 4 * word; at < 4 * word + 4; at++) value = (value << 8) | (bytes[at] ?? 0)
      this.ints[this.intAt + ADDRESS + word] = value
    }
  }

  /** When SYNs (client) or SYN-ACKs (server) were sent, the first eight; `synCount` counts on. */
  get synTimesNs(): readonly number[] {
    return this.synCount === 0 ? NONE : [this.synNs, ...(this.synAgainTimesNs ?? NONE)]
  }

  /** The frames of `synTimesNs`. */
  get synFrames(): readonly number[] {
    return this.synCount === 0 ? NONE : [this.synFrame, ...(this.synAgainFrames ?? NONE)]
  }

  /** When the data that was repeated the most often was sent, from its first time on, the first eight times. */
  get repeatTimesNs(): readonly number[] {
    return this.repeats?.most.timesNs ?? NONE
  }

  /** The frames of `repeatTimesNs`. */
  get repeatFrames(): readonly number[] {
    return this.repeats?.most.frames ?? NONE
  }

  /** How often it was sent in all; 0 where nothing was repeated. */
  get repeatCount(): number {
    return this.repeats?.most.count ?? 0
  }

  /** Its payload in bytes and its sequence number (int32). */
  get repeatBytes(): number {
    return this.repeats?.most.bytes ?? 0
  }

  get repeatSequence(): number {
    return this.repeats?.most.sequence ?? 0
  }

  /** Keeps TCP's options as they stand in `view[at, end)`, the first 24 bytes of them. */
  keepSynOptions(view: DataView, at: number, end: number): void {
    const words = Math.min(SYN_OPTION_WORDS, (end - at) >> 2)
    const from = this.intAt + FIRST_OPTION_WORD
    for (let word = 0; word < words; word++) this.ints[from + word] = view.getInt32(at + 4 * word)
    this.synOptionBytes = 4 * words
  }

  #synOptionByte(at: number): number {
    const word = this.ints[this.intAt + FIRST_OPTION_WORD + (at >> 2)] ?? 0
    return (word >>> (24 - (at & 3) * 8)) & 0xff
  }

  /** Option kinds in their order as the SYN had them, e.g. [2, 4, 8, 1, 3]; what is cut off ends them. */
  get synOptions(): readonly number[] {
    const kinds: number[] = []
    const end = this.synOptionBytes
    for (let at = 0; at < end; ) {
      const kind = this.#synOptionByte(at)
      kinds.push(kind)
      if (kind === 0) break
      at += kind === 1 ? 1 : Math.max(2, at + 1 < end ? this.#synOptionByte(at + 1) : 2)
    }
    return kinds
  }
}

/** They are no properties, they take room only. */
const optionWords = Array.from({ length: SYN_OPTION_WORDS }, (_, word) => `optionWord${word}`)

const COLUMNS: Columns = {
  zeros: [
    'nextSequence',
    'nextSequenceFrame',
    'contiguousSequence',
    'lastAcknowledgment',
    'duplicateRun',
    'lastMarks',
    'acknowledged',
    'streamSequence',
    'packets',
    'largestPayload',
    'address0',
    'address1',
    'address2',
    'address3',
    'addressBytes',
    'port',
    'initialSequence',
    'largestSequence',
    'finSequence',
    'synCount',
    'maximumSegmentBytes',
    'synWindow',
    'synHopLimit',
    'synTrafficClass',
    'synFlags',
    'synOptionBytes',
    ...optionWords,
    'zeekState',
    'zeekBefore',
    'historyBits',
    'historySyn',
    'historyFin',
    'historyReset',
    'historyNext',
    'historyAcked',
    'historyStart',
    'historyRepeats',
    'historyZeros',
    'historyGaps',
    'historyCorrupt',
  ],
  unseen: [
    'window',
    'windowScaling',
    'hopLimit',
    'trafficClass',
    'identification',
    'windowShift',
    'firstPayloadFrame',
    'lastPayloadFrame',
    'synFrame',
    'finFrame',
    'resetFrame',
    'synIdentification',
  ],
  flags: [
    'initialSequenceKnown',
    'windowUnscaled',
    'sequenceKnown',
    'acknowledgedKnown',
    'streamKnown',
    'payloadUnwanted',
    'sackPermitted',
    'synDontFragment',
  ],
  doubles: [
    'firstNs',
    'lastNs',
    'nextSequenceNs',
    'lastAcknowledgmentNs',
    'payloadBytes',
    'networkBytes',
    'firstPayloadNs',
    'lastPayloadNs',
    'synNs',
    'finNs',
  ],
  rare: {
    retransmissions: 0,
    copies: 0,
    outOfOrders: 0,
    duplicateAcks: 0,
    zeroWindows: 0,
    windowFulls: 0,
    keepAlives: 0,
    congestionMarks: 0,
    congestionEchoes: 0,
    resetCount: 0,
    windowZeroFrame: -1,
    afterResetFrame: -1,
    resetHopLimit: -1,
    resetTrafficClass: -1,
    resetIdentification: -1,
    resetWindow: -1,
    retransmittedBytes: 0,
    missedBytes: 0,
    uncapturedBytes: 0,
    resetNs: 0,
    windowZeroNs: 0,
    repeats: null,
    held: null,
    synAgainTimesNs: null,
    synAgainFrames: null,
  },
}

const ADDRESS = placeOf(COLUMNS, 'address0')
const FIRST_OPTION_WORD = placeOf(COLUMNS, 'optionWord0')
/** How many integers and other numbers an end takes in its columns. */
export const END_INTS: number = countInts(COLUMNS)
export const END_DOUBLES: number = COLUMNS.doubles.length
/** Integers of an end of which nothing was seen. */
export const END_BLANK: Int32Array = blankInts(COLUMNS)
defineColumns(End.prototype, COLUMNS)

/**
 * Where an end's numbers lie from its `intAt` and `doubleAt` on. What happens for each packet reads and
 * writes them there: as properties they cost the same once the engine has compiled everything, and
 * several times as much until then, which for most captures is the whole time.
 */
export const NEXT_SEQUENCE: number = placeOf(COLUMNS, 'nextSequence')
export const NEXT_SEQUENCE_FRAME: number = placeOf(COLUMNS, 'nextSequenceFrame')
export const CONTIGUOUS_SEQUENCE: number = placeOf(COLUMNS, 'contiguousSequence')
export const LAST_ACKNOWLEDGMENT: number = placeOf(COLUMNS, 'lastAcknowledgment')
export const DUPLICATE_RUN: number = placeOf(COLUMNS, 'duplicateRun')
export const LAST_MARKS: number = placeOf(COLUMNS, 'lastMarks')
export const ACKNOWLEDGED: number = placeOf(COLUMNS, 'acknowledged')
export const ACKNOWLEDGED_KNOWN: number = placeOf(COLUMNS, 'acknowledgedKnown')
export const SEQUENCE_KNOWN: number = placeOf(COLUMNS, 'sequenceKnown')
export const STREAM_SEQUENCE: number = placeOf(COLUMNS, 'streamSequence')
export const STREAM_KNOWN: number = placeOf(COLUMNS, 'streamKnown')
export const PAYLOAD_UNWANTED: number = placeOf(COLUMNS, 'payloadUnwanted')
export const PACKETS: number = placeOf(COLUMNS, 'packets')
export const LARGEST_PAYLOAD: number = placeOf(COLUMNS, 'largestPayload')
export const LARGEST_SEQUENCE: number = placeOf(COLUMNS, 'largestSequence')
export const WINDOW: number = placeOf(COLUMNS, 'window')
export const WINDOW_SCALING: number = placeOf(COLUMNS, 'windowScaling')
export const WINDOW_UNSCALED: number = placeOf(COLUMNS, 'windowUnscaled')
export const HOP_LIMIT: number = placeOf(COLUMNS, 'hopLimit')
export const TRAFFIC_CLASS: number = placeOf(COLUMNS, 'trafficClass')
export const IDENTIFICATION: number = placeOf(COLUMNS, 'identification')
export const FIRST_PAYLOAD_FRAME: number = placeOf(COLUMNS, 'firstPayloadFrame')
export const LAST_PAYLOAD_FRAME: number = placeOf(COLUMNS, 'lastPayloadFrame')
export const INITIAL_SEQUENCE_KNOWN: number = placeOf(COLUMNS, 'initialSequenceKnown')
export const LAST_NS: number = placeOf(COLUMNS, 'lastNs')
export const FIRST_NS: number = placeOf(COLUMNS, 'firstNs')
export const NEXT_SEQUENCE_NS: number = placeOf(COLUMNS, 'nextSequenceNs')
export const LAST_ACKNOWLEDGMENT_NS: number = placeOf(COLUMNS, 'lastAcknowledgmentNs')
export const PAYLOAD_BYTES: number = placeOf(COLUMNS, 'payloadBytes')
export const NETWORK_BYTES: number = placeOf(COLUMNS, 'networkBytes')
export const LAST_PAYLOAD_NS: number = placeOf(COLUMNS, 'lastPayloadNs')
export const PORT: number = placeOf(COLUMNS, 'port')
