/**
 * Where a service writes its log, and how it is read: the files that its processes hold open, the
 * journal of its unit, what its container printed, the files in which syslog keeps it. A file is read
 * by the process's own link to it, so that a log in a container, in a chroot or rotated away is found
 * as well; only a regular file is opened, for a pipe would lose what is read.
 */
import { cgroupOf } from '../facts/cgroup.ts'
import type { Engine } from '../facts/docker.ts'
import { containerLog } from '../facts/docker-logs.ts'
import { journalOf, kernelLog } from '../facts/journalctl.ts'
import { logTail } from '../facts/log-file.ts'
import { type LogLine, parseLogLine } from '../facts/log-line.ts'
import { type OpenFile, openFiles } from '../facts/proc-pid-fd.ts'
import type { Output, Question } from '../facts/source.ts'
import { daemonNamed } from './daemon.ts'
import type { Inquiry } from './host.ts'
import { publishersOf, standsForContainer } from './publisher.ts'
import type { Listening, Owner } from './serving.ts'

/** A place where a service writes. */
export type LogSource = {
  /** What people call it: a path, `the journal of nginx.service`. */
  readonly name: string
  readonly question: Question<readonly string[]>
  /** Whether a line is the service's; null where all are. */
  readonly isOf: ((line: string) => boolean) | null
}

/** What was read from a place. */
export type LogPage = {
  readonly source: string
  readonly lines: readonly LogLine[]
  readonly output: Output
}

/** A log among the files that are open for writing; standard output and error are one, too. */
const isLog = ({ number, forReading, forWriting, regular, target }: OpenFile): boolean =>
  regular === true &&
  forWriting &&
  !forReading &&
  target.startsWith('/') &&
  (number <= 2 || /log|\.(?:out|err)\b/i.test(target))

/** A worker has the files of its master; of more processes than these nothing new is learnt. */
const MOST_PROCESSES = 2
/** A host of many sites has a log for each; the rest of them is not read. */
const MOST_FILES = 8

/** The logs that the processes hold open. */
export async function openLogs(
  inquiry: Inquiry,
  pids: readonly number[],
): Promise<readonly LogSource[]> {
  const found = await Promise.all(
    pids.slice(0, MOST_PROCESSES).map(async (pid) => {
      const files = await inquiry.ask(openFiles(pid))
      return files.known ? files.value.filter(isLog).map((file) => ({ pid, file })) : []
    }),
  )
  const byName = new Map<string, LogSource>()
  for (const { pid, file } of found.flat())
    if (byName.size < MOST_FILES && !byName.has(file.target))
      byName.set(file.target, {
        name: file.deleted ? `${file.target} (deleted)` : file.target,
        question: logTail(`/proc/${pid}/fd/${file.number}`),
        isOf: null,
      })
  return [...byName.values()]
}

/** The journal of a unit. */
export const journal = (unit: string): LogSource => ({
  name: `the journal of ${unit}`,
  question: journalOf(unit),
  isOf: null,
})

/** What a container printed. */
export const printedBy = (engine: Engine, id: string, name: string): LogSource => ({
  name: `the log of the container ${name}`,
  question: containerLog(engine, id),
  isOf: null,
})

/** Where a daemon of this name usually has its log. */
export const usualLogs = (program: string): readonly LogSource[] => {
  const daemon = daemonNamed(program)
  return (daemon?.logs ?? []).map((path) => ({
    name: path,
    question: logTail(path),
    // A file named after the daemon is its own; the others are syslog's.
    isOf: daemon?.names.some((name) => path.includes(name))
      ? null
      : (line) => daemon?.names.includes(programOf(line)) === true,
  }))
}

/** Where the process behind a port writes beside its own files; worth asking after a failure only. */
export async function otherLogs(
  inquiry: Inquiry,
  owner: Owner,
  where: Pick<Listening, 'port' | 'protocol'>,
): Promise<readonly LogSource[]> {
  if (standsForContainer(owner.name)) {
    const found = await publishersOf(inquiry, where)
    return 'because' in found
      ? []
      : found.map(({ engine, container }) => printedBy(engine, container.id, container.name))
  }
  const cgroup = await inquiry.ask(cgroupOf(owner.pid))
  const { unit = null, container = null } = cgroup.known ? cgroup.value : {}
  const id = container?.slice(0, 12)
  if (container !== null && id)
    return (['docker', 'podman'] as const).map((engine) => printedBy(engine, container, id))
  // In a namespace or a container both are the machine's.
  const own = inquiry.host.limits.units === 'own'
  return [
    ...(own && unit !== null ? [journal(unit)] : []),
    ...(own ? [kernelAbout(owner.name)] : []),
    ...usualLogs(owner.name),
  ]
}

/** What the kernel says of a program: that it was killed for memory, or what it was denied. */
export const kernelAbout = (program: string): LogSource => ({
  name: 'the messages of the kernel',
  question: kernelLog,
  isOf: (line) => line.split(/[^\w.-]+/).includes(program),
})

/** `sshd[7]: `, `postfix/smtpd[9]: ` */
const PROGRAM = /(?:^|[\s/])([A-Za-z][\w.-]{0,40})(?:\/[\w-]{1,40})?(?:\[\d{1,10}\])?: /

const programOf = (line: string): string => PROGRAM.exec(line)?.[1] ?? ''

/** Reads all places side by side; those that cannot be read are left out. */
export async function readLogs(
  inquiry: Inquiry,
  sources: readonly LogSource[],
  nowMs: number,
): Promise<readonly LogPage[]> {
  const pages = await Promise.all(
    sources.map(async ({ name, question, isOf }) => {
      const answer = await inquiry.askAgain(question)
      if (!answer.known) return []
      const lines = answer.value
        .filter((line) => isOf === null || isOf(line))
        .map((line) => parseLogLine(line, nowMs))
      return [{ source: name, lines, output: answer.output }]
    }),
  )
  return pages.flat()
}
