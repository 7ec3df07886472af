/**
 * What one TCP segment is within its connection, by the rules of Wireshark's sequence analysis
 * (packet-tcp.c of 4.0, tcp_analyze_sequence_number), so that people find the names they know. The
 * rules look at the last segments of both ends only. A sequence number of 0 counts as unknown there,
 * and here.
 */

import type { Headers } from '../wire/headers.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import type { Connection } from './connection.ts'
import type { End } from './end.ts'
import { MARK } from './mark.ts'

const CONTROL = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst

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
  const { sequence, acknowledgment, flags, window } = headers
  const length = headers.payloadBytes
  let marks = 0
  if ((flags & TCP_FLAG.syn) !== 0) marks = analyseSyn(me, sequence, flags)
  noteInitialSequences(me, peer, sequence, acknowledgment, flags)

  if (length === 1 && sequence === me.nextSequence && peer.window === 0) {
    marks |= MARK.zeroWindowProbe
  } else {
    marks |= markSequence(me, peer, sequence, length, flags, window)
    if (length === 0) marks |= markRepeatedAck(me, peer, headers)
  }
  if (acknowledgment !== me.lastAcknowledgment) me.duplicateRun = 0
  if ((flags & TCP_FLAG.ack) !== 0) marks |= markAhead(peer, acknowledgment)
  if (length > 0 || (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0) {
    if ((marks & MARK.keepAlive) === 0)
      marks |= markRepetition(connection, me, peer, headers, timeNs)
  }
  remember(me, headers, marks, frame, timeNs)
  return marks
}

/** A SYN on a tuple that knew another: the number is another one, or it goes back to it. */
function analyseSyn(me: End, sequence: number, flags: number): number {
  if (!me.initialSequenceKnown) return 0
  if ((flags & TCP_FLAG.ack) === 0) {
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
function markSequence(
  me: End,
  peer: End,
  sequence: number,
  length: number,
  flags: number,
  window: number,
): number {
  const ahead = (sequence - me.nextSequence) | 0
  let marks = 0
  if (ahead > 0 && me.nextSequence !== 0 && (flags & TCP_FLAG.rst) === 0) marks = MARK.lostSegment
  if ((flags & CONTROL) !== 0) return marks
  if (window === 0) marks |= MARK.zeroWindow
  if (ahead === -1 && length <= 1) marks |= MARK.keepAlive
  if (length > 0 && peer.windowScaling !== -1) {
    const shift = peer.windowUnscaled || peer.windowScaling === -2 ? 0 : peer.windowScaling
    const edge = (peer.lastAcknowledgment + (peer.window << shift)) | 0
    if (((sequence + length) | 0) === edge) marks |= MARK.windowFull
  }
  return marks
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
  me.duplicateRun = me.duplicateRun === -1 ? 1 : me.duplicateRun + 1
  return MARK.duplicateAck
}

/** An acknowledgment of what the capture does not hold; told once for each gap. */
function markAhead(peer: End, acknowledgment: number): number {
  const expected = peer.contiguousSequence
  if (expected === 0 || ((acknowledgment - expected) | 0) <= 0) return 0
  peer.contiguousSequence = peer.nextSequence
  return MARK.ackedUnseen
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
  if (length > 0 && lastAcknowledgment !== 0 && ((dataEnd - lastAcknowledgment) | 0) <= 0)
    return MARK.spuriousRetransmission | MARK.retransmission
  const behind = (nextSequence - sequence) | 0
  if (nextSequence === 0 || behind <= 0) return 0
  // One byte back and more than one long: what follows a probe of a zero window.
  if (length > 1 && behind === 1) return 0
  const wasAsked = peer.duplicateRun >= 2 && lastAcknowledgment === sequence
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
  const { sequence, flags } = headers
  const takesNumber = (flags & (TCP_FLAG.syn | TCP_FLAG.fin)) !== 0 ? 1 : 0
  const end = (sequence + headers.payloadBytes + takesNumber) | 0
  if ((marks & MARK.zeroWindowProbe) === 0) {
    if (((end - me.nextSequence) | 0) > 0 || me.nextSequence === 0) {
      me.nextSequence = end
      me.nextSequenceNs = timeNs
      me.nextSequenceFrame = frame
      me.sequenceKnown = true
    }
    if (sequence === me.contiguousSequence || me.contiguousSequence === 0)
      me.contiguousSequence = me.nextSequence
  }
  me.window = headers.window
  me.lastAcknowledgment = headers.acknowledgment
  me.lastAcknowledgmentNs = timeNs
  me.lastMarks = marks
}
