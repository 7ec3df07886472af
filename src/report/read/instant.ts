/**
 * When a packet was seen, as text. A capture counts nanoseconds from a whole second, so that nothing
 * is lost in a double; what is printed is put together from both.
 */

const SECOND_NS = 1e9
const DAY_SECONDS = 86_400

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

/** The digits after the point, `digits` of them (at most 9), cut and not rounded, as tcpdump does. */
const fraction = (ns: number, digits: number): string =>
  String(ns).padStart(9, '0').slice(0, digits)

/** The whole second of an instant, counted from 1970, and the nanoseconds after it. */
function split(timeNs: number, epochSeconds: number): readonly [seconds: number, ns: number] {
  const seconds = Math.floor(timeNs / SECOND_NS)
  return [epochSeconds + seconds, Math.round(timeNs - seconds * SECOND_NS)]
}

/** `20:06:32.845356`: the time of day, `zoneSeconds` east of UTC, with `digits` after the point (0: no point). */
export function formatClock(
  timeNs: number,
  epochSeconds: number,
  zoneSeconds: number,
  digits: number,
): string {
  const [seconds, ns] = split(timeNs, epochSeconds)
  const day = (((seconds + zoneSeconds) % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS
  const clock = `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}`
  return digits === 0 ? clock : `${clock}.${fraction(ns, digits)}`
}

/** The most that `Date` can hold, ECMA-262 §21.4.1.1. */
const MOST_SECONDS = 8.64e12

/** `2026-11-28T20:06:32.845356Z`: ISO 8601 in UTC; nine digits where the nanoseconds need them, else six. */
export function formatInstant(timeNs: number, epochSeconds: number): string {
  const [seconds, ns] = split(timeNs, epochSeconds)
  const bounded = Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, seconds))
  const whole = new Date(bounded * 1000).toISOString().slice(0, -'.000Z'.length)
  return `${whole}.${fraction(ns, ns % 1000 === 0 ? 6 : 9)}Z`
}

/** `1180645592.845356`: seconds since 1970 with six digits, as Zeek's logs have them. */
export function formatEpoch(timeNs: number, epochSeconds: number): string {
  const [seconds, ns] = split(timeNs, epochSeconds)
  return `${seconds}.${fraction(ns, 6)}`
}

/** `60.071054`: seconds with six digits; what is before the zero has a minus sign. */
export const formatSeconds = (ns: number): string => (ns / SECOND_NS).toFixed(6)
