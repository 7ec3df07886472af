/** The path of ten hops of `ten-hop-script.ts`, and `rungs trace` in its client. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeNamespaces, uniqueName } from './namespace.ts'
import { bundle } from './script.ts'
import { NODES, tenHopScript } from './ten-hop-script.ts'

export { TARGET, TARGET_6 } from './ten-hop-script.ts'

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

export type TenHops = {
  /** The namespace of a node. */
  readonly name: (node: number) => string
  /** Runs a shell script in a node; throws where it fails. */
  readonly sh: (node: number, script: string) => string
  /** `rungs trace` with these words in the client. */
  readonly trace: (words: string) => Ran
  /** Several at the same time. */
  readonly traceTogether: (all: readonly string[]) => Promise<readonly Ran[]>
  /** The same, interrupted after so long. */
  readonly interrupted: (words: string, afterMs: number) => Promise<Ran>
  /** The same as a user without any privilege. */
  readonly traceUnprivileged: (words: string) => Ran
  readonly remove: () => void
}

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs']

export function makeTenHops(): TenHops {
  const prefix = uniqueName('t')
  const name = (node: number): string => `${prefix}${node}`
  execFileSync('sh', ['-c', tenHopScript(prefix)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const directory = mkdtempSync(join(tmpdir(), 'rungs-hops-'))
  execFileSync('chmod', ['755', directory])
  const program = bundle(directory, 'rungs', "import './cli/main.ts'")
  const inClient = ['netns', 'exec', name(0)]
  const ours = [process.execPath, program, 'trace']
  const options = {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1' },
  } as const
  const trace =
    (user: readonly string[]) =>
    (words: string): Ran => {
      const argv = [...inClient, ...user, ...ours, ...words.split(' ')]
      const { status, stdout, stderr } = spawnSync('ip', argv, options)
      return { code: status, out: stdout, err: stderr }
    }
  const start = (words: string, interruptMs: number | null = null): Promise<Ran> =>
    new Promise((resolve) => {
      const argv = [...inClient, ...ours, ...words.split(' ')]
      const child = execFile('ip', argv, options, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      )
      // `ip netns exec` becomes the program itself.
      if (interruptMs !== null) setTimeout(() => child.kill('SIGINT'), interruptMs)
    })
  return {
    name,
    sh: (node, command) =>
      execFileSync('ip', ['netns', 'exec', name(node), 'sh', '-c', command], { encoding: 'utf8' }),
    trace: trace([]),
    traceTogether: (all) => Promise.all(all.map((words) => start(words))),
    interrupted: start,
    traceUnprivileged: trace(NOBODY),
    remove: () => {
      rmSync(directory, { recursive: true })
      removeNamespaces(...Array.from({ length: NODES }, (_, node) => name(node)))
    },
  }
}
