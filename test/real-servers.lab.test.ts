/** A whole climb against programs that people run: nginx behind TLS, and its host over a real ssh. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { climb } from '../src/diagnose/climb.ts'
import type { Diagnosis } from '../src/diagnose/diagnosis.ts'
import { isNoTarget, parseTarget } from '../src/diagnose/target.ts'
import { liveProbes } from '../src/host/probe/live-probes.ts'
import { localHost } from '../src/host/run/local.ts'
import { sshHost } from '../src/host/run/ssh.ts'
import { freePort, prepareSshd, type Sshd } from './host/sshd.ts'

let directory: string
let sshd: Sshd
let sshPort: number
let webPort: number
let nginx: ChildProcess

const certificate = () => join(directory, 'www.pem')

function configure(): void {
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${join(directory, 'nginx.pid')};
error_log stderr; events {}
http {
  access_log off;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server {
    listen 127.0.0.1:${webPort} ssl;
    ssl_certificate ${certificate()}; ssl_certificate_key ${join(directory, 'www.key')};
    location / { return 200 "well\\n"; }
    location /broken { proxy_pass http://127.0.0.1:1; }
  }
}
`,
  )
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

async function startNginx(): Promise<void> {
  nginx = spawn('/usr/sbin/nginx', ['-c', join(directory, 'nginx.conf')], { stdio: 'ignore' })
  for (let tries = 0; !(await listens(webPort)); tries++) {
    if (tries > 100) throw new Error('nginx does not listen')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const stopNginx = (): Promise<void> =>
  new Promise((resolve) => {
    if (nginx.exitCode !== null || nginx.signalCode !== null) return resolve()
    nginx.on('exit', () => resolve())
    nginx.kill('SIGKILL')
  })

async function check(path = '/'): Promise<Diagnosis> {
  const target = parseTarget(`https://localhost:${webPort}${path}`)
  if (isNoTarget(target)) throw new Error(target.error)
  const to = { user: 'root', host: '127.0.0.1', port: sshPort }
  const server = sshHost(to, 'server', 'server', {
    arguments: sshd.arguments,
    connectTimeoutMs: 5000,
  })
  try {
    return await climb({
      target,
      client: localHost('client', 'client'),
      server,
      routers: [],
      probes: liveProbes(),
      family: 4,
      timeoutMs: 20_000,
      tool: 'rungs test',
      privilege: 'root',
      token: 'token',
    })
  } finally {
    await server.close()
  }
}

const before = process.env.SSL_CERT_FILE
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-real-'))
  sshd = prepareSshd(directory)
  sshPort = await sshd.start()
  webPort = await freePort()
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
  execFileSync(
    'openssl',
    [...words.split(' '), '-keyout', join(directory, 'www.key'), '-out', certificate()],
    { stdio: 'ignore' },
  )
  process.env.SSL_CERT_FILE = certificate()
  configure()
})
afterAll(() => {
  if (before === undefined) delete process.env.SSL_CERT_FILE
  else process.env.SSL_CERT_FILE = before
  sshd.stop()
  rmSync(directory, { recursive: true })
})
beforeEach(startNginx)
afterEach(stopNginx)

describe('nginx, with its host over ssh', () => {
  test('answers as expected, and both ends are seen', async () => {
    const { verdict, findings, server } = await check()
    expect(verdict).toMatchObject({ state: 'reachable', cause: null, side: null })
    expect(server?.access).toBe(`ssh://root@127.0.0.1:${sshPort}`)
    const of = (id: string, host: string) =>
      findings.find((finding) => finding.id === id && finding.host === host)
    expect(of('transport.service', 'client')?.summary).toMatch(/nginx/)
    expect(of('listener.state', 'server')).toMatchObject({ status: 'pass' })
    expect(of('process.alive', 'server')?.summary).toMatch(/nginx/)
  })

  test('killed, nothing listens, and that is proven', async () => {
    await stopNginx()
    expect((await check()).verdict).toMatchObject({
      state: 'unreachable',
      cause: expect.stringMatching(/^(tcp\.no-listener|service\.stopped)$/),
      side: 'server',
      confidence: 'proven',
    })
  })

  test('stopped by a signal, goes on by the printed command', async () => {
    nginx.kill('SIGSTOP')
    const { verdict } = await check()
    expect(verdict).toMatchObject({ cause: 'tcp.frozen', side: 'server', confidence: 'proven' })
    const [remedy] = verdict.remedies
    expect(remedy?.command).toBe(`kill -CONT ${nginx.pid}`)
    execFileSync('sh', ['-c', remedy?.command ?? 'false'])
    expect((await check()).verdict.state).toBe('reachable')
  })

  test('with a dead backend is told from a broken application', async () => {
    expect((await check('/broken')).verdict).toMatchObject({
      state: 'unreachable',
      cause: 'http.upstream-down',
      side: 'server',
    })
  })
})

test("the machine's own ladder is climbed without a target", async () => {
  const diagnosis = await climb({
    target: null,
    client: localHost('client', 'client'),
    server: null,
    routers: [],
    probes: liveProbes(),
    family: null,
    timeoutMs: 10_000,
    tool: 'rungs test',
    privilege: 'root',
    token: 'token',
  })
  expect(diagnosis.target).toBeNull()
  expect(diagnosis.findings.find(({ id }) => id === 'physical.device')?.status).toBe('pass')
  expect(diagnosis.durationMs).toBeLessThan(10_500)
})
