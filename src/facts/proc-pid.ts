/** What the kernel says of one process: /proc/PID/status and /proc/PID/limits, proc(5). */
import type { Output, Question } from './source.ts'

/** A process in the kernel's words. */
export type ProcessStatus = {
  /** The first 15 bytes of the program's name. */
  readonly name: string
  /** The letter: R running, S sleeping, D waiting for a device, T stopped, t traced, Z ended. */
  readonly state: string
  readonly threads: number | null
  /** The real user id. */
  readonly uid: number | null
  /** Memory in RAM; null for a kernel thread. */
  readonly vmRssBytes: number | null
}

const STATUS = /^(Name|State|Threads|Uid|VmRSS):[\t ]+(\S.*)$/

const firstNumber = (text: string | undefined): number | null => {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? null : number
}

function parseStatus({ stdout }: Output): ProcessStatus | null {
  const fields = new Map<string, string>()
  for (const line of stdout.split(/\r?\n/)) {
    const [, field, value] = STATUS.exec(line) ?? []
    if (field !== undefined && value !== undefined) fields.set(field, value)
  }
  const [name, state] = [fields.get('Name'), fields.get('State')]
  if (name === undefined || state === undefined) return null
  const rssKib = firstNumber(fields.get('VmRSS'))
  return {
    name,
    state: state.slice(0, 1),
    threads: firstNumber(fields.get('Threads')),
    uid: firstNumber(fields.get('Uid')),
    vmRssBytes: rssKib === null ? null : rssKib * 1024,
  }
}

/** State, threads, owner and memory of process `pid`; no answer where there is none. */
export const processStatus = (pid: number): Question<ProcessStatus> => ({
  name: `the state of process ${pid}`,
  sources: [{ argv: ['cat', `/proc/${pid}/status`], package: 'coreutils', parse: parseStatus }],
})

/** How many files a process may have open; null means without limit. */
export type ProcessLimits = {
  readonly openFilesSoft: number | null
  readonly openFilesHard: number | null
}

const OPEN_FILES = /^Max open files[ \t]+(\d+|unlimited)[ \t]+(\d+|unlimited)\b/m

function parseLimits({ stdout }: Output): ProcessLimits | null {
  const [, soft, hard] = OPEN_FILES.exec(stdout) ?? []
  if (soft === undefined || hard === undefined) return null
  return { openFilesSoft: firstNumber(soft), openFilesHard: firstNumber(hard) }
}

/** The limits of process `pid` on open files, which a busy server runs into. */
export const processLimits = (pid: number): Question<ProcessLimits> => ({
  name: `the limits of process ${pid}`,
  sources: [{ argv: ['cat', `/proc/${pid}/limits`], package: 'coreutils', parse: parseLimits }],
})
