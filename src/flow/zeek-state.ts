/**
 * The states of a TCP end as Zeek's endpoints go through them, what they come to as `conn_state`, and
 * the bytes that its conn.log counts by them.
 */
import type { Headers } from '../wire/headers.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import type { Connection, End } from './connection.ts'

/** The states of an end, by Zeek's names. */
export const ZEEK_STATE: {
  readonly inactive: 0
  readonly synSent: 1
  readonly synAckSent: 2
  readonly partial: 3
  readonly established: 4
  readonly closed: 5
  readonly reset: 6
} = { inactive: 0, synSent: 1, synAckSent: 2, partial: 3, established: 4, closed: 5, reset: 6 }

/** Puts an end into a state and remembers the one before. */
export function enterState(end: End, state: number): void {
  end.zeekBefore = end.zeekState
  end.zeekState = state
}

/** The state of `end` after its segment; where that opens or mends the other end, `peer` is changed. */
export function nextState(end: End, peer: End, fromClient: boolean, headers: Headers): number {
  const { flags } = headers
  switch (end.zeekState) {
    case ZEEK_STATE.inactive:
      return firstState(end, peer, fromClient, headers)
    case ZEEK_STATE.synSent:
    case ZEEK_STATE.synAckSent:
      if (flags & TCP_FLAG.rst) return ZEEK_STATE.reset
      return flags & TCP_FLAG.fin ? ZEEK_STATE.closed : end.zeekState
    case ZEEK_STATE.established:
    case ZEEK_STATE.partial:
      return laterState(end, peer, flags)
    case ZEEK_STATE.closed: {
      const isReset = flags & TCP_FLAG.rst && peer.zeekState !== ZEEK_STATE.closed
      return isReset ? ZEEK_STATE.reset : ZEEK_STATE.closed
    }
    default:
      return end.zeekState
  }
}

/** The state after the first segment of an end. */
function firstState(end: End, peer: End, fromClient: boolean, headers: Headers): number {
  const { flags } = headers
  let state = end.zeekState
  if (flags & TCP_FLAG.syn) {
    if (fromClient) state = flags & TCP_FLAG.ack ? ZEEK_STATE.synAckSent : ZEEK_STATE.synSent
    else {
      if (peer.zeekState === ZEEK_STATE.synSent) enterState(peer, ZEEK_STATE.established)
      state = ZEEK_STATE.established
    }
  }
  if (flags & TCP_FLAG.fin) state = ZEEK_STATE.closed
  if (flags & TCP_FLAG.rst) return ZEEK_STATE.reset
  if (state !== ZEEK_STATE.inactive) return state
  // Some systems acknowledge a SYN before they answer it.
  if (!fromClient && headers.payloadBytes === 0 && peer.zeekState === ZEEK_STATE.synSent)
    return ZEEK_STATE.inactive
  const answers = flags & TCP_FLAG.ack && peer.zeekState === ZEEK_STATE.established
  return answers ? ZEEK_STATE.established : ZEEK_STATE.partial
}

function laterState(end: End, peer: End, flags: number): number {
  if (flags & TCP_FLAG.rst) return ZEEK_STATE.reset
  if (flags & TCP_FLAG.fin) {
    // A FIN and then an RST was an orderly end, now that this side ends as well.
    if (peer.zeekState === ZEEK_STATE.reset && peer.zeekBefore === ZEEK_STATE.closed)
      enterState(peer, ZEEK_STATE.closed)
    return ZEEK_STATE.closed
  }
  const opensLate =
    flags & TCP_FLAG.syn &&
    !(flags & TCP_FLAG.ack) &&
    end.zeekState === ZEEK_STATE.partial &&
    peer.zeekState === ZEEK_STATE.inactive
  return opensLate ? ZEEK_STATE.synSent : end.zeekState
}

/** An end's state is one of which nothing was seen that opened it. */
const isInactive = (state: number): boolean =>
  state === ZEEK_STATE.inactive || state === ZEEK_STATE.partial

/** A client's SYN and RST with nothing of the client's in between. */
const ABORTED = /^\^?S[^HAFGIQ]*R/

/** Zeek's `conn_state`: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH. */
export function connState(connection: Connection): string {
  const { client, server, protocol } = connection
  if (protocol === PROTOCOL.udp) {
    if (client.packets > 0) return server.packets > 0 ? 'SF' : 'S0'
    return server.packets > 0 ? 'SHR' : 'OTH'
  }
  return protocol === PROTOCOL.tcp ? tcpState(connection) : 'OTH'
}

function tcpState(connection: Connection): string {
  const { history } = connection
  const [client, server] = [connection.client.zeekState, connection.server.zeekState]
  const { synSent, synAckSent, established, closed, reset, inactive } = ZEEK_STATE
  if (server === reset) {
    const nothing = zeekBytes(connection, true) === 0 && zeekBytes(connection, false) === 0
    if (client === synSent || client === synAckSent || (client === reset && nothing)) return 'REJ'
    return isInactive(client) ? 'RSTRH' : 'RSTR'
  }
  if (client === reset) {
    if (!isInactive(server)) return 'RSTO'
    return ABORTED.test(history) ? 'RSTOS0' : 'OTH'
  }
  if (client === closed && server === closed) return 'SF'
  if (client === closed) return isInactive(server) ? 'SH' : 'S2'
  if (server === closed) return isInactive(client) ? 'SHR' : 'S3'
  if (client === synSent && server === inactive) return 'S0'
  return client === established && server === established ? 'S1' : 'OTH'
}

const SEQUENCE_SPACE = 4294967296

/**
 * Zeek's `orig_bytes` and `resp_bytes`: for TCP the span of the sequence numbers without SYN and
 * FIN, whatever was captured of it; for the rest the payload bytes.
 */
export function zeekBytes(connection: Connection, ofClient: boolean): number {
  const [end, peer] = ofClient
    ? [connection.client, connection.server]
    : [connection.server, connection.client]
  if (connection.protocol !== PROTOCOL.tcp) return end.payloadBytes
  const { reset, synSent, inactive } = ZEEK_STATE
  if (end.zeekState === inactive) return 0
  const neverAnswered = end.zeekBefore === synSent && end.zeekState === reset
  if (neverAnswered && peer.zeekState === inactive) return 0
  const isAhead = peer.acknowledgedKnown && ((peer.acknowledged - end.historyNext) | 0) > 0
  const last = isAhead ? peer.acknowledged : end.historyNext
  let span = (last - end.historyStart) >>> 0
  if (span !== 0) span--
  if (end.finFrame >= 0 && span !== 0) span--
  // Sequence numbers begin anew every 4 GiB: how often, what was sent says.
  const sent = end.payloadBytes - end.retransmittedBytes + end.missedBytes
  const rounds = Math.round((sent - span) / SEQUENCE_SPACE)
  return span + Math.max(0, rounds) * SEQUENCE_SPACE
}
