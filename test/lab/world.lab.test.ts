import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { inLastingWorld, inNewWorld, inWorldOf, requireWorlds } from '../../src/lab/world.ts'
import { AS_NOBODY, tell } from './bundle.ts'

const USERS = ['root', 'nobody'] as const

/** Every process of the machine whose command line holds `mark`. */
const processes = (mark: string): string[] =>
  spawnSync('pgrep', ['-f', mark], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean)

/** What a world might have left on the machine; others mount as well. */
const ownMounts = (): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => /private-world| rungs /.test(line))

/** What a world must be able to do, or the lab cannot be what it says. */
const SCRIPT = `
PATH=$PATH:/usr/sbin:/sbin
set -e
ip netns add private-world
mkdir -p /etc/netns/private-world
echo 'nameserver 192.0.2.53' >/etc/netns/private-world/resolv.conf
ip netns exec private-world sh -ec '
  cat /etc/resolv.conf
  sysctl -qw net.ipv4.ip_forward=1
  ip link set lo up
  ping -q -c 1 127.0.0.1 | grep received
  nft add table inet lab
  ls /sys/class/net
'
ls /run
echo "shared memory: $(ls /dev/shm | wc -l)"
ps -e -o pid=,comm= | head -1
`

test.for(USERS)('%s gets a world with own names, settings, rules and processes', (user) => {
  const { stdout, stderr, code } = tell(inNewWorld(user === 'root', ['sh', '-c', SCRIPT]), user)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).toContain('nameserver 192.0.2.53')
  expect(stdout).toContain('1 received')
  expect(stdout).toMatch(/^lo$/m)
  expect(stdout).toMatch(/^netns\nrungs-etc$/m)
  expect(stdout).toMatch(/^shared memory: 0$/m)
  expect(stdout).toMatch(/^ +1 sh$/m)
  expect(ownMounts()).toEqual([])
  expect(tell(['ip', 'netns', 'list']).stdout).not.toContain('private-world')
})

test.for(USERS)('the status of the command in the world of %s comes out', (user) => {
  expect(tell(inNewWorld(user === 'root', ['sh', '-c', 'exit 7']), user).code).toBe(7)
})

test.for(USERS)('when the starter of a world of %s is killed, all of it dies', async (user) => {
  const mark = `31${process.pid}${user.length}`
  const inside = ['sh', '-c', `setsid sleep ${mark} & sleep ${mark}`]
  const world = inNewWorld(user === 'root', inside)
  const words = user === 'root' ? world : [...AS_NOBODY, ...world]
  // The starter is a process of its own that is killed without any chance to clean up.
  const starter = spawn('sh', ['-c', '"$@" & wait', 'sh', ...words], { stdio: 'ignore' })
  await vi.waitFor(() => expect(processes(`^sleep ${mark}`)).toHaveLength(2), 5000)
  starter.kill('SIGKILL')
  await vi.waitFor(() => expect(processes(`sleep ${mark}`)).toEqual([]), 5000)
})

test('a lasting world stays when its starter is gone, can be entered, and ends with one kill', async () => {
  const [file = '', ...rest] = [...AS_NOBODY, ...inLastingWorld(false, ['touch', '/run/filled'])]
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  await vi.waitFor(() => expect(told).toMatch(/^\d+\nready\n$/), 5000)
  const pid = Number(told.split('\n')[0])
  try {
    expect(tell(inWorldOf(pid, ['ls', '/run']), 'nobody').stdout).toContain('filled')
  } finally {
    process.kill(pid, 'SIGKILL')
  }
  await vi.waitFor(() => expect(child.exitCode ?? child.signalCode).not.toBeNull(), 5000)
  expect(tell(inWorldOf(pid, ['true']), 'nobody').code).not.toBe(0)
})

test('where worlds can be made, nothing is said', async () => {
  await expect(requireWorlds(true)).resolves.toBeUndefined()
})
