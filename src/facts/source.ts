/**
 * Where a fact comes from: a command that only reads, and how its output is understood.
 * A question lists its sources, the best first; a host asks them in turn.
 */

/** What running a command gave. One shape for success and failure; nothing throws. */
export type Output = {
  readonly argv: readonly string[]
  readonly stdout: string
  readonly stderr: string
  /** Exit status; null when the command did not end by itself. */
  readonly code: number | null
  /**
   * Why there is no proper ending: the program is not installed, may not be run, was stopped after
   * its time, printed more than was asked for, or the host itself cannot be reached.
   */
  readonly failure: null | 'missing' | 'denied' | 'timeout' | 'too-large' | 'unreachable'
  readonly tookMs: number
}

/** One way to learn a fact. */
export type Source<T> = {
  /** The command, as an argument array. `['cat', path]` reads a file, on any host. */
  readonly argv: readonly string[]
  /** Debian's package that brings the program, said where it is missing. */
  readonly package: string
  /** The fact, or null where the output is not what this tool prints (try the next source). */
  readonly parse: (output: Output) => T | null
}

/** A thing to be known about a host, with its sources in the order in which they are tried. */
export type Question<T> = {
  /** What is asked, for people: `the addresses of the interfaces`. */
  readonly name: string
  readonly sources: readonly Source<T>[]
}

/** True when the command ran to its end and reported success. */
export const succeeded = (output: Output): boolean => output.failure === null && output.code === 0

/** An output as a test or a pasted session has it: text that a command printed, and its status. */
export const printed = (stdout: string, code = 0, stderr = ''): Output => ({
  argv: [],
  stdout,
  stderr,
  code,
  failure: null,
  tookMs: 0,
})
