/** Visits to programs that people run: OpenSSH, vsftpd, Redis. They are left without a complaint. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Endpoint } from '../src/diagnose/probes.ts'
import type { Scheme } from '../src/diagnose/target.ts'
import { type Visit, visit } from '../src/diagnose/visit.ts'
import { talkFtpData } from '../src/dialog/talk/ftp-data.ts'
import { liveProbes } from '../src/host/probe/live-probes.ts'
import { freePort } from './host/sshd.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-talk-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** What the server wrote to its log since it was started. */
let log = ''

/** Starts a server in the foreground, and waits until its port answers. */
async function start(port: number, ...argv: readonly string[]): Promise<void> {
  const [file = '', ...rest] = argv
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
  for (let tries = 0; !(await answers()); tries++) {
    if (tries > 100 || child.exitCode !== null) throw new Error(`${file} does not listen: ${log}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const go = (scheme: Scheme, port: number, more: object = {}): Promise<Visit> =>
  visit(
    { scheme, host: 'localhost', port, path: '/' },
    { address: '127.0.0.1', family: 4, port },
    liveProbes(),
    { userAgent: 'rungs/0.0.0 (abc123)', token: 'abc123', timeoutMs: 5000, ...more },
  )

describe('OpenSSH', () => {
  const sshd = async (...settings: readonly string[]): Promise<number> => {
    const port = await freePort()
    mkdirSync('/run/sshd', { recursive: true })
    for (const type of ['ed25519', 'rsa']) {
      const key = join(directory, `host_${type}`)
      const made = spawn('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', key], { stdio: 'pipe' })
      made.stdin.end('n\n')
      await new Promise((resolve) => made.on('exit', resolve))
    }
    const own = [
      `Port=${port}`,
      'ListenAddress=127.0.0.1',
      `HostKey=${join(directory, 'host_ed25519')}`,
      `HostKey=${join(directory, 'host_rsa')}`,
      'PidFile=none',
      'UsePAM=no',
      ...settings,
    ]
    const options = own.flatMap((setting) => ['-o', setting])
    await start(port, '/usr/sbin/sshd', '-D', '-e', '-f', '/dev/null', ...options)
    return port
  }

  test('shows its algorithms and its host key on one connection, and logs an orderly end', async () => {
    const port = await sshd()
    const { stage, told } = await go('ssh', port)
    expect(stage).toBe('answered')
    expect(told?.algorithms?.keyExchange).toContain('curve25519-sha256')
    expect(told?.hostKey?.type).toBe('ssh-ed25519')
    await expect
      .poll(() => log)
      .toMatch(/Received disconnect from 127\.0\.0\.1 port \d+:11: abc123/)
    expect(log).not.toMatch(/error|invalid|no matching|reset/i)
  })

  test('shows the type of key that is asked for first', async () => {
    const port = await sshd()
    const { told } = await go('ssh', port, { keyTypes: ['ssh-rsa'] })
    expect(told?.hostKey?.type).toBe('ssh-rsa')
  })

  test.for([
    'diffie-hellman-group1-sha1',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'ecdh-sha2-nistp256',
  ])('shows its host key by %s as well', async (method) => {
    const { told } = await go('ssh', await sshd(`KexAlgorithms=${method}`))
    expect(told?.algorithms?.keyExchange[0]).toBe(method)
    expect(told?.hostKey?.type).toBe('ssh-ed25519')
  })

  test('that takes no more connections says so', async () => {
    const port = await sshd('MaxStartups=1')
    const waiting = connect(port, '127.0.0.1')
    await new Promise((resolve) => waiting.once('data', resolve))
    const { stage, told } = await go('ssh', port)
    waiting.destroy()
    expect(stage).toBe('failure')
    expect(told?.reception).toBe('limited')
  })
})

describe('vsftpd', () => {
  const vsftpd = async (...settings: readonly string[]): Promise<number> => {
    const port = await freePort()
    const conf = join(directory, 'vsftpd.conf')
    const root = join(directory, 'files')
    mkdirSync('/var/run/vsftpd/empty', { recursive: true })
    mkdirSync(root, { recursive: true })
    const own = [
      `listen_port=${port}`,
      `anon_root=${root}`,
      ...['listen=YES', 'listen_address=127.0.0.1', 'background=NO'],
      ...settings,
    ]
    writeFileSync(conf, `${own.join('\n')}\n`)
    await start(port, '/usr/sbin/vsftpd', conf)
    return port
  }
  const talkData = async (port: number): Promise<Visit> =>
    go('ftp', port, {
      talk: () => talkFtpData('127.0.0.1', 'abc123@rungs.invalid'),
      reach: async (to: Endpoint) => (await liveProbes().connect(to, 500)).outcome === 'connected',
    })

  test('greets and is left politely', async () => {
    const { stage, told, identity } = await go('ftp', await vsftpd('local_enable=YES'))
    expect({ stage, line: told?.line }).toEqual({ stage: 'answered', line: '220 (vsFTPd 3.0.3)' })
    expect(identity?.product).toBe('vsFTPd')
  })

  test('lets anybody fetch, and the data connection stands', async () => {
    const { told } = await talkData(await vsftpd('anonymous_enable=YES'))
    expect(told?.data).toMatchObject([{ mode: 'EPSV', reached: true }])
  })

  test('that tells another address is found out by the same port of its own', async () => {
    const port = await vsftpd(
      ...['anonymous_enable=YES', 'pasv_address=192.0.2.99'],
      'cmds_denied=EPSV',
    )
    const { told } = await talkData(port)
    expect(told?.data).toMatchObject([
      { mode: 'EPSV', place: null },
      { mode: 'PASV', place: { address: '192.0.2.99' }, reached: false },
      { mode: 'PASV', reached: true, elsewhere: true },
    ])
  })

  test('that lets nobody in without a name is left after one try', async () => {
    const { told } = await talkData(await vsftpd('anonymous_enable=NO', 'local_enable=YES'))
    expect(told).toMatchObject({ reception: 'login', code: 530 })
  })
})

describe('Redis', () => {
  const redis = async (...words: readonly string[]): Promise<number> => {
    const port = await freePort()
    await start(
      port,
      'redis-server',
      '--port',
      `${port}`,
      '--save',
      '',
      '--dir',
      directory,
      ...words,
    )
    return port
  }

  test('answers a ping', async () => {
    const { stage, told } = await go('redis', await redis())
    expect(stage).toBe('answered')
    expect(told?.line).toBe('+PONG')
  })

  test('that wants a password is there', async () => {
    const { stage, told } = await go('redis', await redis('--requirepass', 'x'))
    expect({ stage, code: told?.code }).toEqual({ stage: 'answered', code: 'NOAUTH' })
  })

  test('that is full says so', async () => {
    const port = await redis('--maxclients', '1')
    // Whoever looked whether it answers is forgotten first.
    await new Promise((resolve) => setTimeout(resolve, 200))
    const waiting = connect(port, '127.0.0.1')
    waiting.write('PING\r\n')
    expect(`${await new Promise((resolve) => waiting.once('data', resolve))}`).toBe('+PONG\r\n')
    const { stage, told } = await go('redis', port)
    waiting.destroy()
    expect({ stage, reception: told?.reception }).toEqual({
      stage: 'failure',
      reception: 'exhausted',
    })
  })
})
