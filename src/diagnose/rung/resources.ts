/** Rung 7, on the server: has the service what it needs, open files (proc(5)) and room on its disks? */

import { processLimits } from '../../facts/proc-pid.ts'
import { type OpenFile, openFiles } from '../../facts/proc-pid-fd.ts'
import { type FileSystem, fileSystems } from '../../facts/stat-file-system.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  skip,
  unknown,
  witnessed,
} from '../check.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { remedy } from '../remedy.ts'
import { type Owner, ownersOf, portListeners } from '../serving.ts'

/** Of workers that are alike no more are looked at. */
const MOST_PROCESSES = 4

export const resources: Check = {
  id: 'service.resources',
  layer: 7,
  question: 'Has the service what it needs: open files, room on its disks?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    if (!failing) return skip('the service answers')
    const owners = ownersOf(await portListeners(witness, inquiry))
    if (owners.length === 0) return skip('no process behind the port can be seen')
    const some = owners.slice(0, MOST_PROCESSES)
    const [files, room] = await Promise.all([
      Promise.all(some.map((owner) => filesOf(inquiry, owner))),
      roomFor(inquiry, some),
    ])
    const short = files.find((one) => one !== null && one.status === 'fail') ?? room
    const [first] = files
    return (
      short ??
      first ??
      unknown('neither its limits nor its files could be read', 'root on the server')
    )
  },
}

const accuse = (
  because: string,
  weight: Accusation['weight'],
  remedies: readonly Remedy[] = [],
): Accusation => ({
  cause: 'service.no-resources',
  side: 'server',
  weight,
  because,
  place: placeOn('server'),
  remedies,
})

/** At its limit of open files a process accepts nothing more. */
async function filesOf(inquiry: Inquiry, { name, pid }: Owner): Promise<Ruling | null> {
  const [limits, files] = await Promise.all([
    inquiry.ask(processLimits(pid)),
    inquiry.askAgain(openFiles(pid)),
  ])
  if (!limits.known || !files.known) return null
  const { openFilesSoft: soft, openFilesHard: hard } = limits.value
  const text = `${name} (${pid}) has ${files.value.length} files open, its limit is ${soft ?? 'none'}`
  const evidence = witnessed(inquiry, limits, [text])
  // The limit is one of numbers, and a file that was inherited may have a high one (getrlimit(2)).
  const used = files.value.filter(({ number }) => soft !== null && number < soft).length
  // A connection that has just been turned away leaves one free.
  if (soft === null || used < soft - 1) return pass(text, evidence)
  return {
    status: 'fail',
    summary: text,
    evidence,
    accuses: [accuse(text, 'proven', raise(inquiry.host.name, pid, soft, hard))],
  }
}

/** So many files are enough for any service that does not leak them. */
const ENOUGH_FILES = 65_536

/** Raises the soft limit up to the hard one; beyond it, both. */
function raise(host: string, pid: number, soft: number, hard: number | null): readonly Remedy[] {
  const within = hard === null || hard > soft
  const next = hard === null ? ENOUGH_FILES : Math.min(hard, ENOUGH_FILES)
  return [
    remedy({
      host,
      command: `prlimit --pid ${pid} --nofile=${within ? `${next}:` : ENOUGH_FILES}`,
      why: 'the process may open more files',
      undo: `prlimit --pid ${pid} --nofile=${soft}${within ? ':' : ''}`,
      persist: 'LimitNOFILE= in the unit',
      turnsGreen: 'service.resources',
    }),
  ]
}

/** Where it writes: a regular file that is open for writing. */
const isWritten = ({ regular, forWriting, target }: OpenFile): boolean =>
  regular === true && forWriting && target.startsWith('/') && !/^\/(?:dev|proc|sys)\//.test(target)

const MOST_PATHS = 12

const isFull = ({ blocks, availableBlocks, inodes, freeInodes }: FileSystem): boolean =>
  (blocks > 0 && availableBlocks === 0) || (inodes > 0 && freeInodes === 0)

/** No room where one of the processes writes; each file is looked at by the process's own link. */
async function roomFor(inquiry: Inquiry, owners: readonly Owner[]): Promise<Ruling | null> {
  const found = await Promise.all(
    owners.map(async ({ pid }) => {
      const files = await inquiry.ask(openFiles(pid))
      const written = files.known ? files.value.filter(isWritten) : []
      return written.map(({ number, target }): [string, string] => [
        `/proc/${pid}/fd/${number}`,
        target,
      ])
    }),
  )
  const names = new Map(found.flat().slice(0, MOST_PATHS))
  if (names.size === 0) return null
  const answer = await inquiry.ask(fileSystems([...names.keys()]))
  const full = answer.known ? answer.value.find(isFull) : undefined
  if (!full) return null
  const lacks = full.availableBlocks === 0 ? 'room' : 'inode'
  const because = `the file system of ${names.get(full.path) ?? full.path}, to which the service writes, has no ${lacks} left`
  return {
    status: 'fail',
    summary: because,
    evidence: witnessed(inquiry, answer, [
      `${full.path}: ${full.availableBlocks} of ${full.blocks} blocks, ${full.freeInodes} of ${full.inodes} inodes`,
    ]),
    accuses: [accuse(because, 'likely')],
  }
}
