import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { killAll, runArgv, withAdminPaths } from '../../../src/host/run/spawn.ts'
import { bundle } from '../script.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-spawn-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' }))
  } catch {
    return false
  }
}

const gone = async (pid: number): Promise<boolean> => {
  for (let tries = 0; tries < 50 && alive(pid); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  return !alive(pid)
}

describe('a command that ends by itself', () => {
  test('gives its output, its errors and its status', async () => {
    const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3']
    const output = await runArgv(argv)
    expect(output).toMatchObject({ argv, stdout: 'out\n', stderr: 'err\n', code: 3, failure: null })
    expect(output.tookMs).toBeGreaterThan(0)
  })

  test('gets its arguments as they are, without a shell', async () => {
    const output = await runArgv(['printf', '%s|', '$HOME', '`id`', "a'b", '*', ''])
    expect(output.stdout).toBe("$HOME|`id`|a'b|*||")
  })

  test('speaks English and finds the tools of the administrator', async () => {
    const output = await runArgv(['sh', '-c', 'echo "$LC_ALL $PATH"'], { env: { PATH: '/bin' } })
    expect(output.stdout).toBe('C /bin:/usr/sbin:/sbin\n')
  })

  test('reads nothing, or the text given', async () => {
    expect(await runArgv(['cat'])).toMatchObject({ stdout: '', code: 0 })
    expect(await runArgv(['cat'], { stdin: 'à lire\n' })).toMatchObject({ stdout: 'à lire\n' })
  })

  test('need not read the text given', async () => {
    const output = await runArgv(['true'], { stdin: 'x'.repeat(1 << 20) })
    expect(output).toMatchObject({ code: 0, failure: null })
  })

  test('has the status that a shell tells when a signal ended it', async () => {
    expect(await runArgv(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ code: 143, failure: null })
  })

  test('keeps characters whole that arrive in pieces', async () => {
    const output = await runArgv(['sh', '-c', "printf '\\303'; sleep 0.05; printf '\\251'"])
    expect(output.stdout).toBe('é')
  })
})

describe('a command that cannot be run', () => {
  test('is missing', async () => {
    const output = await runArgv(['no-such-tool-here', '-x'])
    expect(output).toMatchObject({ failure: 'missing', code: null })
  })

  test('is denied', async () => {
    const file = join(directory, 'not-executable')
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 })
    expect(await runArgv([file])).toMatchObject({ failure: 'denied', code: null })
  })

  test.each([[[]], [['']], [['echo', 'a\0b']]])('is %j: said, not thrown', async (argv) => {
    const output = await runArgv(argv)
    expect(output.failure).not.toBeNull()
    expect(output.stderr).not.toBe('')
  })
})

describe('a command without measure', () => {
  test('is stopped after its time, with the children that it started', async () => {
    const output = await runArgv(['sh', '-c', 'sleep 60 & echo $!; sleep 60'], { timeoutMs: 200 })
    expect(output).toMatchObject({ failure: 'timeout', code: null })
    expect(output.tookMs).toBeLessThan(1500)
    const child = Number(output.stdout)
    expect(child).toBeGreaterThan(1)
    expect(await gone(child)).toBe(true)
  })

  test('is stopped when it prints 100 MB, and the beginning is kept', async () => {
    const output = await runArgv(['sh', '-c', 'head -c 100000000 /dev/zero | tr "\\0" x'], {
      maxBytes: 1000,
    })
    expect(output).toMatchObject({ failure: 'too-large', code: null, stdout: 'x'.repeat(1000) })
  })

  test('may print exactly as much as there is room for', async () => {
    const output = await runArgv(['printf', 'four'], { maxBytes: 4 })
    expect(output).toMatchObject({ failure: null, code: 0, stdout: 'four' })
  })

  test('is stopped when errors overflow as well', async () => {
    const output = await runArgv(['sh', '-c', 'yes >&2'], { maxBytes: 64 })
    expect(output).toMatchObject({ failure: 'too-large', stderr: 'y\n'.repeat(32) })
  })

  test('does not hold us by a daemon that keeps its pipe', async () => {
    const output = await runArgv(['sh', '-c', 'sleep 60 & echo $!; exit 4'])
    expect(output).toMatchObject({ failure: null, code: 4 })
    expect(output.tookMs).toBeLessThan(2000)
    expect(await gone(Number(output.stdout))).toBe(true)
  })

  test('ends at an abort', async () => {
    const stop = new AbortController()
    const running = runArgv(['sleep', '60'], { signal: stop.signal })
    stop.abort()
    expect(await running).toMatchObject({ failure: 'timeout' })
    const late = await runArgv(['sleep', '60'], { signal: stop.signal })
    expect(late).toMatchObject({ failure: 'timeout' })
  })

  test('ends when everything is killed', async () => {
    const running = runArgv(['sleep', '60'])
    killAll()
    expect(await running).toMatchObject({ code: 137 })
  })
})

test.each(['SIGINT', 'SIGTERM', 'exit'])('nothing outlives us at %s', async (how) => {
  const pidFile = join(directory, `${how}.pid`)
  const script = bundle(
    directory,
    how,
    `import { runArgv } from './host/run/spawn.ts'
     void runArgv(['sh', '-c', 'echo $$ > ${pidFile}; sleep 60'])
     setTimeout(() => { console.log('up'); ${how === 'exit' ? 'process.exit(0)' : ''} }, 300)`,
  )
  const node = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<string | null>((resolve) =>
    node.on('exit', (_, signal) => resolve(signal)),
  )
  await new Promise((resolve) => node.stdout.once('data', resolve))
  if (how !== 'exit') node.kill(how as NodeJS.Signals)
  expect(await ended).toBe(how === 'exit' ? null : how)
  const pid = Number(execFileSync('cat', [pidFile], { encoding: 'utf8' }))
  expect(await gone(pid)).toBe(true)
})

test('the PATH is only extended by what it lacks', () => {
  expect(withAdminPaths('/usr/bin:/sbin')).toBe('/usr/bin:/sbin:/usr/sbin')
  expect(withAdminPaths('')).toBe('/usr/bin:/bin:/usr/sbin:/sbin')
})
