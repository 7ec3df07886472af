import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { saysNoSuchFile } from '../../src/facts/no-such-file.ts'
import { printed } from '../../src/facts/source.ts'
import { expectSurvival } from './hostile.ts'

test('cat of a file that is not there says so', () => {
  const env = { ...process.env, LC_ALL: 'C' }
  const { stdout, stderr, status } = spawnSync('cat', ['/nowhere/at all'], {
    encoding: 'utf8',
    env,
  })
  expect(saysNoSuchFile(printed(stdout, status ?? 0, stderr))).toBe(true)
})

test('a pasted session has the message among the output', () => {
  expect(saysNoSuchFile(printed('cat: /etc/hosts: No such file or directory\n'))).toBe(true)
})

test('a refusal or an unreachable host is something else', () => {
  expect(saysNoSuchFile(printed('', 1, 'cat: /etc/hosts: Permission denied\n'))).toBe(false)
  const cut = { ...printed('', 1, 'ssh: connect: No such file or directory\n'), code: null }
  expect(saysNoSuchFile({ ...cut, failure: 'unreachable' })).toBe(false)
})

test('any text is survived', () =>
  expectSurvival(saysNoSuchFile, 'cat: /etc/hosts: No such file or directory\n'))
