/**
 * The time at the head of a line of a log, in the forms that daemons write: CLF (Apache's and
 * nginx's access logs), ISO 8601 and RFC 3339, nginx's error log, asctime(3) (Apache's error log,
 * vsftpd), `28 Nov 2026 …` (redis), xinetd's own, RFC 3164 (syslog, which tells no year) and seconds since 1970.
 */

/** When a line was written, by the clock and in the zone of who wrote it. */
export type LogTime = {
  /** Milliseconds since 1970; without a zone as if it were UTC. */
  readonly epochMs: number
  /** How far the writer's zone is ahead of UTC; null where the line does not tell it. */
  readonly zoneMs: number | null
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

const monthOf = (name: string): number => MONTHS.indexOf(name) / 3

/** The head of a line in which a time is looked for; an address and a name may stand before it. */
const HEAD_CHARACTERS = 160

const CLF =
  /\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?(?: ([+-]\d{4}))?\]/
const ISO =
  /(?<!\d)(\d{4})([-/])(\d{2})\2(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ?(Z|UTC|[+-]\d{2}:?\d{2})(?!\d))?/
const ASCTIME =
  /[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})? (\d{4})(?!\d)/
const DAY_FIRST =
  /(?<!\d)(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?(?!\d)/
const XINETD = /^(\d{2})\/(\d{2})\/(\d{2})@(\d{2}):(\d{2}):(\d{2}): /
const SYSLOG = /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?!\d)/
const EPOCH = /^\[?(1\d{9})(?:\.(\d{1,3}))?\d*\]?[ :]/

const zoneMs = (zone: string | undefined): number | null => {
  if (zone === undefined) return null
  if (!/\d/.test(zone)) return 0
  const digits = zone.replace(/\D/g, '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** Year, month from 0, day, hour, minute, second; null where a field is out of its range. */
function timeOf(fields: readonly number[], zone?: string, fraction = ''): LogTime | null {
  const [year = 0, month = -1, day = 0, hour = 0, minute = 0, second = 0] = fields
  if (!Number.isInteger(month) || month < 0 || month > 11 || day < 1 || day > 31) return null
  if (hour > 23 || minute > 59 || second > 60) return null
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const offset = zoneMs(zone)
  const epochMs = Date.UTC(year, month, day, hour, minute, second, ms) - (offset ?? 0)
  return { epochMs, zoneMs: offset }
}

const numbers = (texts: readonly (string | undefined)[]): number[] => texts.map(Number)

/** A time without a year is in the year that brings it nearest to `nowMs`. */
function nearestYear(text: string, nowMs: number): LogTime | null {
  const [, month = '', ...rest] = SYSLOG.exec(text) ?? []
  if (month === '') return null
  const year = new Date(nowMs).getUTCFullYear()
  const times = [year - 1, year, year + 1].flatMap(
    (each) => timeOf([each, monthOf(month), ...numbers(rest)]) ?? [],
  )
  const distance = ({ epochMs }: LogTime): number => Math.abs(epochMs - nowMs)
  return times.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}

/** The time that a line tells, null where it tells none; `nowMs` decides what year syslog means. */
export function parseLogTime(line: string, nowMs: number): LogTime | null {
  const text = line.slice(0, HEAD_CHARACTERS)
  const epoch = EPOCH.exec(text)
  if (epoch)
    return {
      epochMs: Number(epoch[1]) * 1000 + Number((epoch[2] ?? '').padEnd(3, '0')),
      zoneMs: 0,
    }
  const syslog = nearestYear(text, nowMs)
  if (syslog) return syslog
  const xinetd = XINETD.exec(text)
  if (xinetd) {
    const [year = 0, month = 0, ...rest] = numbers(xinetd.slice(1))
    return timeOf([2000 + year, month - 1, ...rest])
  }
  const clf = CLF.exec(text)
  if (clf) {
    const [, day, month = '', year, hour, minute, second, zone] = clf
    return timeOf([Number(year), monthOf(month), ...numbers([day, hour, minute, second])], zone)
  }
  const iso = ISO.exec(text)
  if (iso) {
    const [, year, , month, day, hour, minute, second, fraction, zone] = iso
    const fields = [Number(year), Number(month) - 1, ...numbers([day, hour, minute, second])]
    return timeOf(fields, zone, fraction)
  }
  const asctime = ASCTIME.exec(text)
  if (asctime) {
    const [, month = '', day, hour, minute, second, year] = asctime
    return timeOf([Number(year), monthOf(month), ...numbers([day, hour, minute, second])])
  }
  const [, day, month = '', year, ...clock] = DAY_FIRST.exec(text) ?? []
  return month === ''
    ? null
    : timeOf([Number(year), monthOf(month), Number(day), ...numbers(clock)])
}
