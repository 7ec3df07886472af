/**
 * `cat`, without a process: what it prints, its messages and its status, for files that can be read
 * at once. Much of what a check reads are small files of /proc and /sys, and a process costs a
 * hundred times as much as opening them.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Output } from '../../facts/source.ts'
import { DEFAULT_MAX_BYTES } from './spawn.ts'

/** strerror(3) in the C locale, for what files of /proc, /sys and /etc say. */
const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ENODEV: 'No such device',
  ENXIO: 'No such device or address',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EOPNOTSUPP: 'Operation not supported',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ESRCH: 'No such process',
}

/** Files of /proc and /sys do not know their size; they are read piece by piece. */
const PIECE_BYTES = 64 << 10

/** The bytes of a regular file, at most `most` + 1; null where reading would have to wait. */
function readNow(path: string, most: number): Buffer | null {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile() && !stat.isDirectory()) return null
    const parts: Buffer[] = []
    for (let have = 0; have <= most; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, most + 1 - have))
      const got = readSync(fd, piece)
      if (got === 0) break
      parts.push(piece.subarray(0, got))
      have += got
    }
    return Buffer.concat(parts)
  } finally {
    closeSync(fd)
  }
}

/** The paths of a plain `cat PATH…`; null where it is anything else. */
export function catPaths(argv: readonly string[]): readonly string[] | null {
  const [command, ...paths] = argv
  return command === 'cat' && paths.length > 0 && paths.every((path) => path.startsWith('/'))
    ? paths
    : null
}

/**
 * What `cat PATH…` would give; null where only `cat` itself can tell (a pipe, a device, an unknown
 * error). `real` says where a path is to be read, when that is elsewhere.
 */
export function readAsCat(
  paths: readonly string[],
  maxBytes: number = DEFAULT_MAX_BYTES,
  real: (path: string) => string = (path) => path,
): Output | null {
  const began = performance.now()
  const parts: Buffer[] = []
  let room = maxBytes
  let stderr = ''
  for (const path of paths) {
    try {
      const bytes = readNow(real(path), room)
      if (bytes === null) return null
      parts.push(bytes.subarray(0, room))
      room -= bytes.length
      if (room < 0) break
    } catch (error) {
      const message = MESSAGES[(error as NodeJS.ErrnoException).code ?? '']
      if (message === undefined) return null
      stderr += `cat: ${path}: ${message}\n`
    }
  }
  const whole = room >= 0
  return {
    argv: ['cat', ...paths],
    stdout: Buffer.concat(parts).toString('utf8'),
    stderr,
    code: whole ? Number(stderr !== '') : null,
    failure: whole ? null : 'too-large',
    tookMs: performance.now() - began,
  }
}
