import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { writeKernelScript } from '../../../src/host/kernel-word/script.ts'

const SHELLS = ['dash', 'bash']

test('a shell takes it for a script, and what is inside as well', () => {
  const script = writeKernelScript('rungs-1-abc')
  for (const shell of SHELLS) execFileSync(shell, ['-n', '-c', script], { stdio: 'pipe' })
  // What `sh -c` is given, as the shell reads it.
  const inner = execFileSync('sh', ['-c', script.replaceAll('exec sh -c', 'exec printf %s')], {
    encoding: 'utf8',
  }).replace(/rungs-1-abc$/, '')
  for (const shell of SHELLS) execFileSync(shell, ['-n', '-c', inner], { stdio: 'pipe' })
})

test('all of it is one line for the shell that reads it, so that nothing of it is left in its input', () => {
  const [path, command, end, ...more] =
    writeKernelScript('rungs-1-abc').split(/\n(?=PATH|if test|$)/)
  expect(path).toMatch(/^PATH=/)
  expect(command).toMatch(/^if test .*fi$/s)
  expect([end, ...more]).toEqual([''])
})
