/** Runs a program to its end for the lab: one result for success and failure, nothing throws. */
import { spawn } from 'node:child_process'

export type Ran = {
  readonly stdout: string
  readonly stderr: string
  /** Exit status; null when it was ended by a signal, its time was up or it could not start. */
  readonly code: number | null
}

export type RunOptions = {
  /** Fed to standard input; without it there is nothing to read. */
  readonly input?: string
  /** After this time the program is killed. */
  readonly timeoutMs?: number
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** True: the program's output is this program's output. */
  readonly shown?: boolean
}

/** An ordinary user's PATH often lacks the directories of `ip`, `nft` and `sysctl`. */
export const withSystemPath = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> => ({
  ...environment,
  PATH: `${environment.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`,
})

const DEFAULT_TIMEOUT_MS = 60_000

/** More than this of one stream is not kept: no command of the lab has more to say. */
const MOST_CHARACTERS = 16 << 20

/** Runs `argv`. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [file = '', ...rest] = argv
  return new Promise((resolve) => {
    const child = spawn(file, rest, {
      stdio: options.shown
        ? ['ignore', 'inherit', 'inherit']
        : [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: withSystemPath(options.environment ?? process.env),
      timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      ...(options.signal && { signal: options.signal }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MOST_CHARACTERS) stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < MOST_CHARACTERS) stderr += text
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input)
    child.on('error', (error) => {
      resolve({ stdout, stderr: `${stderr}${error.message}\n`, code: null })
    })
    // `exit` and not `close`: something left in the background may hold the pipes open.
    child.on('exit', (code) => {
      setTimeout(() => resolve({ stdout, stderr, code }), options.shown ? 0 : DRAIN_MS)
    })
    child.on('close', (code) => resolve({ stdout, stderr, code }))
  })
}

/** After the end of a program, what it wrote is in the pipe already; this long it is read. */
const DRAIN_MS = 100
