/**
 * What tcpdump prints of a TCP segment behind its two ends, the present way (`Flags [S.], seq 1:11, ack 1, win 502, options
 * […], length 10`) and that of versions before 4.0 (`S 1:11(10) ack 1 win 502 <…> (DF)`).
 */
import { TCP_FLAG } from '../wire/tcp.ts'

/** A segment as printed; numbers may be relative, and null where nothing is told. */
export type TextSegment = {
  /** The sum of bits from `TCP_FLAG`. */
  readonly flags: number
  readonly sequence: number | null
  readonly acknowledgment: number | null
  readonly window: number
  readonly urgent: number
  readonly checksum: number | null
  /** As printed, without brackets. */
  readonly options: string
  readonly payloadBytes: number
  /** What contradicts itself in the line, and how it was taken; null where nothing does. */
  readonly damaged: string | null
}

const LETTERS: Readonly<Record<string, number>> = {
  F: TCP_FLAG.fin,
  S: TCP_FLAG.syn,
  R: TCP_FLAG.rst,
  P: TCP_FLAG.psh,
  '.': TCP_FLAG.ack,
  U: TCP_FLAG.urg,
  E: TCP_FLAG.ece,
  W: TCP_FLAG.cwr,
}

const flagsOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum | (LETTERS[letter] ?? 0), 0)

const PRESENT =
  /^Flags \[([A-Za-z.]+)\](?:, cksum 0x([0-9a-f]{1,4})[^,]*)?(?:, seq (\d+)(?::(\d+))?)?(?:, ack (\d+))?(?:, win (\d+))?(?:, urg (\d+))?(?:, options \[([^\]]*)\]?)?(?:, length (\d+))?/

const OLD =
  /^([SFRPWE.]{1,6})(?: \[(?:tcp sum ok|bad tcp cksum[^\]]*|ECN-Echo|CWR|ECN-Echo,CWR|ECN-Echo, CWR)\])*(?: (\d+):(\d+)\((\d+)\))?(?: ack (\d+))?(?: win (\d+))?(?: urg (\d+))?(?: <([^>]*)>)?(?= |$)/

const orNull = (text: string | undefined): number | null =>
  text === undefined ? null : Number(text)

/** The number a segment begins with: where the printed one and its end and length disagree, the end is believed. */
function sequenceOf(
  first: string | undefined,
  last: string | undefined,
  length: number,
): Pick<TextSegment, 'sequence' | 'damaged'> {
  if (first === undefined) return { sequence: null, damaged: null }
  const sequence = Number(first)
  if (last === undefined) return { sequence: sequence >>> 0, damaged: null }
  const believed = (Number(last) - length) >>> 0
  if (believed === sequence) return { sequence, damaged: null }
  const damaged = `a segment of ${length} bytes cannot go from ${first} to ${last}; taken to begin with ${believed}`
  return { sequence: believed, damaged }
}

/** Text that tcpdump prints of no TCP segment gives null. */
export function parseSegment(text: string): TextSegment | null {
  return parsePresent(text) ?? parseOld(text)
}

function parsePresent(text: string): TextSegment | null {
  const match = PRESENT.exec(text)
  if (match === null) return null
  const [, letters = '', checksum, first, last, ack, window, urgent, options = '', length] = match
  const told =
    length === undefined ? Number(last ?? first ?? 0) - Number(first ?? 0) : Number(length)
  const payloadBytes = Math.max(0, told)
  return {
    flags: letters === 'none' ? 0 : flagsOf(letters),
    ...sequenceOf(first, last, payloadBytes),
    acknowledgment: orNull(ack),
    window: Number(window ?? 0),
    urgent: Number(urgent ?? 0),
    checksum: checksum === undefined ? null : Number.parseInt(checksum, 16),
    options,
    payloadBytes,
  }
}

function parseOld(text: string): TextSegment | null {
  const match = OLD.exec(text)
  if (match === null) return null
  const [, letters = '', first, last, length, ack, window, urgent, options = ''] = match
  // A letter alone may begin any sentence.
  if (first === undefined && ack === undefined && window === undefined) return null
  const payloadBytes = Number(length ?? 0)
  return {
    // The dot says that none of the other letters is set; an ACK is told by its number.
    flags: (flagsOf(letters) & ~TCP_FLAG.ack) | (ack === undefined ? 0 : TCP_FLAG.ack),
    ...sequenceOf(first, last, payloadBytes),
    acknowledgment: orNull(ack),
    window: Number(window ?? 0),
    urgent: Number(urgent ?? 0),
    checksum: null,
    options,
    payloadBytes,
  }
}
