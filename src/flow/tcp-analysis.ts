/**
 * What one TCP segment is within its connection, by the rules of Wireshark's sequence analysis
 * (packet-tcp.c of 4.0, tcp_analyze_sequence_number), so that people find the names they know. The
 * rules look at the last segments of both ends only. A sequence number of 0 counts as unknown there,
 * and here.
 */

import type { Headers } from '../wire/headers.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import type { Connection } from './connection.ts'
import {
  CONTIGUOUS_SEQUENCE,
  DUPLICATE_RUN,
  type End,
  INITIAL_SEQUENCE_KNOWN,
  LAST_ACKNOWLEDGMENT,
  LAST_ACKNOWLEDGMENT_NS,
  LAST_MARKS,
  NEXT_SEQUENCE,
  NEXT_SEQUENCE_FRAME,
  NEXT_SEQUENCE_NS,
  SEQUENCE_KNOWN,
  WINDOW,
  WINDOW_SCALING,
  WINDOW_UNSCALED,
} from './end.ts'
import { MARK } from './mark.ts'

const CONTROL = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst
/** Of these an ordinary segment has ACK alone. */
const ORDINARY = CONTROL | TCP_FLAG.ack

/** Stands for a number of duplicate ACKs, all the numbers of which it exceeds there. */
const TOLD = -1

/** A fast retransmission follows the duplicate ACK that asked for it within this. */
const FAST_NS = 20_000_000
/** A segment that comes late by less than a round trip was overtaken; this stands for an unknown round trip. */
const REORDERING_NS = 3_000_000

/** The marks of a segment that `me` sent; what both ends remember moves on. */
export function analyseSegment(
  connection: Connection,
  me: End,
  peer: End,
  headers: Headers,
  frame: number,
  timeNs: number,
): number {
  const { ints, intAt: mine } = me
  const theirs = peer.intAt
  const { sequence, acknowledgment, flags, window } = headers
  const length = headers.payloadBytes
  const isOdd = (flags & ORDINARY) !== TCP_FLAG.ack || window === 0 || ints[theirs + WINDOW] === 0
  let marks = 0
  const isBegun =
    ints[mine + INITIAL_SEQUENCE_KNOWN] !== 0 && ints[theirs + INITIAL_SEQUENCE_KNOWN] !== 0
  if (isOdd || !isBegun || sequence !== ints[mine + NEXT_SEQUENCE]) {
    marks = analyseOdd(connection, me, peer, headers, timeNs)
  } else if (length === 0) {
    if (acknowledgment === ints[mine + LAST_ACKNOWLEDGMENT])
      marks = markRepeatedAck(me, peer, headers)
    else ints[mine + DUPLICATE_RUN] = 0
    marks |= markAhead(peer, acknowledgment)
  } else {
    if (acknowledgment !== ints[mine + LAST_ACKNOWLEDGMENT]) ints[mine + DUPLICATE_RUN] = 0
    marks = markFull(ints, theirs, (sequence + length) | 0) | markSpurious(ints, theirs, headers)
    marks |= markAhead(peer, acknowledgment)
  }
  remember(me, headers, marks, frame, timeNs)
  return marks
}

/** An acknowledgment of what the capture does not hold: told once for each gap. */
function markAhead(peer: End, acknowledgment: number): number {
  const expected = peer.ints[peer.intAt + CONTIGUOUS_SEQUENCE] as number
  if (((acknowledgment - expected) | 0) <= 0 || expected === 0) return 0
  if (((peer.nextSequence - expected) | 0) > 0) {
    peer.contiguousSequence = peer.nextSequence
    return MARK.ackedUnseen
  }
  // Nothing more was seen of what it acknowledges: until that end goes on, once is enough.
  const isFirst = peer.duplicateRun === 0
  peer.duplicateRun = TOLD
  return isFirst ? MARK.ackedUnseen : 0
}

/** The same for a segment that opens, closes or resets, does not go on where the last one ended, or meets a closed window. */
function analyseOdd(
  connection: Connection,
  me: End,
  peer: End,
  headers: Headers,
  timeNs: number,
): number {
  const { sequence, acknowledgment, flags } = headers
  const length = headers.payloadBytes
  let marks = 0
  if ((flags & TCP_FLAG.syn) !== 0) marks = analyseSyn(me, sequence, flags)
  noteInitialSequences(me, peer, sequence, acknowledgment, flags)
  if (length === 1 && sequence === me.nextSequence && peer.window === 0) {
    marks |= MARK.zeroWindowProbe
  } else {
    marks |= markSequence(me, peer, headers)
    if (length === 0) marks |= markRepeatedAck(me, peer, headers)
  }
  if (acknowledgment !== me.lastAcknowledgment) me.duplicateRun = 0
  if ((flags & TCP_FLAG.ack) !== 0) marks |= markAhead(peer, acknowledgment)
  if (length > 0 || (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0) {
    if ((marks & MARK.keepAlive) === 0)
      marks |= markRepetition(connection, me, peer, headers, timeNs)
  }
  return marks
}

/** A SYN on a tuple that knew another: the number is another one, or it goes back to it. */
function analyseSyn(me: End, sequence: number, flags: number): number {
  if (!me.initialSequenceKnown) return 0
  if ((flags & TCP_FLAG.ack) === 0) {
    // A RST may have moved the next number away (RFC 9293 §3.5.2).
    me.nextSequence = me.contiguousSequence
    return 0
  }
  if (sequence === me.initialSequence) return 0
  me.initialSequence = sequence
  return MARK.portReused
}

function noteInitialSequences(
  me: End,
  peer: End,
  sequence: number,
  acknowledgment: number,
  flags: number,
): void {
  if (!me.initialSequenceKnown) {
    me.initialSequence = (flags & TCP_FLAG.syn) !== 0 ? sequence : (sequence - 1) | 0
    me.initialSequenceKnown = true
  }
  if (!peer.initialSequenceKnown && (flags & TCP_FLAG.ack) !== 0) {
    peer.initialSequence = (acknowledgment - 1) | 0
    peer.initialSequenceKnown = true
  }
}

/** What the sequence number and the windows tell. */
function markSequence(me: End, peer: End, headers: Headers): number {
  const { sequence, flags } = headers
  const length = headers.payloadBytes
  const ahead = (sequence - me.nextSequence) | 0
  let marks = 0
  if (ahead > 0 && me.nextSequence !== 0 && (flags & TCP_FLAG.rst) === 0) marks = MARK.lostSegment
  if ((flags & CONTROL) !== 0) return marks
  if (headers.window === 0) marks |= MARK.zeroWindow
  if (ahead === -1 && length <= 1) marks |= MARK.keepAlive
  if (length > 0) marks |= markFull(me.ints, peer.intAt, (sequence + length) | 0)
  return marks
}

/** Data up to `end` that fills the window which the other end has told last. */
function markFull(ints: Int32Array, theirs: number, end: number): number {
  const scaling = ints[theirs + WINDOW_SCALING] as number
  if (scaling === -1) return 0
  const shift = ints[theirs + WINDOW_UNSCALED] !== 0 || scaling === -2 ? 0 : scaling
  const room = (ints[theirs + WINDOW] as number) << shift
  const edge = ((ints[theirs + LAST_ACKNOWLEDGMENT] as number) + room) | 0
  return end === edge ? MARK.windowFull : 0
}

/** Data of which the other end has acknowledged all. */
function markSpurious(ints: Int32Array, theirs: number, headers: Headers): number {
  const acknowledged = ints[theirs + LAST_ACKNOWLEDGMENT] as number
  const end = (headers.sequence + headers.payloadBytes) | 0
  if (((end - acknowledged) | 0) > 0 || acknowledged === 0) return 0
  return MARK.spuriousRetransmission | MARK.retransmission
}

/** What a segment without payload is that repeats the sequence number and the acknowledgment of the one before it. */
function markRepeatedAck(
  me: End,
  peer: End,
  { sequence, acknowledgment, flags, window }: Headers,
): number {
  if (sequence !== me.nextSequence || acknowledgment !== me.lastAcknowledgment) return 0
  if ((flags & CONTROL) !== 0) return 0
  if (window !== me.window) return window === 0 ? 0 : MARK.windowUpdate
  if (window === 0)
    return (peer.lastMarks & MARK.zeroWindowProbe) === 0 ? 0 : MARK.zeroWindowProbeAck
  if ((peer.lastMarks & MARK.keepAlive) !== 0) return MARK.keepAliveAck
  me.duplicateRun = me.duplicateRun === TOLD ? 1 : me.duplicateRun + 1
  return MARK.duplicateAck
}

/** A clock that was set back makes a time that passed negative: that is no short one. */
const isWithin = (passedNs: number, limitNs: number): boolean => passedNs >= 0 && passedNs < limitNs

/** Which kind of late segment it is, if it is one: data, a SYN or a FIN that does not go on where the last one ended. */
function markRepetition(
  connection: Connection,
  me: End,
  peer: End,
  headers: Headers,
  timeNs: number,
): number {
  const { sequence, flags } = headers
  const length = headers.payloadBytes
  const { nextSequence } = me
  const { lastAcknowledgment } = peer
  const dataEnd = (sequence + length) | 0
  const spurious = length > 0 ? markSpurious(me.ints, peer.intAt, headers) : 0
  if (spurious !== 0) return spurious
  const behind = (nextSequence - sequence) | 0
  if (nextSequence === 0 || behind <= 0) return 0
  // One byte back and more than one long: what follows a probe of a zero window.
  if (length > 1 && behind === 1) return 0
  const wasAsked =
    (peer.duplicateRun >= 2 || peer.duplicateRun === TOLD) && lastAcknowledgment === sequence
  if (wasAsked && isWithin(timeNs - peer.lastAcknowledgmentNs, FAST_NS))
    return MARK.fastRetransmission | MARK.retransmission
  const roundTripNs = connection.firstRoundTripNs > 0 ? connection.firstRoundTripNs : REORDERING_NS
  const takesNumber = (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0 ? 1 : 0
  const end = (dataEnd + takesNumber) | 0
  if (nextSequence !== end && isWithin(timeNs - me.nextSequenceNs, roundTripNs))
    return MARK.outOfOrder
  return MARK.retransmission
}

/** Keeps what the next segments are measured by. */
function remember(me: End, headers: Headers, marks: number, frame: number, timeNs: number): void {
  const { ints, doubles, intAt: mine, doubleAt } = me
  const { sequence, flags } = headers
  const takesNumber = (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0 ? 1 : 0
  const end = (sequence + headers.payloadBytes + takesNumber) | 0
  if ((marks & MARK.zeroWindowProbe) === 0) {
    const next = ints[mine + NEXT_SEQUENCE] as number
    if (((end - next) | 0) > 0 || next === 0) {
      ints[mine + NEXT_SEQUENCE] = end
      ints[mine + NEXT_SEQUENCE_FRAME] = frame
      ints[mine + SEQUENCE_KNOWN] = 1
      doubles[doubleAt + NEXT_SEQUENCE_NS] = timeNs
    }
    const contiguous = ints[mine + CONTIGUOUS_SEQUENCE] as number
    if (sequence === contiguous || contiguous === 0)
      ints[mine + CONTIGUOUS_SEQUENCE] = ints[mine + NEXT_SEQUENCE] as number
  }
  ints[mine + WINDOW] = headers.window
  ints[mine + LAST_ACKNOWLEDGMENT] = headers.acknowledgment
  ints[mine + LAST_MARKS] = marks
  doubles[doubleAt + LAST_ACKNOWLEDGMENT_NS] = timeNs
}
