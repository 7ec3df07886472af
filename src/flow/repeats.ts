/** The schedule of data that one end sent again: when it was sent at first, and each time after that. */

/** Times that are kept of one schedule; a retransmission timer gives up after fewer (RFC 1122 §4.2.3.5). */
const MOST_TIMES = 8

/** One piece of data by its first byte. */
export type Repeat = {
  readonly sequence: number
  readonly bytes: number
  /** How often it was sent, the first time included where that was seen. */
  count: number
  readonly timesNs: number[]
  readonly frames: number[]
}

/** The piece that is being repeated now, and the one that was repeated the most often; often the same. */
export type Repeats = { present: Repeat; most: Repeat }

function newRepeat(sequence: number, bytes: number, firstNs: number, firstFrame: number): Repeat {
  const known = firstFrame > 0
  return {
    sequence,
    bytes,
    count: known ? 1 : 0,
    timesNs: known ? [firstNs] : [],
    frames: known ? [firstFrame] : [],
  }
}

/**
 * Notes that the `bytes` bytes from `sequence` on were sent again. `firstNs` and `firstFrame` tell when
 * they were sent before, and count only where this is their first repetition; a frame of -1 is unknown.
 */
export function noteRepeat(
  repeats: Repeats | null,
  sequence: number,
  bytes: number,
  timeNs: number,
  frame: number,
  firstNs: number,
  firstFrame: number,
): Repeats {
  let present = repeats?.present
  if (present === undefined || present.sequence !== sequence)
    present = newRepeat(sequence, bytes, firstNs, firstFrame)
  present.count++
  if (present.timesNs.length < MOST_TIMES) {
    present.timesNs.push(timeNs)
    present.frames.push(frame)
  }
  if (repeats === null) return { present, most: present }
  repeats.present = present
  if (present.count > repeats.most.count) repeats.most = present
  return repeats
}
