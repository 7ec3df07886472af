/**
 * Zeek's `history` of a connection, letter by letter, by the rules of its reference of conn.log and
 * of its TCP endpoint: upper case for the client.
 *
 *    S SYN   H SYN-ACK   A ACK alone   D data   F FIN   R RST   I FIN with RST   Q another mix
 *    C bad checksum   G gap   T data again   W window of zero: at the 1st, 10th, 100th … time
 *    ^ the ends were told by their ports
 *
 * S, H, F and R come again where their sequence number is another one. It keeps its own numbers, so
 * that it may be asked before or after the rest of the analysis.
 */
import type { Headers } from '../wire/headers.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import type { Connection, End } from './connection.ts'
import { enterState, nextState, ZEEK_STATE } from './zeek-state.ts'

const BIT = { syn: 1, fin: 2, reset: 4, finReset: 8, mixed: 16, data: 32, ack: 64 } as const

/** Jumps beyond this are not believed of a SYN or RST (Zeek's TOO_LARGE_SEQ_DELTA). */
const TOO_FAR = 1048576

const CONTROL = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst

function addLetter(connection: Connection, fromClient: boolean, letter: string): void {
  if (connection.history === '' && connection.turned) connection.history = '^'
  connection.history += fromClient ? letter : letter.toLowerCase()
}

/** Adds the letter the first time; true where it was there before. */
function wasNoted(
  connection: Connection,
  fromClient: boolean,
  bit: number,
  letter: string,
): boolean {
  const end = fromClient ? connection.client : connection.server
  if (end.historyBits & bit) return true
  end.historyBits |= bit
  addLetter(connection, fromClient, letter)
  return false
}

/** A count at which a letter comes again. */
function isPowerOfTen(count: number): boolean {
  let power = 1
  while (power < count) power *= 10
  return power === count
}

function scale(connection: Connection, fromClient: boolean, letter: string, count: number): void {
  if (isPowerOfTen(count)) addLetter(connection, fromClient, letter)
}

/** Tells the history of one segment or datagram whose checksum is not known to be wrong. */
export function noteHistory(connection: Connection, fromClient: boolean, headers: Headers): void {
  const end = fromClient ? connection.client : connection.server
  if (headers.protocol !== PROTOCOL.tcp) {
    if (headers.protocol !== PROTOCOL.udp) noteMessage(connection, headers)
    else if ((end.historyBits & BIT.data) === 0) wasNoted(connection, fromClient, BIT.data, 'D')
    return
  }
  if ((headers.flags & CONTROL) !== 0 || end.zeekState < ZEEK_STATE.partial) {
    noteControl(connection, fromClient, headers)
    return
  }
  if (headers.payloadBytes > 0) {
    if ((end.historyBits & BIT.data) === 0) wasNoted(connection, fromClient, BIT.data, 'D')
    if (headers.window === 0) noteZeroWindow(connection, fromClient)
    const next = (headers.sequence + headers.payloadBytes) | 0
    if (((next - end.historyNext) | 0) > 0) end.historyNext = next
    else if (end.zeekState !== ZEEK_STATE.reset)
      scale(connection, fromClient, 'T', ++end.historyRepeats)
    return
  }
  if ((end.historyBits & BIT.ack) === 0 && (headers.flags & TCP_FLAG.ack) !== 0)
    wasNoted(connection, fromClient, BIT.ack, 'A')
  if (headers.window === 0) noteZeroWindow(connection, fromClient)
}

/** Zeek has no letters for ICMP; the type and code that it takes for ports are those of the first message. */
function noteMessage(connection: Connection, { protocol, view, transportAt }: Headers): void {
  const isIcmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6
  if (!isIcmp || connection.icmpType >= 0 || transportAt + 2 > view.byteLength) return
  connection.icmpType = view.getUint8(transportAt)
  connection.icmpCode = view.getUint8(transportAt + 1)
}

/** A gap: bytes of that end which the other acknowledged and which were not captured. */
export function noteGap(connection: Connection, fromClient: boolean): void {
  const [end, peer] = fromClient
    ? [connection.client, connection.server]
    : [connection.server, connection.client]
  // What is missing at a FIN or RST tells nothing.
  if (end.zeekState >= ZEEK_STATE.closed || peer.zeekState >= ZEEK_STATE.closed) return
  scale(connection, fromClient, 'G', ++end.historyGaps)
}

/** A packet whose checksum is wrong: nothing else is told of it. */
export function noteBadChecksum(connection: Connection, fromClient: boolean): void {
  const end = fromClient ? connection.client : connection.server
  scale(connection, fromClient, 'C', ++end.historyCorrupt)
}

/** Windows of zero say nothing after an RST, or once the other end has no more to send. */
function noteZeroWindow(connection: Connection, fromClient: boolean): void {
  const [end, peer] = fromClient
    ? [connection.client, connection.server]
    : [connection.server, connection.client]
  if (peer.zeekState === ZEEK_STATE.closed || end.zeekState === ZEEK_STATE.reset) return
  scale(connection, fromClient, 'W', ++end.historyZeros)
}

/** A segment that opens, closes or resets, or comes before its end is established. */
function noteControl(connection: Connection, fromClient: boolean, headers: Headers): void {
  const [end, peer] = fromClient
    ? [connection.client, connection.server]
    : [connection.server, connection.client]
  const { flags, sequence } = headers
  const isReset = (flags & TCP_FLAG.rst) !== 0
  const length =
    (isReset ? 0 : headers.payloadBytes) +
    (flags & TCP_FLAG.syn ? 1 : 0) +
    (flags & TCP_FLAG.fin ? 1 : 0)
  const next = (sequence + length) | 0
  begin(end, flags, sequence, next)
  noteFlags(connection, fromClient, headers, (sequence - end.historyStart) | 0)
  if (headers.window === 0 && !isReset) noteZeroWindow(connection, fromClient)
  if (flags & TCP_FLAG.ack && peer.zeekState === ZEEK_STATE.inactive) {
    peer.historyStart = (headers.acknowledgment - 1) | 0
    peer.historyNext = peer.historyStart
  }
  if (advance(end, flags, next, headers.payloadBytes))
    scale(connection, fromClient, 'T', ++end.historyRepeats)
  const state = nextState(end, peer, fromClient, headers)
  if (state !== end.zeekState) enterState(end, state)
}

/** Where sequence numbers begin: at a SYN, else as though a SYN had come before. */
function begin(end: End, flags: number, sequence: number, next: number): void {
  const isSyn = (flags & TCP_FLAG.syn) !== 0
  if (end.zeekState === ZEEK_STATE.inactive) {
    end.historyStart = isSyn ? sequence : (sequence - 1) | 0
    end.historyNext = isSyn ? next : sequence
  } else if (isSyn && isNewStart(end, sequence)) {
    end.historyStart = sequence
    end.historyNext = next
  }
}

function isNewStart(end: End, sequence: number): boolean {
  if (end.zeekState === ZEEK_STATE.closed) return false
  if (end.zeekState === ZEEK_STATE.reset) return end.zeekBefore === ZEEK_STATE.inactive
  return sequence !== end.historyStart
}

function noteFlags(
  connection: Connection,
  fromClient: boolean,
  { flags, payloadBytes }: Headers,
  relative: number,
): void {
  const end = fromClient ? connection.client : connection.server
  const control = flags & CONTROL
  if (control === 0) {
    if (payloadBytes > 0) wasNoted(connection, fromClient, BIT.data, 'D')
    else if (flags & TCP_FLAG.ack) wasNoted(connection, fromClient, BIT.ack, 'A')
  } else if (control === TCP_FLAG.syn) {
    const letter = flags & TCP_FLAG.ack ? 'H' : 'S'
    if (wasNoted(connection, fromClient, BIT.syn, letter) && relative !== end.historySyn)
      addLetter(connection, fromClient, letter)
    end.historySyn = relative
  } else if (control === TCP_FLAG.fin) {
    // The FIN stands behind the data of its segment.
    const last = (relative + payloadBytes) | 0
    if (wasNoted(connection, fromClient, BIT.fin, 'F') && last !== end.historyFin)
      addLetter(connection, fromClient, 'F')
    end.historyFin = last
  } else if (control === TCP_FLAG.rst) {
    if (wasNoted(connection, fromClient, BIT.reset, 'R') && relative !== end.historyReset)
      addLetter(connection, fromClient, 'R')
    end.historyReset = relative
  } else if (flags & TCP_FLAG.fin && flags & TCP_FLAG.rst) {
    wasNoted(connection, fromClient, BIT.finReset, 'I')
  } else wasNoted(connection, fromClient, BIT.mixed, 'Q')
}

/** Moves the highest byte seen; true where the data was there before. */
function advance(end: End, flags: number, next: number, payloadBytes: number): boolean {
  const ahead = (next - end.historyNext) | 0
  if (flags & (TCP_FLAG.syn | TCP_FLAG.rst) && Math.abs(ahead) > TOO_FAR) return false
  if (flags & TCP_FLAG.fin && end.historyNext === ((end.historyStart + 1) | 0)) {
    end.historyNext = next
    return false
  }
  if (end.zeekState === ZEEK_STATE.reset) return false
  if (ahead > 0) end.historyNext = next
  return ahead <= 0 && payloadBytes > 0
}
