import { expect, test } from 'vitest'
import { daemonNamed, daemonsOf } from '../../src/diagnose/daemon.ts'

test.for([
  [443, 'nginx'],
  [22, 'ssh'],
  [587, 'postfix'],
  [53, 'named'],
] as const)('port %d may be served by %s', ([port, name]) => {
  expect(daemonsOf(port).map(({ names }) => names[0])).toContain(name)
})

test('a port that nobody usually serves has no daemon', () => {
  expect(daemonsOf(40_000)).toEqual([])
})

test('a daemon is known by the name of its program, its unit or its script', () => {
  expect(daemonNamed('sshd')).toBe(daemonNamed('ssh'))
  expect(daemonNamed('sshd')?.logs).toContain('/var/log/auth.log')
  expect(daemonNamed('sh')).toBeNull()
})
