/**
 * Where an ordinary user's lab lives between two commands: a private world kept by a process in
 * the background. Its process id is remembered in the user's runtime directory.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, withSystemPath } from './run.ts'
import { LabError, type LabSurroundings } from './surroundings.ts'
import { INSIDE, inLastingWorld, inWorldOf } from './world.ts'

type Holder = {
  readonly pid: number
  /** When it was started, so that another process with its number is not taken for it. */
  readonly startedTicks: string
}

/** The field `starttime` of `/proc/PID/stat`, proc_pid_stat(5); null where the process is gone. */
function startedTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name may hold spaces and brackets; the third field comes after the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null
  } catch {
    return null
  }
}

/** A directory of this user alone. */
function runtimeDirectory({ environment }: LabSurroundings): string {
  const given = environment.XDG_RUNTIME_DIR
  const uid = process.getuid?.() ?? 0
  const isOwn = (path: string): boolean => {
    try {
      return statSync(path).uid === uid
    } catch {
      return false
    }
  }
  if (given && isOwn(given)) return given
  const path = join(tmpdir(), `rungs-lab-${uid}`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (!isOwn(path)) throw new LabError(`${path} belongs to somebody else; remove it`)
  return path
}

const holderFile = (around: LabSurroundings): string =>
  join(runtimeDirectory(around), 'rungs-lab.json')

/** The living holder; null where there is none. A stale note is removed. */
export function findHolder(around: LabSurroundings): number | null {
  const file = holderFile(around)
  let holder: Holder
  try {
    holder = JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return null
  }
  if (startedTicks(holder.pid) === holder.startedTicks) return holder.pid
  rmSync(file, { force: true })
  return null
}

/** Starts a holder whose world is filled by `rungs lab WORDS`; done when that has ended well. */
export function startHolder(around: LabSurroundings, words: readonly string[]): Promise<number> {
  const [file = '', ...rest] = inLastingWorld(around.isRoot, [...around.program, 'lab', ...words])
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...withSystemPath(around.environment), [INSIDE]: '1' },
    })
    let stdout = ''
    let stderr = ''
    const undo = (): void => {
      child.kill('SIGKILL')
    }
    around.signal.addEventListener('abort', undo)
    child.on('error', (error) => reject(new LabError(error.message)))
    child.on('exit', () => {
      around.signal.removeEventListener('abort', undo)
      reject(new LabError(`the lab could not be built: ${stderr.trim()}`))
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const [pid = '', ready] = stdout.split('\n')
      if (ready !== 'ready') return
      around.signal.removeEventListener('abort', undo)
      child.removeAllListeners()
      child.stdout.destroy()
      child.stderr.destroy()
      child.unref()
      const holder: Holder = { pid: Number(pid), startedTicks: startedTicks(Number(pid)) ?? '' }
      writeFileSync(holderFile(around), JSON.stringify(holder), { mode: 0o600 })
      resolve(holder.pid)
    })
  })
}

/** Ends the holder, and with it everything in its world. */
export function endHolder(around: LabSurroundings, pid: number): void {
  process.kill(pid, 'SIGKILL')
  rmSync(holderFile(around), { force: true })
}

/** Runs `rungs lab WORDS` in the holder's world, its output ours; the exit status. */
export async function runInHolder(
  around: LabSurroundings,
  pid: number,
  words: readonly string[],
): Promise<number> {
  const { code } = await run(inWorldOf(pid, [...around.program, 'lab', ...words]), {
    shown: true,
    environment: { ...around.environment, [INSIDE]: '1' },
    timeoutMs: 600_000,
    signal: around.signal,
  })
  return code ?? 2
}
