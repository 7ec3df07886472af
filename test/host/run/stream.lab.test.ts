import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Host } from '../../../src/diagnose/host.ts'
import { sshHost } from '../../../src/host/run/ssh.ts'
import { openHostStream } from '../../../src/host/run/stream.ts'
import { prepareSshd, type Sshd } from '../sshd.ts'

let directory: string
let sshd: Sshd
let host: Host

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-sshd-'))
  sshd = prepareSshd(directory)
  const to = { user: 'root', host: '127.0.0.1', port: await sshd.start() }
  host = sshHost(to, 'server', 'server', { arguments: sshd.arguments, connectTimeoutMs: 3000 })
  await host.run(['true'])
})
afterAll(async () => {
  await host.close()
  sshd.stop()
  rmSync(directory, { recursive: true })
})

const pids = (mark: string): string[] => {
  try {
    return execFileSync('pgrep', ['-x', '-f', mark], { encoding: 'utf8' }).trim().split('\n')
  } catch {
    return []
  }
}

const until = async (holds: () => boolean): Promise<boolean> => {
  for (let round = 0; round < 40 && !holds(); round++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  return holds()
}

const start = async (seconds: string) => {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const ears = { onBytes: () => {}, onWords: () => {}, onEnd: () => end() }
  const running = await openHostStream(host, ['sleep', seconds], ears)
  if ('because' in running) throw new Error(running.because)
  expect(await until(() => pids(`sleep ${seconds}`).length > 0)).toBe(true)
  return { running, ended }
}

test('over ssh a program ends there when it is stopped here', async () => {
  const { running, ended } = await start('71.25')
  await running.stop()
  await ended
  expect(await until(() => pids('sleep 71.25').length === 0)).toBe(true)
})

test('it ends there too when the way to it breaks', async () => {
  const { ended } = await start('72.25')
  // The session of that connection: the far side vanishes for us, and we for it.
  await host.close()
  await ended
  expect(await until(() => pids('sleep 72.25').length === 0)).toBe(true)
})
