import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inNewWorld } from '../../src/lab/world.ts'
import { tell } from './bundle.ts'

const root = join(import.meta.dirname, '../..')
let directory: string

type Repeated = {
  readonly web: readonly string[]
  readonly ssh: readonly string[]
  readonly traces: readonly string[]
  /** New connections to port 22; those that were one too many by IPv4, and by IPv6. */
  readonly counters: readonly [number, number, number]
  readonly log: string
  readonly banned: string
}
let repeated: Repeated

beforeAll(() => {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  directory = mkdtempSync(join(cache, 'rungs-repeat-'))
  // Below the package, where koffi and the lab's data are found.
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), join(directory, 'dist')])
  const script = join(directory, 'repeat.mjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'data/repeat.ts')],
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: script, logLevel: 'warning' },
  })
  const program = [process.execPath, join(directory, 'dist/rungs.js')]
  const { stdout, stderr } = tell(inNewWorld(true, [process.execPath, script, ...program]))
  expect(stderr).toBe('')
  repeated = JSON.parse(stdout)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('thirty checks of a healthy network raise no false alarm', () => {
  expect(repeated.web).toHaveLength(30)
  expect(new Set(repeated.web)).toEqual(
    new Set(['https://www.lab.example answers as expected (200)']),
  )
})

test('they leave no process, socket, file, rule or setting behind', () => {
  expect(repeated.traces).toEqual([])
})

test('a check opens one connection to each address of a real sshd, and no more than it may', () => {
  expect(new Set(repeated.ssh)).toEqual(
    new Set(['ssh://ssh.lab.example answers as expected (OpenSSH)']),
  )
  expect(repeated.counters).toEqual([2 * repeated.ssh.length, 0, 0])
})

test('sshd complains of nobody, and fail2ban finds nothing to ban', () => {
  expect(repeated.log).not.toMatch(
    /error|fatal|Unable|Invalid|Did not receive|beginning MaxStartups/i,
  )
  expect(repeated.banned).toMatch(/^Lines: \d+ lines, \d+ ignored, 0 matched/m)
})
