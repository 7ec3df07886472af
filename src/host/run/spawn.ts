/**
 * Runs one command on this machine: an argument array, never a shell. Its time, its output and its
 * offspring are bounded; whatever goes wrong is told in the output.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Ears, Running, RunOptions } from '../../diagnose/host.ts'
import type { Output } from '../../facts/source.ts'

export type SpawnOptions = RunOptions & {
  /** What the command reads; without it, nothing (`/dev/null`). */
  readonly stdin?: string
  /** Added to the environment, which always has `LC_ALL=C`. */
  readonly env?: Readonly<Record<string, string>>
  /** Stops the command; its output then says `timeout`. */
  readonly signal?: AbortSignal
}

/** For how long a command runs where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 5000
/** How much of each stream is kept where nothing else is said: 4 MiB. */
export const DEFAULT_MAX_BYTES: number = 4 << 20

/** Where administrators' tools live, though a user's PATH often lacks it. */
const ADMIN_PATHS = ['/usr/sbin', '/sbin']

/**
 * After its end, a command's pipe may be held by a child that it left behind: so long without a
 * byte, and the output is taken as whole.
 */
const GRACE_MS = 100

/** The PATH given, with the directories of the administrator's tools. */
export function withAdminPaths(path: string): string {
  const have = path === '' ? ['/usr/bin', '/bin'] : path.split(':')
  return [...have, ...ADMIN_PATHS.filter((directory) => !have.includes(directory))].join(':')
}

const live = new Set<ChildProcess>()

/** Kills the whole process group: the child leads one of its own. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

/** Kills every command that still runs, with its offspring. */
export function killAll(): void {
  for (const child of live) killGroup(child)
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
let guarded = false

/** A process group of its own does not get the terminal's Ctrl-C: it must be passed on. */
function guard(): void {
  if (guarded) return
  guarded = true
  process.on('exit', killAll)
  for (const signal of SIGNALS) {
    const pass = (): void => {
      killAll()
      if (process.listenerCount(signal) > 1) return
      process.off(signal, pass)
      process.kill(process.pid, signal)
    }
    process.on(signal, pass)
  }
}

/** The bytes of one stream, up to a bound. */
class Kept {
  readonly #parts: Buffer[] = []
  #bytes = 0
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** False when there was more than fits. */
  add(part: Buffer): boolean {
    const room = this.#most - this.#bytes
    if (room > 0) this.#parts.push(part.length > room ? part.subarray(0, room) : part)
    this.#bytes += Math.min(room, part.length)
    return part.length <= room
  }

  text(): string {
    return Buffer.concat(this.#parts).toString('utf8')
  }
}

type Failure = Output['failure']

const failureOf = (error: unknown): Failure =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'denied'

function start(argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [file = '', ...args] = argv
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', ...options.env }
  const stdin = options.stdin === undefined ? 'ignore' : 'pipe'
  return spawn(file, args, {
    detached: true,
    env: { ...env, PATH: withAdminPaths(env.PATH ?? '') },
    stdio: [stdin, 'pipe', 'pipe'],
  })
}

/** As a shell tells it: the status, or 128 and the signal that ended the program. */
const statusOf = (code: number | null, signal: NodeJS.Signals | null): number | null =>
  code ?? (signal === null ? null : 128 + constants.signals[signal])

type Ending = { readonly failure: Failure; readonly code: number | null; readonly note: string }

/** Waits for the end of the command, or puts an end to it. */
function supervise(
  child: ChildProcess,
  kept: readonly Kept[],
  options: SpawnOptions,
): Promise<Ending> {
  return new Promise((resolve) => {
    let ended: { readonly code: number | null } | null = null
    let grace: NodeJS.Timeout | undefined
    const finish = (failure: Failure, note = ''): void => {
      if (!live.delete(child)) return
      clearTimeout(timer)
      clearTimeout(grace)
      options.signal?.removeEventListener('abort', abort)
      for (const stream of child.stdio) stream?.destroy()
      resolve({ failure, code: failure === null ? (ended?.code ?? null) : null, note })
    }
    const stop = (failure: Failure): void => {
      killGroup(child)
      finish(failure)
    }
    const abort = (): void => stop('timeout')
    const timer = setTimeout(abort, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const wait = (): void => {
      clearTimeout(grace)
      grace = setTimeout(() => stop(null), GRACE_MS)
    }
    for (const [at, stream] of [child.stdout, child.stderr].entries())
      stream?.on('data', (part: Buffer) => {
        if (!kept[at]?.add(part)) stop('too-large')
        else if (ended) wait()
      })
    child.on('error', (error) => finish(failureOf(error), `${error.message}\n`))
    child.on('exit', (code, signal) => {
      ended = { code: statusOf(code, signal) }
      wait()
    })
    child.on('close', () => finish(null))
    if (options.signal?.aborted) abort()
    else options.signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Runs the command to its end, or to the end of its time or its room. Never throws. */
export async function runArgv(
  argv: readonly string[],
  options: SpawnOptions = {},
): Promise<Output> {
  const began = performance.now()
  const most = options.maxBytes ?? DEFAULT_MAX_BYTES
  const stdout = new Kept(most)
  const stderr = new Kept(most)
  const output = ({ failure, code, note }: Ending): Output => ({
    argv,
    stdout: stdout.text(),
    stderr: stderr.text() + note,
    code,
    failure,
    tookMs: performance.now() - began,
  })
  let child: ChildProcess
  try {
    child = start(argv, options)
  } catch (error) {
    // An argument that no command can have, such as one with a NUL.
    const note = `${(error as Error).message}\n`
    return output({ failure: failureOf(error), code: null, note })
  }
  guard()
  live.add(child)
  // A command may end without having read all; its own words say what went wrong.
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.stdin)
  return output(await supervise(child, [stdout, stderr], options))
}

/** A program that was told to end gets so long for it. */
const END_MS = 300

/**
 * Starts a command that goes on until it is stopped, with `stdin` before an open end: the end of its
 * input, when it is stopped or we are gone, tells it to end. Never throws.
 */
export function holdArgv(argv: readonly string[], stdin: string, ears: Ears): Running {
  let child: ChildProcess
  try {
    child = start(argv, { stdin })
  } catch (error) {
    ears.onWords(`${(error as Error).message}\n`)
    ears.onEnd()
    return { stop: async () => {} }
  }
  guard()
  live.add(child)
  const over = new Promise<void>((resolve) => {
    const end = (): void => {
      if (!live.delete(child)) return
      for (const stream of child.stdio) stream?.destroy()
      resolve()
      ears.onEnd()
    }
    child.on('close', end)
    child.on('error', (error) => {
      ears.onWords(`${error.message}\n`)
      end()
    })
  })
  for (const stream of child.stdio) stream?.on('error', () => {})
  child.stdout?.on('data', (part: Buffer) => ears.onBytes(part))
  child.stderr?.on('data', (part: Buffer) => ears.onWords(part.toString('utf8')))
  child.stdin?.write(stdin)
  return {
    stop: async () => {
      if (!live.has(child)) return
      child.stdin?.end()
      const late = new Promise<void>((resolve) => setTimeout(resolve, END_MS).unref())
      await Promise.race([over, late])
      if (live.has(child)) killGroup(child)
      await Promise.race([over, late])
    },
  }
}
