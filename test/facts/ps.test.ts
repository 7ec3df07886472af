import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { process as oneProcess, processes } from '../../src/facts/ps.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const list = `  PID  PPID USER                             STAT COMMAND
    1     0 root                             Ss   /sbin/init splash
  455     1 root                             Ss   sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups
  777   455 systemd-network                  Tl   /usr/sbin/nginx -g daemon off;
  778   777 www-data                         Z    [nginx] <defunct>
`

test('processes have parents, owners and states', () => {
  expect(answer(processes, printed(list))).toEqual([
    {
      pid: 1,
      parentPid: 0,
      user: 'root',
      state: 'S',
      startedAt: null,
      command: '/sbin/init splash',
    },
    {
      pid: 455,
      parentPid: 1,
      user: 'root',
      state: 'S',
      startedAt: null,
      command: 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups',
    },
    {
      pid: 777,
      parentPid: 455,
      user: 'systemd-network',
      state: 'T',
      startedAt: null,
      command: '/usr/sbin/nginx -g daemon off;',
    },
    {
      pid: 778,
      parentPid: 777,
      user: 'www-data',
      state: 'Z',
      startedAt: null,
      command: '[nginx] <defunct>',
    },
  ])
})

const wrapped = `root      2593  0.0  0.1 1592008 15468 ?        S1   2022   0:49 /usr/bin/docker-proxy -proto tcp -
host-ip 0.0.0.0 -host-port 443 -container-ip 172.18.0.3 -container-port 443
root      2622  0.0  0.1 1148464 15096 ?        S1   2022   0:08 /usr/bin/docker-proxy -proto tcp -
host-ip :: -host-port 80 -container-ip 172.18.0.3 -container-port 80
root      811943  0.0  0.0  6252  640 pts/0    S+   16:52   0:00 grep docker-proxy
`

test('a filtered `ps aux` without a header, its long lines wrapped, is read', () => {
  expect(answer(processes, printed(wrapped))).toEqual([
    {
      pid: 2593,
      parentPid: null,
      user: 'root',
      state: 'S',
      startedAt: '2022',
      command:
        '/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 443 -container-ip 172.18.0.3 -container-port 443',
    },
    {
      pid: 2622,
      parentPid: null,
      user: 'root',
      state: 'S',
      startedAt: '2022',
      command:
        '/usr/bin/docker-proxy -proto tcp -host-ip :: -host-port 80 -container-ip 172.18.0.3 -container-port 80',
    },
    {
      pid: 811943,
      parentPid: null,
      user: 'root',
      state: 'S',
      startedAt: '16:52',
      command: 'grep docker-proxy',
    },
  ])
})

test('busybox, which tells little, is read', () => {
  const text = `PID   USER     COMMAND
    1 root     /sbin/init
   42 www-data nginx: worker process
`
  expect(answer(processes, printed(text))).toMatchObject([
    { pid: 1, parentPid: null, state: '?', command: '/sbin/init' },
    { pid: 42, user: 'www-data', command: 'nginx: worker process' },
  ])
  const withState = `  PID USER       VSZ STAT COMMAND
    1 root      1600 S    init
   42 root      4.0m T    httpd -p 80
`
  expect(answer(processes, printed(withState))).toMatchObject([
    { pid: 1, state: 'S' },
    { pid: 42, state: 'T', command: 'httpd -p 80' },
  ])
})

test('a list without a process is no answer', () => {
  expect(answer(processes, printed('  PID TTY          TIME CMD\n'))).toBeNull()
  expect(answer(processes, printed('', 1, "ps: bad -o argument 'user:32'\n"))).toBeNull()
})

test('the list of this machine has this process', () => {
  const [, ...args] = processes.sources[0]?.argv ?? []
  const text = execFileSync('ps', args, { encoding: 'utf8' })
  const own = answer(processes, printed(text))?.find(({ pid }) => pid === process.pid)
  expect(own?.parentPid).toBe(process.ppid)
})

test('one process has the time when it began', () => {
  const text = `  PID  PPID USER                             STAT                  STARTED COMMAND
  455     1 root                             SLs  Sat Nov 21 00:36:44 2026 sshd: /usr/sbin/sshd -D
`
  expect(answer(oneProcess(455), printed(text))).toEqual({
    pid: 455,
    parentPid: 1,
    user: 'root',
    state: 'S',
    startedAt: 'Sat Nov 21 00:36:44 2026',
    command: 'sshd: /usr/sbin/sshd -D',
  })
  expect(answer(oneProcess(456), printed(text))).toBeNull()
})

const stat = '31 (a) b (c) T 7 31 31 0 -1 4194304 120 0 0 0 0 0 0 0 20 0 1 0 95717 3133440 358\n'

test('/proc/PID/stat is the second source, whatever the name holds', () => {
  expect(answer(oneProcess(31), printed(stat))).toEqual({
    pid: 31,
    parentPid: 7,
    user: '',
    state: 'T',
    startedAt: null,
    command: 'a) b (c',
  })
  const own = answer(oneProcess(process.pid), printed(readFileSync('/proc/self/stat', 'utf8')))
  expect(own).toMatchObject({ pid: process.pid, parentPid: process.ppid })
})

test('any text is survived', () => {
  expectQuestionSurvives(processes, list)
  expectQuestionSurvives(processes, wrapped)
  expectQuestionSurvives(oneProcess(31), stat)
})
