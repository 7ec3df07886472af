/**
 * What the far side of a connection does for us: timeout(1) ends there what outlives its time, which
 * the end of our own program would not; and the status tells whether the command ran at all.
 */
import type { Output } from '../../facts/source.ts'

/** The command under timeout(1), of coreutils or busybox. */
export const underTimeout = (argv: readonly string[], timeoutMs: number): readonly string[] => [
  'timeout',
  '-s',
  'KILL',
  String(Math.ceil(timeoutMs / 1000)),
  ...argv,
]

/** 128 and the number of SIGKILL: how timeout(1) tells that it struck. */
const KILLED = 137

/** POSIX, Shell Command Language §2.8.2: not found, and found but not executable. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

const NO_SUCH_PROGRAM = /not found|No such file/i

/** An output whose status says that its program is missing, or may not be run. */
export function readStatus(output: Output): Output {
  const { code, stderr } = output
  if (code !== NOT_FOUND && code !== NOT_EXECUTABLE) return output
  if (NO_SUCH_PROGRAM.test(stderr)) return { ...output, code: null, failure: 'missing' }
  return code === NOT_EXECUTABLE ? { ...output, code: null, failure: 'denied' } : output
}

/** An output that timeout(1) ended. */
export const readTimeout = (output: Output, timeoutMs: number): Output =>
  output.code === KILLED && output.tookMs >= timeoutMs
    ? { ...output, code: null, failure: 'timeout' }
    : output
