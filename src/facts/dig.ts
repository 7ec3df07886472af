/**
 * The output of dig(1) of BIND 9.16 to 9.20: the answer's header, question and answer sections, or
 * why there was none. Names and data stay as dig writes them, with the dot at their end.
 */

/** A record of the answer section. */
export type DigRecord = {
  readonly name: string
  readonly ttlSeconds: number
  readonly type: string
  /** The data in the text form of a zone file. */
  readonly data: string
}

/** What dig learned. */
export type DigAnswer = {
  /** The response code, such as `NOERROR`; else why none came: `timed out`, `connection refused` … */
  readonly status: string
  readonly question: { readonly name: string; readonly type: string } | null
  readonly answers: readonly DigRecord[]
  /** The address of the server that answered, or of the last one that failed to. */
  readonly server: string | null
  readonly queryTimeMs: number | null
  /** `qr`, `aa`, `rd`, `ra`, `ad` … */
  readonly flags: readonly string[]
}

const HEADER = /^;; ->>HEADER<<- opcode: \S+, status: ([A-Z0-9]+), id: \d+/
const FLAGS = /^;; flags:([a-z ]*);/
const SECTION = /^;; ([A-Z]+) SECTION:/
const QUESTION = /^;(\S+)\s+(?:CLASS\d+|[A-Z]{2,6})\s+([A-Z0-9]+)\s*$/
const RECORD = /^([^\s;]\S*)\s+(\d{1,10})\s+(?:CLASS\d+|IN|CH|HS|NONE|ANY)\s+([A-Z0-9-]+)\s+(\S.*)$/
const QUERY_TIME = /^;; Query time: (\d{1,9}) (msec|usec)/
const SERVER = /^;; SERVER: ([^\s#]+)#\d+/
/** 9.18: `;; communications error to 192.0.2.1#53: timed out`. */
const ERROR = /^;; communications error to ([^\s#]+)#\d+: (\S.*)$/
/** 9.16 says the first, and later versions the second after their errors. */
const NO_SERVER = /^;; (?:connection timed out; )?no servers could be reached/
const REFUSED = /^;; Connection to ([^\s#]+)#\d+\([^)]*\) for \S+ failed: (\S.*?)\.?$/

type Draft = {
  status: string | null
  question: DigAnswer['question']
  answers: DigRecord[]
  server: string | null
  queryTimeMs: number | null
  flags: readonly string[]
}

function parseSectionLine(draft: Draft, section: string, line: string): void {
  if (section === 'QUESTION' && draft.question === null) {
    const [, name, type] = QUESTION.exec(line) ?? []
    if (name !== undefined && type !== undefined) draft.question = { name, type }
  } else if (section === 'ANSWER') {
    const [, name, ttl, type, data] = RECORD.exec(line) ?? []
    if (name === undefined || type === undefined || data === undefined) return
    draft.answers.push({ name, ttlSeconds: Number(ttl), type, data: data.trim() })
  }
}

/** `;; Query time: 16 msec` or, with `-u`, `16012 usec`. */
function parseQueryTime(line: string): number | null {
  const [, time, unit] = QUERY_TIME.exec(line) ?? []
  return time === undefined ? null : Number(time) / (unit === 'usec' ? 1000 : 1)
}

/** The first answer in dig's output, or why there was none; null where it is not dig's. */
export function parseDig(text: string): DigAnswer | null {
  const draft: Draft = {
    status: null,
    question: null,
    answers: [],
    server: null,
    queryTimeMs: null,
    flags: [],
  }
  let failure: string | null = null
  let section = ''
  for (const line of text.split(/\r?\n/)) {
    const [, status] = HEADER.exec(line) ?? []
    if (status !== undefined) {
      // A second answer: dig was asked for several names.
      if (draft.status !== null) break
      draft.status = status
      continue
    }
    const [, address, reason] = ERROR.exec(line) ?? REFUSED.exec(line) ?? []
    if (reason !== undefined && draft.status === null) {
      failure = reason
      draft.server = address ?? null
    } else if (NO_SERVER.test(line)) failure ??= 'timed out'
    draft.flags =
      draft.flags.length > 0 ? draft.flags : (FLAGS.exec(line)?.[1]?.match(/\S+/g) ?? [])
    section = SECTION.exec(line)?.[1] ?? (line.trim() === '' ? '' : section)
    parseSectionLine(draft, section, line)
    draft.server = SERVER.exec(line)?.[1] ?? draft.server
    draft.queryTimeMs ??= parseQueryTime(line)
  }
  const status = draft.status ?? failure
  return status === null ? null : { ...draft, status }
}
