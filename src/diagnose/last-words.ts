/** Why a service that does not run does not: what it last wrote, and what its configuration's test says. */
import { configurationTest } from '../facts/configuration-test.ts'
import type { Complaint } from '../facts/log-complaint.ts'
import type { LogLine } from '../facts/log-line.ts'
import { seen } from './check.ts'
import type { Evidence } from './diagnosis.ts'
import type { Inquiry } from './host.ts'
import { type LogSource, readLogs } from './logbook.ts'

/** The reason that was found. */
export type LastWords = {
  /** One sentence's end: `the journal of nginx.service ends with: …`. */
  readonly text: string
  readonly complaint: Complaint
  readonly evidence: Evidence
}

/** Only at the end of a log is its complaint the last word. */
const END_LINES = 12
const MOST_CHARACTERS = 240
/** A day, and the widest difference of zones: what is older may be of another end than the last. */
const OLDEST_MS = 38 * 3_600_000

async function askConfiguration(inquiry: Inquiry, name: string): Promise<LastWords | null> {
  const question = configurationTest(name)
  const answer = question && (await inquiry.ask(question))
  if (!answer?.known || answer.value.valid) return null
  const { errors } = answer.value
  return {
    text: `its configuration is refused: ${errors.join(' ').slice(0, MOST_CHARACTERS)}`,
    complaint: 'configuration',
    evidence: seen(inquiry.host.name, answer.output, errors),
  }
}

/** What tells least of the reason: that it ended, and that something failed. */
const VAGUE: readonly Complaint[] = ['crash', 'error']

async function askLogs(
  inquiry: Inquiry,
  sources: readonly LogSource[],
  nowMs: number,
): Promise<LastWords | null> {
  const pages = await readLogs(inquiry, sources, nowMs)
  const isRecent = ({ time }: LogLine): boolean => time === null || nowMs - time.epochMs < OLDEST_MS
  const found = pages.flatMap(({ source, output, lines }) =>
    lines
      .slice(-END_LINES)
      .filter(isRecent)
      .flatMap((line) =>
        line.complaint ? [{ source, output, line, complaint: line.complaint }] : [],
      ),
  )
  const last = found.findLast(({ complaint }) => !VAGUE.includes(complaint)) ?? found.at(-1)
  return last
    ? {
        text: `${last.source} ends with: ${last.line.text.trim().slice(0, MOST_CHARACTERS)}`,
        complaint: last.complaint,
        evidence: seen(inquiry.host.name, last.output, [last.line.text]),
      }
    : null
}

/** The last words of the daemon `name`, from its configuration's test, else from `sources`. */
export async function lastWords(
  inquiry: Inquiry,
  name: string,
  sources: readonly LogSource[],
  nowMs: number,
): Promise<LastWords | null> {
  const [tested, logged] = await Promise.all([
    askConfiguration(inquiry, name),
    askLogs(inquiry, sources, nowMs),
  ])
  return tested ?? logged
}
