/**
 * What is told to the shell of a remote host, and how its answer is cut out of what came back. A
 * login shell may print greetings and farewells: random markers say where the command's own words
 * begin and end.
 */
import type { Output } from '../../facts/source.ts'
import { readStatus, underTimeout } from './far-side.ts'
import { quoteForShell } from './quote.ts'

/**
 * A script for `sh` that runs `argv` between markers on both streams. A program that outlives
 * `timeoutMs` is killed there too, where the host has timeout(1).
 */
export function writeFrame(argv: readonly string[], marker: string, timeoutMs: number): string {
  return [
    'PATH=$PATH:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL',
    `echo ${marker}; echo ${marker} >&2`,
    'if command -v timeout >/dev/null 2>&1',
    `then ${quoteForShell(underTimeout(argv, timeoutMs))} </dev/null`,
    `else ${quoteForShell(argv)} </dev/null`,
    'fi',
    `status=$?; echo; echo ${marker} $status; echo ${marker} >&2`,
    'exit 0',
    '',
  ].join('\n')
}

/** What stands between the first line that is the marker and `end`, or all that came after it. */
function between(text: string, marker: string, end: string): string | null {
  const begin = text.indexOf(`${marker}\n`)
  if (begin < 0) return null
  const from = begin + marker.length + 1
  const to = text.indexOf(end, from)
  return to < 0 ? text.slice(from) : text.slice(from, to)
}

/** The output of the command itself; null when the shell over there never ran it. */
export function readFrame(argv: readonly string[], marker: string, came: Output): Output | null {
  const stdout = between(came.stdout, marker, `\n${marker} `)
  if (stdout === null) return null
  const stderr = between(came.stderr, marker, `${marker}\n`) ?? ''
  const status = new RegExp(`^${marker} (\\d{1,3})$`, 'm').exec(came.stdout)?.[1]
  const said = { argv, stdout, stderr, tookMs: came.tookMs }
  if (status === undefined) {
    const failure = came.failure ?? 'unreachable'
    return { ...said, stderr: stderr || came.stderr, code: null, failure }
  }
  return readStatus({ ...said, code: Number(status), failure: null })
}
