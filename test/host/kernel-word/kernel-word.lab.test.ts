/**
 * The real tracefs, where this machine has it and lets us; where not, the answer must be that nothing is known.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isMute, type Mute, type Testimony } from '../../../src/diagnose/kernel-word.ts'
import { kernelWord } from '../../../src/host/kernel-word/kernel-word.ts'
import { writeKernelScript } from '../../../src/host/kernel-word/script.ts'
import { localHost } from '../../../src/host/run/local.ts'
import { netnsHost } from '../../../src/host/run/netns.ts'
import { sshHost } from '../../../src/host/run/ssh.ts'
import { prepareSshd, type Sshd } from '../sshd.ts'

const INSTANCES = '/sys/kernel/tracing/instances'
const left = (name: string): string[] =>
  existsSync(INSTANCES) ? readdirSync(INSTANCES).filter((one) => one.startsWith(name)) : []

let directory: string
let sshd: Sshd
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-sshd-'))
  sshd = prepareSshd(directory)
})
afterAll(() => {
  sshd.stop()
  rmSync(directory, { recursive: true })
})

/** A port of ours that nobody has. */
const CLOSED = 9
const knock = (): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(CLOSED, '127.0.0.1')
    socket.on('error', () => resolve())
    socket.on('connect', () => resolve(void socket.destroy()))
  })

/** Whether an instance can be made here at all; asked by hand. */
function isAllowed(): boolean {
  try {
    execFileSync('sh', [
      '-c',
      `i=${INSTANCES}/rungs-hand; mkdir $i && rmdir $i && grep -q NO_SOCKET /sys/kernel/tracing/events/skb/kfree_skb/format`,
    ])
    return true
  } catch {
    return false
  }
}

const KNOCKS = 3

/** Knocks three times. */
async function knockThrice(): Promise<void> {
  for (let time = 0; time < KNOCKS; time++) await knock()
}

/** What refusals by the kernel must look like, or that nothing is known. */
function expectRefusals(one: Testimony | Mute | undefined): void {
  if (!one || isMute(one)) {
    expect(isAllowed()).toBe(false)
    expect(one?.because).toMatch(/tracefs|drop/)
    return
  }
  const refused = one.drops.filter(
    ({ reason, by }) => reason === 'NO_SOCKET' && by === 'tcp_v4_rcv',
  )
  expect(refused.length).toBeGreaterThanOrEqual(KNOCKS)
  if (!one.resets) return
  const own = one.resets.filter(({ from }) => from === `127.0.0.1:${CLOSED}`)
  expect(own.length).toBeGreaterThanOrEqual(KNOCKS)
}

test('this machine tells of refused connections once for all of its hosts, and nothing is left', async () => {
  const hosts = [localHost('client', 'client'), netnsHost('other', 'server', 'server')]
  const hearing = await kernelWord(hosts).listen()
  await knockThrice()
  const all = await hearing.stop()
  expect(all).toHaveLength(1)
  expect(all[0]?.hosts.map(({ name }) => name)).toEqual(['client', 'server'])
  expectRefusals(all[0])
  expect(left(`rungs-${process.pid}-`)).toEqual([])
})

test('a machine that is reached by ssh tells the same', async () => {
  const to = { user: 'root', host: '127.0.0.1', port: await sshd.start() }
  const host = sshHost(to, 'server', 'server', {
    arguments: sshd.arguments,
    connectTimeoutMs: 3000,
  })
  await host.run(['true'])
  const hearing = await kernelWord([host]).listen()
  await knockThrice()
  const [one] = await hearing.stop()
  expectRefusals(one)
  await host.close()
  expect(left(`rungs-${process.pid}-`)).toEqual([])
})

test('where tracefs is not mounted it is, for nobody but us', async () => {
  const outer = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c']
  const hidden = `umount -l /sys/kernel/tracing 2>/dev/null; test ! -e /sys/kernel/tracing/events || exit 3; printf '%s' "$0" | { cat; sleep 4; } | sh 2>&1 | grep '^rungs:'; ls /sys/kernel/tracing`
  const [unshare = '', ...words] = [...outer, hidden, writeKernelScript('rungs-hidden')]
  const said = execFileSync(unshare, words, { encoding: 'utf8' })
  expect(said).toMatch(isAllowed() ? /^(?:rungs: no resets\n)?rungs: ready\n$/ : /^rungs: /)
  expect(left('rungs-hidden')).toEqual([])
})

test.each(['SIGINT', 'SIGKILL'] as const)('nothing is left after %s', async (signal) => {
  const name = `rungs-killed-${signal.toLowerCase()}`
  const child = spawn('sh', [], { detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
  const ready = new Promise((resolve) => child.stderr.once('data', resolve))
  child.stdin.write(writeKernelScript(name))
  await ready
  process.kill(-(child.pid ?? 0), signal)
  child.stdin.destroy()
  for (let round = 0; round < 60 && left(name).length > 0; round++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  expect(left(name)).toEqual([])
})
