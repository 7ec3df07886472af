/**
 * The journal of systemd, journalctl(1): `-o json` gives one object a line with the fields of
 * systemd.journal-fields(7); older ones and what people paste are `short-iso`. Lines are told as
 * syslog would write them: time, program and pid, message.
 */
import { linesOf } from './log-file.ts'
import { type Output, type Question, type Source, succeeded } from './source.ts'

/** So many lines are read from the end. */
const MOST_LINES = '200'

/** What an unprivileged user is told where there would be more to see. */
const HIDDEN =
  /not seeing messages|No journal files were (?:found|opened)|insufficient permissions/i

type Fields = Readonly<Record<string, unknown>>

function readFields(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Fields) : null
  } catch {
    return null
  }
}

const LATIN1 = new TextDecoder('latin1')

/** A message that is no UTF-8 is told as an array of its bytes. */
const textOf = (message: unknown): string | null => {
  if (typeof message === 'string') return message
  return Array.isArray(message) && message.every((byte) => typeof byte === 'number')
    ? LATIN1.decode(Uint8Array.from(message))
    : null
}

function describeEntry(fields: Fields): string | null {
  const { __REALTIME_TIMESTAMP: at, SYSLOG_IDENTIFIER: name, _COMM: command, _PID: pid } = fields
  const message = textOf(fields.MESSAGE)
  const ms = typeof at === 'string' && /^\d{1,17}$/.test(at) ? Number(at) / 1000 : Number.NaN
  // Beyond this no date is one (ECMA-262 §21.4.1.1).
  if (message === null || !(ms <= 8.64e15)) return null
  const program = [name, command].find((word) => typeof word === 'string') ?? '?'
  return `${new Date(ms).toISOString()} ${program}${typeof pid === 'string' ? `[${pid}]` : ''}: ${message.split('\n')[0]}`
}

function parseJson(output: Output): readonly string[] | null {
  if (!succeeded(output) || HIDDEN.test(output.stderr)) return null
  const lines = linesOf(output.stdout).slice(0, Number(MOST_LINES))
  const entries = lines.flatMap((line) => {
    const fields = readFields(line)
    return (fields && describeEntry(fields)) ?? []
  })
  return entries.length > 0 || lines.length === 0 ? entries : null
}

const parseText = (output: Output): readonly string[] | null =>
  succeeded(output) && !HIDDEN.test(output.stderr)
    ? linesOf(output.stdout).filter((line) => !line.startsWith('-- '))
    : null

const sources = (words: readonly string[]): readonly Source<readonly string[]>[] => [
  {
    argv: ['journalctl', '--no-pager', '-n', MOST_LINES, '-o', 'json', ...words],
    package: 'systemd',
    parse: parseJson,
  },
  {
    argv: ['journalctl', '--no-pager', '-n', MOST_LINES, '-o', 'short-iso', ...words],
    package: 'systemd',
    parse: parseText,
  },
]

/** The last lines of the journal of the unit `name`. */
export const journalOf = (name: string): Question<readonly string[]> => ({
  name: `the journal of ${name}`,
  sources: sources(['-u', name]),
})

/** The last messages of the kernel: processes killed for memory, what AppArmor and SELinux denied. */
export const kernelLog: Question<readonly string[]> = {
  name: 'the messages of the kernel',
  sources: [
    ...sources(['-k']),
    {
      argv: ['dmesg', '--time-format', 'iso'],
      package: 'util-linux',
      parse: (output) => (succeeded(output) ? linesOf(output.stdout) : null),
    },
  ],
}
