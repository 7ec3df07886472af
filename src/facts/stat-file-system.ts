/**
 * How full the file system of a file is: statfs(2) by `stat -f`. Unlike df(1) it needs no mount point,
 * so that it tells of a file of a process in another mount namespace by /proc/PID/fd as well.
 */
import type { Output, Question } from './source.ts'

/** The file system that holds a path. */
export type FileSystem = {
  readonly path: string
  readonly blocks: number
  /** For an ordinary user. */
  readonly availableBlocks: number
  /** 0 where it does not count them. */
  readonly inodes: number
  readonly freeInodes: number
}

/** `16 0 3085511 3085510 /proc/10/fd/4` */
const LINE = /^(\d{1,20}) (\d{1,20}) (\d{1,20}) (\d{1,20}) (\/.*)$/

function parseStat({ stdout }: Output): readonly FileSystem[] | null {
  const found = stdout.split('\n').flatMap((line) => {
    const [, blocks, availableBlocks, inodes, freeInodes, path] = LINE.exec(line) ?? []
    if (path === undefined) return []
    return [
      {
        path,
        blocks: Number(blocks),
        availableBlocks: Number(availableBlocks),
        inodes: Number(inodes),
        freeInodes: Number(freeInodes),
      },
    ]
  })
  return found.length > 0 ? found : null
}

/** The file systems of `paths`; those that cannot be looked at are left out. */
export const fileSystems = (paths: readonly string[]): Question<readonly FileSystem[]> => ({
  name: 'how full the file systems are',
  sources: [
    {
      argv: ['stat', '-f', '-L', '-c', '%b %a %c %d %n', ...paths],
      package: 'coreutils',
      parse: parseStat,
    },
  ],
})
