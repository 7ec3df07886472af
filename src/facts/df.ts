/** How full file systems are, df(1): POSIX's columns with `-P`, of blocks and of inodes. */
import type { Output, Question } from './source.ts'

/** A file system. */
export type FileSystem = {
  readonly device: string
  readonly mountedOn: string
  readonly used: number
  readonly available: number
}

/** `tmpfs 1024 1024 0 100% /srv/small`; a device's name may hold spaces. */
const ROW = /^(\S.*?) +(\d+) +(\d+) +(-?\d+) +\d+% +(\/.*)$/

/** A row of one line is no longer. */
const LONGEST_ROW = 1000

function parseTable({ stdout }: Output): readonly FileSystem[] | null {
  const found = stdout.split('\n').flatMap((line) => {
    if (line.length > LONGEST_ROW) return []
    const [, device, , used, available, mountedOn] = ROW.exec(line) ?? []
    return device && mountedOn
      ? [{ device, mountedOn, used: Number(used), available: Number(available) }]
      : []
  })
  return found.length > 0 ? found : null
}

/** The file systems of `paths`, in blocks of 1024 bytes. */
export const diskSpace = (paths: readonly string[]): Question<readonly FileSystem[]> => ({
  name: 'how full the file systems are',
  sources: [{ argv: ['df', '-P', '-k', ...paths], package: 'coreutils', parse: parseTable }],
})

/** The same in inodes: none is left where there are too many files, however small. */
export const inodes = (paths: readonly string[]): Question<readonly FileSystem[]> => ({
  name: 'how many inodes are left',
  sources: [{ argv: ['df', '-P', '-i', ...paths], package: 'coreutils', parse: parseTable }],
})
