/** A host's clock and time zone, date(1). */
import type { Output, Question } from './source.ts'

/** What a host takes the time to be. */
export type Clock = {
  /** Milliseconds since 1970, to the second. */
  readonly epochMs: number
  /** How far its local time is ahead of UTC. */
  readonly zoneMs: number
}

/** `1795829781 +0530` */
const DATE = /^(\d{1,12}) ([+-])(\d{2})(\d{2})$/

function parseDate({ stdout }: Output): Clock | null {
  const [, seconds, sign, hours, minutes] = DATE.exec(stdout.trim()) ?? []
  if (seconds === undefined) return null
  const zoneMs = (Number(hours) * 60 + Number(minutes)) * 60_000
  return { epochMs: Number(seconds) * 1000, zoneMs: sign === '-' ? -zoneMs : zoneMs }
}

export const clock: Question<Clock> = {
  name: 'the clock and the time zone',
  sources: [{ argv: ['date', '+%s %z'], package: 'coreutils', parse: parseDate }],
}
