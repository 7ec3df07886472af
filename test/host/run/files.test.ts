import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catPaths, readAsCat } from '../../../src/host/run/files.ts'

let directory: string
const at = (name: string): string => join(directory, name)

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-files-'))
  writeFileSync(at('one'), 'un\n')
  writeFileSync(at('two'), 'deux, sans fin de ligne')
  writeFileSync(at('bytes'), Uint8Array.of(0x80, 0xff, 0x00, 0x41))
  mkdirSync(at('folder'))
  symlinkSync(at('loop'), at('loop'))
  execFileSync('mkfifo', [at('pipe')])
})
afterAll(() => rmSync(directory, { recursive: true }))

const cat = (paths: readonly string[]): object => {
  const { stdout, stderr, status } = spawnSync('cat', [...paths], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
  })
  return { stdout, stderr, code: status }
}

test.each([
  ['a file', ['one']],
  ['files', ['one', 'two', 'one']],
  ['bytes that are no text', ['bytes']],
  ['a file that is not there', ['nothing']],
  ['some that are there', ['one', 'nothing', 'two']],
  ['a directory', ['folder']],
  ['a path through a file', ['one/x']],
  ['a link to itself', ['loop']],
  ['a name that is too long', ['n'.repeat(300)]],
])('reads %s as cat does', (_, names) => {
  const paths = names.map(at)
  expect(readAsCat(paths)).toMatchObject({ argv: ['cat', ...paths], failure: null, ...cat(paths) })
})

test.each([
  '/proc/self/cmdline-not-there',
  '/proc/net/snmp',
  '/proc/version',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/1/environ',
  '/sys/class/net/lo/mtu',
  '/sys/class/net/lo/address',
  '/sys/class/net/lo/duplex',
  '/sys/class/net/lo/phys_port_name',
  '/sys/class/net/lo',
])('reads %s as cat does', (path) => {
  expect(readAsCat([path])).toMatchObject(cat([path]))
})

test('what comes piece by piece is read whole', () => {
  const sums = execFileSync('sh', ['-c', 'cat /proc/kallsyms | wc -c'], { encoding: 'utf8' })
  const output = readAsCat(['/proc/kallsyms'], 64 << 20)
  expect(output?.stdout.length).toBe(Number(sums))
})

test('too much is cut and said', () => {
  expect(readAsCat([at('one'), at('two')], 5)).toMatchObject({
    stdout: 'un\nde',
    code: null,
    failure: 'too-large',
  })
  expect(readAsCat([at('one')], 3)).toMatchObject({ stdout: 'un\n', code: 0, failure: null })
  expect(readAsCat(['/proc/kallsyms'], 100)?.stdout.length).toBe(100)
})

test('what would have to wait is left to cat', () => {
  expect(readAsCat([at('pipe')])).toBeNull()
  expect(readAsCat(['/dev/zero'])).toBeNull()
})

test('a path may be read elsewhere, and is named as it was asked', () => {
  expect(readAsCat(['/etc/x'], 99, () => at('one'))?.stdout).toBe('un\n')
  expect(readAsCat(['/etc/x'], 99, () => at('nothing'))?.stderr).toBe(
    'cat: /etc/x: No such file or directory\n',
  )
})

test('only a plain cat of whole paths counts', () => {
  expect(catPaths(['cat', '/a', '/b'])).toEqual(['/a', '/b'])
  for (const argv of [['cat'], ['cat', '-n', '/a'], ['cat', 'a'], ['cut', '/a'], []])
    expect(catPaths(argv)).toBeNull()
})
