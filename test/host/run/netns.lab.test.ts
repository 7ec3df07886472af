import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NAMESPACE } from '../../../src/diagnose/host.ts'
import { netnsHost, netnsPids } from '../../../src/host/run/netns.ts'
import { ip, removeNamespaces, uniqueName } from '../namespace.ts'
import { bundle } from '../script.ts'

const name = uniqueName('n')
const host = netnsHost(name, 'server', 'server')

beforeAll(() => {
  ip(`netns add ${name}`)
  ip(`-n ${name} link set lo up`)
  ip(`-n ${name} link add v0 type veth peer name v1`)
  mkdirSync(`/etc/netns/${name}`, { recursive: true })
  writeFileSync(`/etc/netns/${name}/resolv.conf`, 'nameserver 192.0.2.53\n')
})
afterAll(() => {
  rmSync(`/etc/netns/${name}`, { recursive: true })
  removeNamespaces(name)
})

test('says who it is', () => {
  expect(host).toMatchObject({
    name: 'server',
    role: 'server',
    access: `netns://${name}`,
    limits: NAMESPACE,
  })
})

test('commands see the network of the namespace, and the argv stays as asked', async () => {
  const argv = ['ip', '-j', 'link']
  const output = await host.run(argv)
  expect(output.argv).toEqual(argv)
  const names = JSON.parse(output.stdout).map((link: { ifname: string }) => link.ifname)
  expect(names.sort()).toEqual(['lo', 'v0', 'v1'])
})

test('the files of /sys are those of the namespace', async () => {
  const output = await host.run(['ls', '/sys/class/net'])
  expect(output.stdout.split('\n')).toEqual(expect.arrayContaining(['lo', 'v0', 'v1']))
  const flags = await host.run(['cat', '/sys/class/net/v0/flags', '/sys/class/net/none/flags'])
  expect(flags).toMatchObject({
    code: 1,
    failure: null,
    stderr: 'cat: /sys/class/net/none/flags: No such file or directory\n',
  })
})

test('the files of /etc are those of the namespace', async () => {
  const fast = await host.run(['cat', '/etc/resolv.conf', '/etc/passwd'])
  const slow = await host.run(['head', '-n', '-0', '-q', '/etc/resolv.conf', '/etc/passwd'])
  expect(fast.stdout).toBe(slow.stdout)
  expect(fast.stdout).toMatch(/^nameserver 192\.0\.2\.53\nroot:/)
})

test('the tracing files are reached', async () => {
  const path = '/sys/kernel/tracing/README'
  const output = await host.run(['cat', path])
  expect(output.stdout).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '')
})

test('sockets are those of the namespace', async () => {
  const script = 'nc -l -p 4242 127.0.0.1 || nc -l 127.0.0.1 4242'
  spawn('ip', ['netns', 'exec', name, 'sh', '-c', script], { stdio: 'ignore' })
  await expect
    .poll(async () => (await host.run(['ss', '-Htln'])).stdout, { timeout: 3000 })
    .toContain(':4242')
  const pids = await netnsPids(name)
  const expected = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' })
  expect(pids).toEqual(expected.trim().split('\n').map(Number))
  expect(pids.length).toBeGreaterThan(0)
})

test('a program that is not there is missing, one that is not executable denied', async () => {
  expect(await host.run(['no-such-tool'])).toMatchObject({ failure: 'missing', code: null })
  expect(await host.run(['/etc/passwd'])).toMatchObject({ failure: 'denied', code: null })
})

test('the status of a command is its own', async () => {
  expect(await host.run(['sh', '-c', 'exit 7'])).toMatchObject({ code: 7, failure: null })
  expect(await host.run(['ip', 'link', 'show', 'dev', 'none'])).toMatchObject({
    code: 1,
    failure: null,
    stderr: 'Device "none" does not exist.\n',
  })
})

test('a command is stopped after its time, inside as well', async () => {
  const output = await host.run(['sleep', '61.25'], { timeoutMs: 100 })
  expect(output.failure).toBe('timeout')
  const left = await host.run(['pgrep', '-f', '^sleep 61.25'])
  expect(left.stdout).toBe('')
})

test('a process inside a namespace knows that it shares its machine', () => {
  mkdirSync('/tmp/rungs-inside', { recursive: true })
  const script = bundle(
    '/tmp/rungs-inside',
    'inside',
    `import { localHost } from './host/run/local.ts'
     console.log(localHost('client', 'client').limits.units)`,
  )
  const inside = execFileSync('ip', ['netns', 'exec', name, process.execPath, script])
  const outside = execFileSync(process.execPath, [script])
  rmSync('/tmp/rungs-inside', { recursive: true })
  expect([inside.toString(), outside.toString()]).toEqual(['machine\n', 'own\n'])
})
