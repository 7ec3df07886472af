import { expect, test } from 'vitest'
import { parseService } from '../../src/facts/service.ts'
import { expectSurvival } from './hostile.ts'

test.for([
  ['nginx is running.', 'running'],
  ['[ ok ] nginx is running.', 'running'],
  [' * nginx is running', 'running'],
  ['sshd (pid  1234) is running...', 'running'],
  ['openssh-daemon (pid  1234 1240) is running...', 'running'],
  ['ssh start/running, process 1234', 'running'],
  [' * status: started', 'running'],
  ['nginx is not running ... failed!', 'stopped'],
  ['[FAIL] nginx is not running ... failed!', 'stopped'],
  [' * nginx is not running', 'stopped'],
  ['httpd is stopped', 'stopped'],
  ['ssh stop/waiting', 'stopped'],
  [' * status: stopped', 'stopped'],
  ['httpd dead but pid file exists', 'crashed'],
  [' * status: crashed', 'crashed'],
  ['foo: unrecognized service', 'unknown-service'],
] as const)('%s: %s', ([text, state]) => {
  expect(parseService(`${text}\n`)).toBe(state)
})

test('other words tell nothing', () => {
  expect(parseService('')).toBeNull()
  expect(parseService('bash: service: command not found\n')).toBeNull()
})

test('any text is survived', () =>
  expectSurvival(({ stdout }) => parseService(stdout), 'sshd (pid  1234) is running...\n'))
