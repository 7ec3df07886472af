/**
 * The files that a process has open: the links in /proc/PID/fd, proc_pid_fd(5). A link's rights tell
 * for what the file was opened; what it leads to may be a file, `socket:[N]`, `pipe:[N]`, a device.
 */
import type { Output, Question } from './source.ts'

/** An open file. */
export type OpenFile = {
  readonly number: number
  readonly forReading: boolean
  readonly forWriting: boolean
  /** True for a regular file; null where the tool does not tell it. */
  readonly regular: boolean | null
  /** The path, as it was in the process's own view, or what there is in its place. */
  readonly target: string
  /** True where the name is gone: a log that was rotated away under the process. */
  readonly deleted: boolean
}

const DELETED = ' (deleted)'

const openFile = (
  number: string,
  rights: string,
  regular: boolean | null,
  to: string,
): OpenFile => ({
  number: Number(number),
  forReading: rights[1] === 'r',
  forWriting: rights[2] === 'w',
  regular,
  target: to.endsWith(DELETED) ? to.slice(0, -DELETED.length) : to,
  deleted: to.endsWith(DELETED),
})

/** `4 l-wx------ f /var/log/nginx/access.log` */
const FOUND = /^(\d{1,7}) (l[r-][w-]\S{0,20}) (\S) (\S.*)$/
/** `l-wx------ 1 root root 64 Nov 28 01:42 4 -> /var/log/nginx/access.log` */
const LISTED = /^(l[r-][w-]\S{0,20}) .* (\d{1,7}) -> (\S.*)$/

const some = (files: readonly OpenFile[]): readonly OpenFile[] | null =>
  files.length > 0 ? files : null

const parseFound = ({ stdout }: Output): readonly OpenFile[] | null =>
  some(
    stdout.split('\n').flatMap((line) => {
      const [, number, rights, type, to] = FOUND.exec(line) ?? []
      return number && rights && to ? [openFile(number, rights, type === 'f', to)] : []
    }),
  )

const parseListed = ({ stdout }: Output): readonly OpenFile[] | null =>
  some(
    stdout.split('\n').flatMap((line) => {
      const [, rights, number, to] = LISTED.exec(line) ?? []
      return number && rights && to ? [openFile(number, rights, null, to)] : []
    }),
  )

/** What process `pid` has open; no answer where its owner may not be looked at. */
export const openFiles = (pid: number): Question<readonly OpenFile[]> => ({
  name: `the open files of process ${pid}`,
  sources: [
    {
      argv: ['find', `/proc/${pid}/fd`, '-mindepth', '1', '-printf', '%f %M %Y %l\\n'],
      package: 'findutils',
      parse: parseFound,
    },
    { argv: ['ls', '-l', `/proc/${pid}/fd`], package: 'coreutils', parse: parseListed },
  ],
})
