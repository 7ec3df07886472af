/** Network namespaces of a test: made, used, removed with everything that runs in them. */
import { execFileSync } from 'node:child_process'

/** Runs `ip` with these words, which may not hold spaces. */
export const ip = (words: string): string =>
  execFileSync('ip', words.split(' '), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** A name that no other test uses. */
export const uniqueName = (what: string): string =>
  `rt${process.pid.toString(36)}${what}${Math.random().toString(36).slice(2, 5)}`

/** Removes namespaces and kills what runs in them. */
export function removeNamespaces(...names: readonly string[]): void {
  for (const name of names) {
    for (const pid of ip(`netns pids ${name}`).split('\n').filter(Boolean))
      process.kill(Number(pid), 'SIGKILL')
    ip(`netns del ${name}`)
  }
}
