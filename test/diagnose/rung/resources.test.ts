import { expect, test } from 'vitest'
import { resources } from '../../../src/diagnose/rung/resources.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, only } from './ask.ts'

const silent = { exchange: { '10.77.2.2': '' } }
const limits = (soft: number, hard: number | 'unlimited'): Outputs => ({
  'cat /proc/77/limits': `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 ${hard}                 files     \n`,
})
const FILES =
  '0 lr-x------ c /dev/null\n1 l-wx------ f /srv/small/out.log\n2 l-wx------ c /dev/null\n3 lrwx------ s socket:[9]\n'
const STAT = 'stat -f -L -c %b %a %c %d %n /proc/77/fd/1'
const room = (blocks: number, nodes: number): Outputs => ({
  [STAT]: `16 ${blocks} 99 ${nodes} /proc/77/fd/1\n`,
})

const at = (outputs: Outputs, probes: object = silent): Asked => ({
  client: recorded('healthy-client'),
  server: {
    ...recorded('healthy-server'),
    'ss -H -tulnp': 'tcp LISTEN 1 511 0.0.0.0:80 0.0.0.0:* users:(("app",pid=77,fd=3))\n',
    'find /proc/77/fd -mindepth 1 -printf %f %M %Y %l\\n': FILES,
    ...room(9, 9),
    ...outputs,
  },
  of: 'server',
  probes,
})

test('a process at its limit of open files may open more, within its hard limit', async () => {
  const ruling = await ask(resources, at(limits(4, 100)))
  expect(only(ruling)).toMatchObject({ cause: 'service.no-resources', weight: 'proven' })
  expect(only(ruling).remedies?.[0]).toMatchObject({
    command: 'prlimit --pid 77 --nofile=100:',
    undo: 'prlimit --pid 77 --nofile=4:',
  })
})

test('at the hard limit, both are raised', async () => {
  const ruling = await ask(resources, at(limits(4, 4)))
  expect(only(ruling).remedies?.[0]?.command).toBe('prlimit --pid 77 --nofile=65536')
})

test('with files left and room on the disk nothing is missing', async () => {
  expect((await ask(resources, at(limits(1024, 4096)))).status).toBe('pass')
})

test.for([
  [0, 9, 'room'],
  [9, 0, 'inode'],
] as const)(
  'a full file system is likely the reason: %d blocks, %d inodes',
  async ([blocks, nodes, lacks]) => {
    const ruling = await ask(resources, at({ ...limits(1024, 4096), ...room(blocks, nodes) }))
    expect(only(ruling)).toMatchObject({ cause: 'service.no-resources', weight: 'likely' })
    expect(ruling.summary).toBe(
      `the file system of /srv/small/out.log, to which the service writes, has no ${lacks} left`,
    )
  },
)

test('nothing is asked where the service answers', async () => {
  expect((await ask(resources, at(limits(4, 4), {}))).status).toBe('skip')
})

test('what cannot be read is not called well', async () => {
  const hidden = { 'find /proc/77/fd -mindepth 1 -printf %f %M %Y %l\\n': '' }
  expect((await ask(resources, at(hidden))).status).toBe('unknown')
})
