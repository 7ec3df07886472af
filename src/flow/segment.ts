/** What a TCP segment adds to what is remembered of the end that sent it, once its marks are known. */
import type { Headers } from '../wire/headers.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import {
  AWAITS_RESPONSE,
  type Connection,
  ESTABLISHED_FRAME,
  FIRST_ROUND_TRIP_NS,
} from './connection.ts'
import {
  ACKNOWLEDGED,
  ACKNOWLEDGED_KNOWN,
  type End,
  FIRST_PAYLOAD_FRAME,
  LARGEST_PAYLOAD,
  LARGEST_SEQUENCE,
  LAST_PAYLOAD_FRAME,
  LAST_PAYLOAD_NS,
  PAYLOAD_BYTES,
  WINDOW_UNSCALED,
} from './end.ts'
import { MARK } from './mark.ts'
import { noteRepeat } from './repeats.ts'

const UNUSUAL = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst | TCP_FLAG.ece

/** A shift beyond 14 is taken as 14, RFC 7323 §2.3. */
const MOST_SHIFT = 14

/** Times of SYNs that are kept after the first. */
const MOST_SYNS_AGAIN = 7

/** Updates counts, times and the handshake. */
export function noteSegment(
  connection: Connection,
  me: End,
  peer: End,
  headers: Headers,
  marks: number,
  frame: number,
  timeNs: number,
): void {
  const { flags, window } = headers
  if ((flags & UNUSUAL) !== 0) noteUnusual(connection, me, peer, headers, frame, timeNs)
  if (me.rare !== null) noteAfterwards(me, flags, window, frame)
  if (window === 0 && (flags & TCP_FLAG.rst) === 0) noteZeroWindow(me, frame, timeNs)
  if ((flags & TCP_FLAG.ack) !== 0) noteAcknowledgment(connection, me, headers, frame, timeNs)
  if (headers.payloadBytes > 0) notePayload(connection, me, headers, frame, timeNs)
  if (marks !== 0) noteMarks(connection, me, headers, marks, frame, timeNs)
}

/** What had not been noted if the end had not met something rare before. */
function noteAfterwards(me: End, flags: number, window: number, frame: number): void {
  if (me.resetFrame >= 0 && me.afterResetFrame < 0 && (flags & TCP_FLAG.rst) === 0)
    me.afterResetFrame = frame
  if (window !== 0) me.windowZeroFrame = -1
}

function noteZeroWindow(me: End, frame: number, timeNs: number): void {
  if (me.windowZeroFrame >= 0) return
  me.windowZeroFrame = frame
  me.windowZeroNs = timeNs
}

function noteUnusual(
  connection: Connection,
  me: End,
  peer: End,
  headers: Headers,
  frame: number,
  timeNs: number,
): void {
  const { flags } = headers
  if ((flags & TCP_FLAG.syn) !== 0) noteSyn(connection, me, peer, headers, frame, timeNs)
  if ((flags & TCP_FLAG.fin) !== 0 && me.finFrame < 0) {
    me.finFrame = frame
    me.finNs = timeNs
    me.finSequence = (headers.sequence + headers.payloadBytes) | 0
  }
  if ((flags & TCP_FLAG.ece) !== 0 && (flags & TCP_FLAG.syn) === 0) me.congestionEchoes++
  if ((flags & TCP_FLAG.rst) === 0) return
  me.resetCount++
  if (me.resetFrame >= 0) return
  me.resetFrame = frame
  me.resetNs = timeNs
  me.resetHopLimit = headers.hopLimit
  me.resetTrafficClass = headers.trafficClass
  me.resetIdentification = headers.identification
  me.resetWindow = headers.window
}

function noteSyn(
  connection: Connection,
  me: End,
  peer: End,
  headers: Headers,
  frame: number,
  timeNs: number,
): void {
  const isAnswer = (headers.flags & TCP_FLAG.ack) !== 0
  if (!isAnswer) connection.lastSynNs = timeNs
  me.windowUnscaled = true
  me.synCount++
  if (me.synCount === 1) {
    me.synFrame = frame
    me.synNs = timeNs
    me.synWindow = headers.window
    me.synHopLimit = headers.hopLimit
    me.synTrafficClass = headers.trafficClass
    me.synIdentification = headers.identification
    me.synDontFragment = headers.dontFragment
    me.synFlags = headers.flags
    me.keepSynOptions(headers.view, headers.optionsAt, headers.optionsEnd)
  } else if (me.synCount <= 1 + MOST_SYNS_AGAIN) {
    me.synAgainTimesNs ??= []
    me.synAgainFrames ??= []
    me.synAgainTimesNs.push(timeNs)
    me.synAgainFrames.push(frame)
  }
  readSynOptions(me, headers.view, headers.optionsAt, headers.optionsEnd)
  // Both ends have to ask for scaling, RFC 7323 §2.2.
  if (me.windowScaling === -1) me.windowScaling = peer.windowScaling = -2
  else if (isAnswer && peer.windowScaling === -2) me.windowScaling = -2
}

function readSynOptions(me: End, view: DataView, from: number, end: number): void {
  for (let at = from; at < end; ) {
    const kind = view.getUint8(at)
    if (kind === 0) return
    if (kind === 1) {
      at++
      continue
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0
    if (length < 2 || at + length > end) return
    if (kind === 2 && length === 4) me.maximumSegmentBytes = view.getUint16(at + 2)
    else if (kind === 3 && length === 3) {
      me.windowShift = view.getUint8(at + 2)
      me.windowScaling = Math.min(MOST_SHIFT, me.windowShift)
    } else if (kind === 4 && length === 2) me.sackPermitted = true
    at += length
  }
}

function noteAcknowledgment(
  connection: Connection,
  me: End,
  headers: Headers,
  frame: number,
  timeNs: number,
): void {
  const { acknowledgment, flags } = headers
  const { ints, intAt: mine } = me
  if ((flags & TCP_FLAG.syn) === 0) {
    ints[mine + WINDOW_UNSCALED] = 0
    const isFirst = connection.doubles[connection.doubleAt + FIRST_ROUND_TRIP_NS] === 0
    if (ints[connection.intAt + ESTABLISHED_FRAME] === -1 || isFirst)
      noteFirst(connection, me, headers, frame, timeNs)
  }
  // A RST's number proves nothing.
  if ((flags & TCP_FLAG.rst) !== 0) return
  const ahead = (acknowledgment - (ints[mine + ACKNOWLEDGED] as number)) | 0
  if (ahead > 0 || ints[mine + ACKNOWLEDGED_KNOWN] === 0) {
    ints[mine + ACKNOWLEDGED] = acknowledgment
    ints[mine + ACKNOWLEDGED_KNOWN] = 1
  }
}

/** A segment without SYN while the handshake is not known to have ended. */
function noteFirst(
  connection: Connection,
  me: End,
  headers: Headers,
  frame: number,
  timeNs: number,
): void {
  // One of 0 is none, as the clock was too coarse to measure it.
  if (connection.firstRoundTripNs <= 0 && connection.lastSynNs >= 0)
    connection.firstRoundTripNs = timeNs - connection.lastSynNs
  if ((headers.flags & TCP_FLAG.rst) === 0 && connection.establishedFrame < 0)
    noteEstablished(connection, me, headers.acknowledgment, frame, timeNs)
}

/** The client's first acknowledgment of the server's SYN. */
function noteEstablished(
  connection: Connection,
  me: End,
  acknowledgment: number,
  frame: number,
  timeNs: number,
): void {
  const { client, server } = connection
  if (me !== client || server.synFrame < 0 || client.synFrame < 0) return
  if (((acknowledgment - server.initialSequence) | 0) <= 0) return
  connection.establishedFrame = frame
  connection.establishedNs = timeNs
}

function notePayload(
  connection: Connection,
  me: End,
  headers: Headers,
  frame: number,
  timeNs: number,
): void {
  const { ints, doubles, intAt: mine, doubleAt } = me
  const bytes = headers.payloadBytes
  doubles[doubleAt + PAYLOAD_BYTES] = (doubles[doubleAt + PAYLOAD_BYTES] as number) + bytes
  if (bytes > (ints[mine + LARGEST_PAYLOAD] as number)) {
    ints[mine + LARGEST_PAYLOAD] = bytes
    ints[mine + LARGEST_SEQUENCE] = headers.sequence
  }
  notePayloadTime(connection, me, frame, timeNs)
}

/** First and last payload of an end, and how long the server takes to answer the client. */
export function notePayloadTime(
  connection: Connection,
  me: End,
  frame: number,
  timeNs: number,
): void {
  const { ints, intAt: mine } = me
  if (ints[mine + FIRST_PAYLOAD_FRAME] === -1) {
    me.firstPayloadFrame = frame
    me.firstPayloadNs = timeNs
  }
  ints[mine + LAST_PAYLOAD_FRAME] = frame
  me.doubles[me.doubleAt + LAST_PAYLOAD_NS] = timeNs
  const awaits = connection.intAt + AWAITS_RESPONSE
  if (me === connection.client) ints[awaits] = 1
  else if (ints[awaits] !== 0) {
    ints[awaits] = 0
    noteResponse(connection, frame, timeNs)
  }
}

function noteResponse(connection: Connection, frame: number, timeNs: number): void {
  const tookNs = timeNs - connection.client.lastPayloadNs
  connection.responses++
  connection.responseSumNs += tookNs
  if (connection.responses > 1 && tookNs <= connection.slowestResponseNs) return
  connection.slowestResponseNs = tookNs
  connection.slowestResponseFrame = frame
}

function noteMarks(
  connection: Connection,
  me: End,
  headers: Headers,
  marks: number,
  frame: number,
  timeNs: number,
): void {
  connection.marks |= marks
  if ((marks & MARK.retransmission) !== 0) {
    me.retransmissions++
    me.retransmittedBytes += headers.payloadBytes
    if (headers.payloadBytes > 0) noteRepeated(me, headers, frame, timeNs)
  }
  if ((marks & MARK.outOfOrder) !== 0) me.outOfOrders++
  if ((marks & MARK.duplicateAck) !== 0) me.duplicateAcks++
  if ((marks & MARK.zeroWindow) !== 0) me.zeroWindows++
  if ((marks & MARK.windowFull) !== 0) me.windowFulls++
  if ((marks & MARK.keepAlive) !== 0) me.keepAlives++
}

/** When it was sent first is known where it is the last new data that was sent. */
function noteRepeated(me: End, headers: Headers, frame: number, timeNs: number): void {
  const { sequence, payloadBytes } = headers
  const isLatest =
    ((sequence + payloadBytes) | 0) === me.nextSequence && me.nextSequenceFrame < frame
  const firstFrame = isLatest ? me.nextSequenceFrame : -1
  const firstNs = me.nextSequenceNs
  me.repeats = noteRepeat(me.repeats, sequence, payloadBytes, timeNs, frame, firstNs, firstFrame)
}
