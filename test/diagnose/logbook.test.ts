import { describe, expect, test } from 'vitest'
import { MACHINE } from '../../src/diagnose/host.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import {
  kernelAbout,
  openLogs,
  otherLogs,
  readLogs,
  usualLogs,
} from '../../src/diagnose/logbook.ts'
import { type Outputs, scriptedHost } from './scene.ts'

const FD = (pid: number) => `find /proc/${pid}/fd -mindepth 1 -printf %f %M %Y %l\\n`
const host = (outputs: Outputs, machine = true) =>
  scriptedHost({ name: 'server', role: 'server', outputs, ...(machine && { limits: MACHINE }) })
const on = (outputs: Outputs, machine = true) => inquire(host(outputs, machine))

describe('the logs that a process holds open', () => {
  const files = [
    '0 lr-x------ c /dev/null',
    '1 l-wx------ f /srv/app/output',
    '2 l-wx------ p pipe:[7]',
    '3 l-wx------ f /var/log/app/error.log',
    '4 l-wx------ f /var/log/app/access.log (deleted)',
    '5 lrwx------ f /var/lib/db/ib_logfile0',
    '6 l-wx------ p /var/log/app/fifo.log',
    '7 l-wx------ f /run/app.pid',
    '8 lr-x------ f /var/log/other.log',
  ].join('\n')

  test('are regular files that are only written, by its own links to them', async () => {
    const found = await openLogs(on({ [FD(77)]: files }), [77])
    expect(found.map(({ name, question }) => [name, question.sources[0]?.argv.at(-1)])).toEqual([
      ['/srv/app/output', '/proc/77/fd/1'],
      ['/var/log/app/error.log', '/proc/77/fd/3'],
      ['/var/log/app/access.log (deleted)', '/proc/77/fd/4'],
    ])
  })

  test('are read once, whoever of the workers has them', async () => {
    const found = await openLogs(on({ [FD(77)]: files, [FD(78)]: files }), [77, 78])
    expect(found).toHaveLength(3)
  })

  test('are not known where the type of a file cannot be told', async () => {
    const listed = 'l-wx------ 1 root root 64 Nov 28 01:42 3 -> /var/log/app/error.log\n'
    expect(await openLogs(on({ 'ls -l /proc/77/fd': listed }), [77])).toEqual([])
  })
})

describe('other logs', () => {
  const group = (text: string): Outputs => ({ 'cat /proc/77/cgroup': text })
  const names = async (outputs: Outputs, machine = true) =>
    (
      await otherLogs(
        on(outputs, machine),
        { name: 'sshd', pid: 77 },
        { port: 22, protocol: 'tcp' },
      )
    ).map(({ name }) => name)

  test('are the journal of the unit and where the daemon usually writes', async () => {
    expect(await names(group('0::/system.slice/ssh.service\n'))).toEqual([
      'the journal of ssh.service',
      'the messages of the kernel',
      '/var/log/auth.log',
      '/var/log/secure',
    ])
  })

  test('of a namespace leave out the journal, which is of the machine around it', async () => {
    expect(await names(group('0::/system.slice/ssh.service\n'), false)).toEqual([
      '/var/log/auth.log',
      '/var/log/secure',
    ])
  })

  test('of a process in a container are what the container printed', async () => {
    const id = 'ab'.repeat(32)
    expect(await names(group(`0::/system.slice/docker-${id}.scope\n`))).toEqual([
      'the log of the container abababababab',
      'the log of the container abababababab',
    ])
  })
})

test("only the daemon's own lines of a log that others share are read", async () => {
  const lines = [
    'Nov 28 01:10:12 www sshd[7]: refused connect from 192.0.2.10',
    'Nov 28 01:10:12 www cron[8]: error: no',
    'Nov 28 01:10:12 www CRON[8]: pam_unix(cron:session): sshd[7]: error: a trick',
  ]
  const inquiry = on({ 'tail -c 65536 /var/log/auth.log': `${lines.join('\n')}\n` })
  const [page, ...rest] = await readLogs(inquiry, usualLogs('sshd'), Date.UTC(2026, 10, 28))
  expect(rest).toEqual([])
  expect(page?.lines.map(({ text }) => text)).toEqual(lines.slice(0, 1))
})

test('of the messages of the kernel only those about the program are read', async () => {
  const kill =
    '2026-11-28T01:45:43,587974+00:00 Out of memory: Killed process 77 (nginx) total-vm:1kB'
  const other = kill.replace('nginx', 'nginx-exporter')
  const denied =
    '2026-11-28T01:45:43,587974+00:00 audit: apparmor="DENIED" profile="x" comm="nginx"'
  const inquiry = on({ 'dmesg --time-format iso': `${kill}\n${other}\n${denied}\n` })
  const [page] = await readLogs(inquiry, [kernelAbout('nginx')], Date.UTC(2026, 10, 28))
  expect(page?.lines.map(({ complaint }) => complaint)).toEqual(['memory', 'confined'])
})
