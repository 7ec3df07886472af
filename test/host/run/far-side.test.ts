import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Output, printed } from '../../../src/facts/source.ts'
import { readStatus, readTimeout, underTimeout } from '../../../src/host/run/far-side.ts'

const run = (
  argv: readonly string[],
  timeoutMs: number,
  through: readonly string[] = [],
): Output => {
  const [command = '', ...args] = [...through, ...underTimeout(argv, timeoutMs)]
  const began = performance.now()
  const { stdout, stderr, status, signal } = spawnSync(command, args, { encoding: 'utf8' })
  // An engine tells of a signal as a shell does.
  const code = status ?? (signal === 'SIGKILL' ? 137 : 1)
  return { ...printed(stdout, code, stderr), tookMs: performance.now() - began }
}

test.each([
  ['coreutils', []],
  ['busybox', ['busybox']],
])("timeout of %s leaves a command's words and status alone, and ends it in time", (_, through) => {
  const quick = run(['sh', '-c', 'echo out; echo err >&2; exit 3'], 5000, through)
  expect(readTimeout(readStatus(quick), 5000)).toMatchObject({
    stdout: 'out\n',
    stderr: 'err\n',
    code: 3,
    failure: null,
  })
  const slow = run(['sleep', '30'], 900, through)
  expect(readTimeout(slow, 900)).toMatchObject({ code: null, failure: 'timeout' })
  expect(slow.tookMs).toBeLessThan(5000)
  expect(readStatus(run(['no-such-tool'], 900, through))).toMatchObject({ failure: 'missing' })
  expect(readStatus(run(['/etc/passwd'], 900, through))).toMatchObject({ failure: 'denied' })
})

test('a status is only read so with the words for it', () => {
  expect(readStatus(printed('', 127, 'zone: not loaded'))).toMatchObject({
    code: 127,
    failure: null,
  })
  expect(
    readStatus(printed('', 126, 'exec: "x": stat x: no such file or directory')),
  ).toMatchObject({
    failure: 'missing',
  })
  expect(readStatus(printed('', 1, 'not found'))).toMatchObject({ code: 1, failure: null })
})

test('a command that was killed before its time was not killed by timeout', () => {
  expect(readTimeout({ ...printed('', 137), tookMs: 20 }, 5000)).toMatchObject({ code: 137 })
})
