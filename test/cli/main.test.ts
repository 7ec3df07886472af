import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { VERSION } from '../../src/base/version.ts'

let directory: string
let program: string
let silent: Server | undefined
let port: number

/** A bundle of this very source, beside the packages that it loads; and a server that never speaks. */
beforeAll(async () => {
  directory = mkdtempSync(join('node_modules', '.rungs-test-'))
  execFileSync(process.execPath, ['scripts/build.mjs', directory])
  program = join(directory, 'rungs.js')
  const server = createServer()
  silent = server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
}, 60_000)

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
  silent?.close()
})

test('the version goes to stdout and nothing to stderr', () => {
  const { status, stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: '' })
})

test('a mistake of usage goes to stderr, with the exit code 2', () => {
  const { status, stdout, stderr } = spawnSync(program, ['chekc'], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('did you mean: rungs check?')
})

test.for(['--version', '--help'])('a pipe that nobody reads ends %s quietly', (flag) => {
  const { stdout, stderr } = spawnSync('sh', ['-c', `'${program}' ${flag} | true`], {
    encoding: 'utf8',
  })
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
})

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends a check with %i, soon, and says that nothing had been changed',
  async ([signal, code]) => {
    const child = spawn(program, ['check', `ssh://127.0.0.1:${port}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let told = ''
    child.stderr.on('data', (data) => {
      told += data
    })
    await new Promise((resolve) => silent?.once('connection', resolve))
    const began = Date.now()
    child.kill(signal)
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(code)
    expect(Date.now() - began).toBeLessThan(2000)
    expect(told).toContain('interrupted; nothing had been changed')
  },
)

test('what goes wrong where nobody waits is one line and the exit code 2, never a stack', () => {
  const stray = 'data:text/javascript,setTimeout(()=>Promise.reject(new Error("stray")),500)'
  const words = ['--import', stray, program, 'check', `ssh://127.0.0.1:${port}`]
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect(stderr).toBe('rungs: this went wrong inside rungs: stray (RUNGS_DEBUG=1 shows where)\n')
  expect(status).toBe(2)
})
