import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContainerDetail } from '../../../src/facts/docker-inspect.ts'
import { type Entrance, openEntrance } from '../../../src/host/run/entrance.ts'

/** What an engine makes of a process, in short: namespaces, and files from a place with an id. */
const ID = `${'c0ffee'.repeat(10)}beef`
const SCRIPT = `
mount --bind "$1" /mnt
ip link set lo up
ip link add box0 type veth peer name box1
ip link set box0 up
ip address add 192.0.2.7/24 dev box0
nc -lk 192.0.2.7 80 &
echo ready
exec sleep 1000
`

let directory: string
let child: ChildProcess
let pid: number
let entrance: Entrance

const detail = (more: Partial<ContainerDetail>): ContainerDetail =>
  ({ id: ID, pid, ...more }) as ContainerDetail
const descriptors = (): number => readdirSync('/proc/self/fd').length

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-'))
  mkdirSync(join(directory, ID))
  const words = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  child = spawn('unshare', [...words, 'sh', '-c', SCRIPT, 'sh', join(directory, ID)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
  const opened = openEntrance(detail({}))
  if (!opened) throw new Error('there is no way in')
  entrance = opened
})
afterAll(() => {
  entrance.close()
  child.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})

const run = async (...argv: string[]) => entrance.run(argv, {})

test('the tools of the machine see the network of the container, and nothing shows it', async () => {
  const argv = ['ip', '-j', 'address', 'show', 'dev', 'box0']
  const output = await entrance.run(argv, {})
  expect(output).toMatchObject({ argv, code: 0, failure: null })
  expect(output?.stdout).toContain('192.0.2.7')
  expect((await run('cat', '/proc/net/route'))?.stdout).toContain('box0')
  expect((await run('sysctl', 'net.ipv4.conf.box0.rp_filter'))?.stdout).toContain('box0')
})

test('the owner of a socket has the number that the container knows', async () => {
  await expect.poll(async () => (await run('ss', '-Htlnp'))?.stdout).toContain('192.0.2.7:80')
  const [, inner = ''] = /"nc",pid=(\d+)/.exec((await run('ss', '-Htlnp'))?.stdout ?? '') ?? []
  expect(Number(inner)).toBeLessThan(50)
  const status = await run('cat', `/proc/${inner}/status`)
  expect(status?.stdout).toContain('Name:\tnc')
})

test('a process of the container that is not there is not one of the machine', async () => {
  const output = await run('cat', `/proc/${process.pid}/stat`)
  expect(output).toMatchObject({ code: 1, stdout: '' })
})

test.each([
  [['cat', '/etc/hosts']],
  [['cat', '/proc/net/tcp', '/etc/hosts']],
  [['cat', '/proc/net/../../etc/hosts']],
  [['cat', '/proc/1/../../etc/hosts']],
  [['sysctl', 'kernel.hostname']],
  [['ps', 'aux']],
  [['sh', '-c', 'ip link']],
  [['cat', '/proc/1/root/etc/hosts']],
])('%j belongs inside', async (argv) => {
  expect(await entrance.run(argv, {})).toBeNull()
})

test('a tool that this machine lacks is looked for inside', async () => {
  const path = process.env.PATH
  process.env.PATH = directory
  // nft and ss are in directories that are searched in any case; nstat and conntrack may be.
  const output = await entrance.run(['nc', '-z', '192.0.2.7', '80'], {})
  process.env.PATH = path
  expect(output).toBeNull()
})

test('there is no way into a process that is not of the container, and nothing stays open', () => {
  const before = descriptors()
  expect(openEntrance(detail({ pid: process.pid }))).toBeNull()
  expect(openEntrance(detail({ id: 'f'.repeat(64) }))).toBeNull()
  expect(openEntrance(detail({ id: '' }))).toBeNull()
  expect(openEntrance(detail({ pid: 4_000_000 }))).toBeNull()
  expect(openEntrance(detail({ pid: null }))).toBeNull()
  const other = openEntrance(detail({}))
  expect(descriptors()).toBe(before + 2)
  other?.close()
  expect(descriptors()).toBe(before)
})
