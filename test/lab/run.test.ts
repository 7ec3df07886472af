import { expect, test } from 'vitest'
import { run, withSystemPath } from '../../src/lab/run.ts'

test('output and status come back', async () => {
  expect(await run(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
    stdout: 'out\n',
    stderr: 'err\n',
    code: 3,
  })
})

test('input is fed, and a program that does not read it is no failure', async () => {
  expect((await run(['cat'], { input: 'word' })).stdout).toBe('word')
  expect((await run(['true'], { input: 'x'.repeat(1 << 20) })).code).toBe(0)
})

test('a program that is missing or takes too long has no status', async () => {
  expect((await run(['no-such-program'])).code).toBeNull()
  expect((await run(['sleep', '60'], { timeoutMs: 50 })).code).toBeNull()
})

test('something left in the background holds nothing up', async () => {
  const startedAt = performance.now()
  expect((await run(['sh', '-c', 'sleep 5 & echo done'])).stdout).toBe('done\n')
  expect(performance.now() - startedAt).toBeLessThan(4000)
})

test('an abort ends it', async () => {
  const running = run(['sleep', '60'], { signal: AbortSignal.timeout(50) })
  expect((await running).code).toBeNull()
})

test('the directories of ip and nft are on the path', () => {
  expect(withSystemPath({ PATH: '/bin' }).PATH?.split(':')).toContain('/usr/sbin')
})
