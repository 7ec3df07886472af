/** The lab as a program that any user of this machine can run; made once for each test file. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

export type Bundle = {
  readonly program: readonly string[]
  readonly directory: string
  readonly remove: () => void
}

/** Bundles `data/program.ts` beside a copy of the lab's files. */
export function bundleLab(): Bundle {
  const directory = mkdtempSync(join(tmpdir(), 'rungs-lab-test-'))
  chmodSync(directory, 0o755)
  const script = join(directory, 'rungs.mjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'data/program.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'warning',
  })
  cpSync(join(import.meta.dirname, '../../lab'), join(directory, 'lab'), { recursive: true })
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  return { program: [process.execPath, script], directory, remove }
}

export type Told = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Makes an ordinary user of root. */
export const AS_NOBODY: readonly string[] = [
  ...['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'],
]

/** Runs a command to its end, as root or as nobody. */
export function tell(
  argv: readonly string[],
  user: 'root' | 'nobody' = 'root',
  environment: Readonly<Record<string, string>> = {},
): Told {
  const [file = '', ...rest] = user === 'root' ? argv : [...AS_NOBODY, ...argv]
  const { status, stdout, stderr } = spawnSync(file, rest, {
    encoding: 'utf8',
    env: { ...process.env, HOME: '/', ...environment },
    timeout: 120_000,
  })
  return { code: status, stdout, stderr }
}
