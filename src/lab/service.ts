/** The services of the lab's nodes: each is a process of its own, to be stopped, frozen, replaced. */
import { spawn } from 'node:child_process'
import { withSystemPath } from './run.ts'
import type { Running } from './state.ts'
import { LabError } from './surroundings.ts'
import { namespaceOf } from './topology.ts'

/** How long a service may take to say that it listens; a bare node process needs 0.2 s. */
const READY_WITHIN_MS = 15_000

/** What a service prints, alone on a line, when it is ready. */
export const READY = 'ready'

/** Runs something in the network namespace of a node, with the node's own files of /etc. */
export const onNode = (node: string, argv: readonly string[]): string[] => [
  ...['ip', 'netns', 'exec', namespaceOf(node)],
  ...argv,
]

/** Starts `rungs lab serve WORDS` on a node; done when it listens. It outlives this process. */
export function startService(
  program: readonly string[],
  node: string,
  words: readonly string[],
): Promise<Running> {
  const [file = '', ...rest] = onNode(node, [...program, 'lab', 'serve', ...words])
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: withSystemPath(process.env),
    })
    let said = ''
    const fail = (because: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(
        new LabError(`${node}: the service ${words.join(' ')} did not start: ${because}${said}`),
      )
    }
    const timer = setTimeout(() => fail('it never listened; '), READY_WITHIN_MS)
    child.on('error', (error) => fail(error.message))
    child.on('exit', (code) => fail(`it ended with ${code}; `))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!text.split('\n').includes(READY) || child.pid === undefined) return
      clearTimeout(timer)
      child.removeAllListeners()
      child.stdout.destroy()
      child.stderr.destroy()
      child.unref()
      resolve({ pid: child.pid, words })
    })
  })
}

/** Ends a service, frozen or not; done when its process is gone. */
export async function stopService({ pid }: Running): Promise<void> {
  const alive = (): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  if (!alive()) return
  process.kill(pid, 'SIGKILL')
  // A child of ours that was ended is reaped by the event loop; it takes a turn or two.
  for (let turn = 0; turn < 100 && alive(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 10))
}
