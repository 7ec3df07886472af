import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Host, MACHINE } from '../../../src/diagnose/host.ts'
import { sshHost } from '../../../src/host/run/ssh.ts'
import { freePort, prepareSshd, type Sshd } from '../sshd.ts'

let directory: string
let sshd: Sshd
const startSshd = (...settings: readonly string[]): Promise<number> => sshd.start(...settings)

const hosts: Host[] = []
function reach(port: number, options: readonly string[] = []): Host {
  const host = sshHost({ user: 'root', host: '127.0.0.1', port }, 'server', 'server', {
    arguments: [...sshd.arguments, ...options],
    connectTimeoutMs: 3000,
  })
  hosts.push(host)
  return host
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-sshd-'))
  sshd = prepareSshd(directory)
})
afterAll(async () => {
  for (const host of hosts) await host.close()
  sshd.stop()
  rmSync(directory, { recursive: true })
})

describe('a host with sshd', () => {
  let host: Host
  let port: number
  beforeAll(async () => {
    port = await startSshd()
    host = reach(port)
  })

  test('says how it is reached', () => {
    expect(host.access).toBe(`ssh://root@127.0.0.1:${port}`)
    expect(host.limits).toEqual(MACHINE)
  })

  test('runs commands with their words as they are', async () => {
    const argv = ['printf', '%s|', "it's", '$HOME', 'a b', '', '*', '\\', '\n']
    const output = await host.run(argv)
    expect(output).toMatchObject({
      argv,
      stdout: "it's|$HOME|a b||*|\\|\n|",
      stderr: '',
      code: 0,
      failure: null,
    })
  })

  test('tells status, errors, missing and denied', async () => {
    expect(await host.run(['sh', '-c', 'echo no >&2; exit 5'])).toMatchObject({
      stderr: 'no\n',
      code: 5,
      failure: null,
    })
    expect(await host.run(['no-such-tool'])).toMatchObject({ failure: 'missing', code: null })
    expect(await host.run(['/etc/passwd'])).toMatchObject({ failure: 'denied', code: null })
    expect(await host.run(['sh', '-c', 'exit 255'])).toMatchObject({ code: 255, failure: null })
  })

  test('finds the tools of the administrator', async () => {
    expect((await host.run(['sh', '-c', 'echo $PATH'])).stdout).toContain('/usr/sbin')
  })

  test('runs many commands at a time over one connection', async () => {
    const fresh = reach(port)
    const argv = (at: number) => ['sh', '-c', `echo ${at} "$SSH_CONNECTION"; sleep 0.05`]
    const outputs = await Promise.all(Array.from({ length: 30 }, (_, at) => fresh.run(argv(at))))
    const lines = outputs.map((output) => output.stdout.trim().split(' '))
    expect(lines.map(([at]) => Number(at))).toEqual(Array.from({ length: 30 }, (_, at) => at))
    expect(new Set(lines.map(([, ...connection]) => connection.join(' '))).size).toBe(1)
  })

  test('stops what takes too long, there as well', async () => {
    const output = await host.run(['sleep', '61.5'], { timeoutMs: 300 })
    expect(output).toMatchObject({ failure: 'timeout', code: null })
    expect(output.tookMs).toBeLessThan(2000)
    await expect
      .poll(async () => (await host.run(['pgrep', '-f', '^sleep 61.5'])).stdout, { timeout: 4000 })
      .toBe('')
  })

  test('stops the very first command in its time as well', async () => {
    const output = await reach(port).run(['sleep', '62.5'], { timeoutMs: 900 })
    expect(output).toMatchObject({ failure: 'timeout', code: null })
    expect(output.tookMs).toBeLessThan(3000)
  })

  test('cuts what is too large', async () => {
    const argv = ['sh', '-c', 'head -c 50000000 /dev/zero | tr "\\0" x']
    const output = await host.run(argv, { maxBytes: 1000 })
    expect(output).toMatchObject({ failure: 'too-large', code: null, stdout: 'x'.repeat(1000) })
    expect(await host.run(['printf', 'four'], { maxBytes: 4 })).toMatchObject({ stdout: 'four' })
    expect(await host.run(['printf', 'four'], { maxBytes: 3 })).toMatchObject({
      stdout: 'fou',
      failure: 'too-large',
    })
  })

  test('closing leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => /^rungs-\w{6}$/.test(name))
    const fresh = reach(port)
    await fresh.run(['true'])
    const during = readdirSync(tmpdir()).filter((name) => /^rungs-\w{6}$/.test(name))
    expect(during.length).toBe(before.length + 1)
    const own = during.find((name) => !before.includes(name)) ?? ''
    await fresh.close()
    expect(existsSync(join(tmpdir(), own))).toBe(false)
    expect(spawnSync('pgrep', ['-f', `/${own}/c`], { encoding: 'utf8' }).stdout).toBe('')
  })
})

test('a login shell that talks does not disturb', async () => {
  const talk = 'echo Welcome; echo Warning >&2; eval "$SSH_ORIGINAL_COMMAND"; echo Goodbye'
  const host = reach(await startSshd(`ForceCommand=${talk}`))
  expect(await host.run(['echo', 'x'])).toMatchObject({ stdout: 'x\n', stderr: '', code: 0 })
})

test('an account without a shell is unreachable, with its own words', async () => {
  const host = reach(await startSshd('ForceCommand=echo This account is closed.; exit 1'))
  const output = await host.run(['id'])
  expect(output).toMatchObject({ stdout: '', failure: 'unreachable', code: null })
  expect(output.stderr).toMatch(/This account is closed\.\n$/)
})

test('a key that is not known there is told, and not tried again', async () => {
  const port = await startSshd()
  const host = reach(port, ['-o', 'IdentityFile=/nonexistent', '-o', 'IdentitiesOnly=yes'])
  const stranger = sshHost({ user: 'nobody', host: '127.0.0.1', port }, 'server', 'server', {
    arguments: [
      '-F',
      '/dev/null',
      '-i',
      join(directory, 'stranger'),
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      `UserKnownHostsFile=${join(directory, 'strangers')}`,
    ],
  })
  hosts.push(stranger)
  expect((await host.run(['id'])).failure).toBeNull()
  const [first, second] = await Promise.all([stranger.run(['id']), stranger.run(['ls'])])
  expect(first).toMatchObject({ failure: 'unreachable', code: null, stdout: '' })
  expect(first.stderr).toContain('Permission denied (publickey')
  expect(second).toMatchObject({ failure: 'unreachable', argv: ['ls'], stderr: first.stderr })
})

test('a port where nobody listens is unreachable', async () => {
  const output = await reach(await freePort()).run(['id'])
  expect(output).toMatchObject({ failure: 'unreachable', code: null })
  expect(output.stderr).toContain('Connection refused')
})
