/**
 * Processes as ps(1) of procps or busybox lists them. The columns are found by the header; a list
 * filtered by grep has none and is read as `ps aux`. For one process /proc/PID/stat serves as well.
 */
import { type Output, type Question, succeeded } from './source.ts'

/** A process. */
export type Process = {
  readonly pid: number
  readonly parentPid: number | null
  /** The owner; empty where it is not told. */
  readonly user: string
  /** First letter of the state: R S D T t Z I; `?` where it is not told. */
  readonly state: string
  /** When it began, as the tool writes it. */
  readonly startedAt: string | null
  readonly command: string
}

/** What a column holds, by its title. */
const COLUMNS: ReadonlyMap<string, keyof Process> = new Map([
  ['PID', 'pid'],
  ['PPID', 'parentPid'],
  ['USER', 'user'],
  ['UID', 'user'],
  ['STAT', 'state'],
  ['S', 'state'],
  ['START', 'startedAt'],
  ['STIME', 'startedAt'],
  ['STARTED', 'startedAt'],
])

const COMMAND_TITLES = ['COMMAND', 'CMD', 'ARGS']

/** `lstart` is `Sat Nov 21 00:36:44 2026`. */
const LSTART_WORDS = 5

const AUX = 'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND'

/** `root 2593 0.0 0.1 1592008 15468 …`: what a line of `ps aux` begins with, in any locale. */
const AUX_LINE = /^\S+ +\d+ +\d+[.,]\d +\d+[.,]\d +\d+ +\d+ /

/** The titles of a header line, up to the command; null for any other line. */
function titlesOf(line: string): readonly string[] | null {
  const titles = line.trim().split(/\s+/, 40)
  const last = titles.at(-1) ?? ''
  return titles.includes('PID') && COMMAND_TITLES.includes(last) ? titles.slice(0, -1) : null
}

/** One line by its columns; null when it does not have them. */
function parseRow(line: string, titles: readonly string[]): Process | null {
  const fields = new Map<keyof Process, string>()
  const word = /\s*(\S+)/y
  for (const title of titles) {
    const words: string[] = []
    while (words.length < (title === 'STARTED' ? LSTART_WORDS : 1)) {
      const [, text] = word.exec(line) ?? []
      if (text === undefined) return null
      words.push(text)
    }
    const field = COLUMNS.get(title)
    if (field !== undefined) fields.set(field, words.join(' '))
  }
  const command = line.slice(word.lastIndex).trim()
  const pid = fields.get('pid') ?? ''
  if (!/^\d{1,10}$/.test(pid) || command === '') return null
  const parent = fields.get('parentPid')
  return {
    pid: Number(pid),
    parentPid: parent !== undefined && /^\d{1,10}$/.test(parent) ? Number(parent) : null,
    user: fields.get('user') ?? '',
    state: fields.get('state')?.slice(0, 1) ?? '?',
    startedAt: fields.get('startedAt') ?? null,
    command,
  }
}

function parseTable({ stdout }: Output): readonly Process[] | null {
  let titles: readonly string[] | null = null
  const processes: { process: Process; wrapped: string[] }[] = []
  for (const line of stdout.split(/\r?\n/)) {
    if (titles === null) {
      titles = titlesOf(line)
      if (titles !== null) continue
      if (!AUX_LINE.test(line)) continue
      titles = AUX.split(' ').slice(0, -1)
    }
    const process = parseRow(line, titles)
    if (process !== null) processes.push({ process, wrapped: [] })
    // A terminal's line that was too long goes on in the next one.
    else if (line.trim() !== '') processes.at(-1)?.wrapped.push(line.trimEnd())
  }
  if (titles === null) return null
  return processes.map(({ process, wrapped }) => ({
    ...process,
    command: process.command + wrapped.join(''),
  }))
}

const parseAll = (output: Output): readonly Process[] | null => {
  const processes = parseTable(output)
  return processes === null || processes.length === 0 ? null : processes
}

/** All processes. busybox tells neither parent nor start. */
export const processes: Question<readonly Process[]> = {
  name: 'the processes',
  sources: [
    { argv: ['ps', '-eo', 'pid,ppid,user:32,stat,args'], package: 'procps', parse: parseAll },
    { argv: ['ps', '-eo', 'pid,ppid,user,stat,args'], package: 'procps', parse: parseAll },
    { argv: ['ps', 'aux'], package: 'procps', parse: parseAll },
    { argv: ['ps'], package: 'procps', parse: parseAll },
  ],
}

/** `pid (comm) state ppid …`; the name may hold spaces and parentheses, so its end is the last one. */
function parseStat(output: Output): Process | null {
  const text = output.stdout
  const [open, close] = [text.indexOf(' ('), text.lastIndexOf(') ')]
  if (!succeeded(output) || open < 0 || close < open) return null
  const [state = '', parent = ''] = text.slice(close + 2, close + 2 + 16).split(' ', 2)
  const pid = text.slice(0, open)
  if (!/^\d{1,10}$/.test(pid) || !/^[A-Za-z]$/.test(state) || !/^\d+$/.test(parent)) return null
  const command = text.slice(open + 2, close)
  return { pid: Number(pid), parentPid: Number(parent), user: '', state, startedAt: null, command }
}

/** Process `pid`; no answer where there is none. */
export const process = (pid: number): Question<Process> => ({
  name: `process ${pid}`,
  sources: [
    {
      argv: ['ps', '-o', 'pid,ppid,user:32,stat,lstart,args', '-p', String(pid)],
      package: 'procps',
      parse: (output) => parseTable(output)?.find((one) => one.pid === pid) ?? null,
    },
    { argv: ['cat', `/proc/${pid}/stat`], package: 'coreutils', parse: parseStat },
  ],
})
