/**
 * Which system sent a SYN or SYN-ACK, by what TCP/IP stacks choose on their own: the TTL that they
 * begin with, the order of the options, the window and how it follows from the MSS, the window's
 * scale, DF. A guess with its reasons, or null where nothing known fits.
 */
import type { End } from './connection.ts'
import { FINGERPRINTS, type Fingerprint } from './os-fingerprint.ts'
import { hopsOf } from './reset-author.ts'

/** What a system probably is. */
export type OsGuess = {
  /** `Linux 4.20 or newer`. */
  readonly name: string
  /** Routers between it and where it was captured; null where its TTL is not known. */
  readonly hops: number | null
  /** What speaks for it, without full stops. */
  readonly reasons: readonly string[]
}

const OPTION: Readonly<Record<number, string>> = {
  0: 'eol',
  1: 'nop',
  2: 'mss',
  3: 'ws',
  4: 'sok',
  8: 'ts',
}

/** `mss,sok,ts,nop,ws`: options in their order, up to the end of the list. */
export function describeOptions(kinds: readonly number[]): string {
  const end = kinds.indexOf(0)
  const shown = end < 0 ? kinds : kinds.slice(0, end + 1)
  return shown.map((kind) => OPTION[kind] ?? `?${kind}`).join(',')
}

/** Below this a TTL was chosen by a program, as a trace's is, and not by the system. */
const LEAST_USUAL_HOP_LIMIT = 33

/** The least initial TTL that this one can have come from; 0 where it says nothing. */
const initialHopLimit = (hopLimit: number): number =>
  hopLimit >= LEAST_USUAL_HOP_LIMIT ? hopLimit + hopsOf(hopLimit) : 0

/** Timestamps take twelve bytes of each segment, which some systems subtract before they reckon. */
const TIMESTAMP_BYTES = 12

/** How many segments the window holds, where it is a whole number of them; 0 otherwise. */
export function windowSegments(window: number, mss: number): number[] {
  if (mss < 100 || window === 0) return []
  return [mss, mss - TIMESTAMP_BYTES]
    .filter((size) => window % size === 0)
    .map((size) => window / size)
}

/** Guesses the system of an end; `isServer` says that it sent a SYN-ACK. */
export function guessOs(end: End, isServer: boolean): OsGuess | null {
  if (end.synFrame < 0) return null
  const layout = describeOptions(end.synOptions)
  const initial = initialHopLimit(end.synHopLimit)
  const found = FINGERPRINTS.find(
    (one) =>
      (initial === 0 || one.initialHopLimit === initial) &&
      (isServer ? one.answers : one.opens).includes(layout) &&
      fitsWindow(one, end),
  )
  if (!found) return null
  return {
    name: found.name,
    hops: initial === 0 ? null : hopsOf(end.synHopLimit),
    reasons: reasonsOf(found, end, layout, initial),
  }
}

function fitsWindow(one: Fingerprint, end: End): boolean {
  const { window, segments, shifts, dontFragment } = one
  const hasBit = end.address.length === 4
  if (hasBit && dontFragment !== undefined && end.synDontFragment !== dontFragment) return false
  // An answer only scales where it was asked to, so that its absence says nothing.
  if (shifts && end.windowShift >= 0 && !shifts.includes(end.windowShift)) return false
  if (window?.includes(end.synWindow)) return true
  if (!window && !segments) return true
  return windowSegments(end.synWindow, end.maximumSegmentBytes).some((count) =>
    segments?.includes(count),
  )
}

function reasonsOf(one: Fingerprint, end: End, layout: string, initial: number): string[] {
  const reasons = [`options ${layout}`]
  if (initial > 0) reasons.unshift(`TTL ${end.synHopLimit} of ${initial}`)
  const [count] = windowSegments(end.synWindow, end.maximumSegmentBytes)
  const inSegments = one.segments?.includes(count ?? 0)
  if (one.window || one.segments)
    reasons.push(`window ${end.synWindow}${inSegments ? `, ${count} segments of its MSS` : ''}`)
  if (one.shifts && end.windowShift >= 0) reasons.push(`window scale ${end.windowShift}`)
  if (end.address.length === 4 && one.dontFragment !== undefined)
    reasons.push(one.dontFragment ? 'DF' : 'no DF')
  return reasons
}
