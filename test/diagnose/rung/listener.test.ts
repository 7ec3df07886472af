import { describe, expect, test } from 'vitest'
import { alive, listening, local, service } from '../../../src/diagnose/rung/listener.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, only, SILENCE } from './ask.ts'

const SS = 'ss -H -tulnp'
const NGINX = 'users:(("nginx",pid=77,fd=6))'
const socket = (local: string, queue = '0      511', owner = NGINX): string =>
  `tcp   LISTEN ${queue}        ${local}       0.0.0.0:*    ${owner}\n`
const server = (listing: string, more: Outputs = {}): Outputs => ({
  ...recorded('healthy-server'),
  [SS]: listing,
  ...more,
})
const refused = { connect: { '10.77.2.2 80': 'ECONNREFUSED' } }
const ps = (state: string): Outputs => ({
  'ps -o pid,ppid,user:32,stat,lstart,args -p 77': `    PID    PPID USER                             STAT                  STARTED COMMAND\n     77       1 root                             ${state}     Sat Nov 21 00:00:00 2026 nginx: master process\n`,
})
const at = (listing: string, probes = {}, more: Outputs = {}) => ({
  client: recorded('healthy-client'),
  server: server(listing, more),
  of: 'server' as const,
  probes,
})

describe('a listening socket', () => {
  test.for(['0.0.0.0:80', '*:80', '10.77.2.2:80'])('on %s takes the connection', async (where) => {
    expect(await ask(listening, at(socket(where)))).toMatchObject({ status: 'pass' })
  })

  test('that is missing is proven by the refusal, where the server holds the address', async () => {
    const ruling = await ask(listening, at(socket('0.0.0.0:22'), refused))
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.no-listener',
      side: 'server',
      weight: 'proven',
    })
    expect(ruling.summary).toContain('22')
  })

  test('that is missing alarms nobody where the service answers', async () => {
    const ruling = await ask(listening, at(''))
    expect(ruling).toMatchObject({ status: 'warn' })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test.for([
    ['127.0.0.1:80', 'tcp.bound-to-loopback'],
    ['10.77.2.9:80', 'tcp.bound-elsewhere'],
    ['[::1]:80', 'tcp.bound-to-loopback'],
  ] as const)('on %s only is %s', async ([where, cause]) => {
    const ruling = await ask(listening, at(socket(where), refused))
    expect(only(ruling)).toMatchObject({ cause, side: 'server', weight: 'proven' })
  })

  test('whose queue is longer than its backlog accepts too slowly', async () => {
    const ruling = await ask(listening, at(socket('0.0.0.0:80', '6      5'), SILENCE))
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.accept-queue-full',
      side: 'server',
      weight: 'proven',
    })
  })
})

describe('the process behind the port', () => {
  test('that sleeps is alive', async () => {
    expect(await ask(alive, at(socket('0.0.0.0:80'), {}, ps('Ss')))).toMatchObject({
      status: 'pass',
    })
  })

  test('that was stopped goes on by a signal', async () => {
    const silent = { exchange: { '10.77.2.2': '' } }
    const ruling = await ask(alive, at(socket('0.0.0.0:80', '1      511'), silent, ps('Ts')))
    expect(only(ruling)).toMatchObject({ cause: 'tcp.frozen', side: 'server', weight: 'proven' })
    expect(only(ruling).remedies?.[0]).toMatchObject({
      command: 'kill -CONT 77',
      undo: 'kill -STOP 77',
    })
  })

  test('that waits for a device is frozen, and no signal helps', async () => {
    const silent = { exchange: { '10.77.2.2': '' } }
    const ruling = await ask(alive, at(socket('0.0.0.0:80', '1      511'), silent, ps('D')))
    expect(only(ruling)).toMatchObject({ cause: 'tcp.frozen', weight: 'proven', remedies: [] })
  })

  test('that runs and does not accept is likely hung', async () => {
    const silent = { exchange: { '10.77.2.2': '' } }
    const ruling = await ask(alive, at(socket('0.0.0.0:80', '1      511'), silent, ps('S')))
    expect(only(ruling)).toMatchObject({ cause: 'tcp.frozen', weight: 'likely' })
  })

  test('that nobody may see is unknown', async () => {
    const ruling = await ask(alive, at(socket('0.0.0.0:80', '0      511', '')))
    expect(ruling).toMatchObject({
      status: 'unknown',
      unknown: { needs: expect.stringContaining('root') },
    })
  })
})

describe('the port on the server itself', () => {
  const nc = (code: number): Outputs => ({ 'nc -z -w 1 10.77.2.2 80': { code } })

  test('that accepts there passes', async () => {
    expect((await ask(local, at(socket('*:80'), SILENCE, nc(0)))).status).toBe('pass')
  })

  test('that fails there too is warned of', async () => {
    expect((await ask(local, at(socket('*:80'), SILENCE, nc(1)))).status).toBe('warn')
  })

  test('cannot be tried without a tool, and the package is named', async () => {
    const none = { 'nc -z -w 1 10.77.2.2 80': { failure: 'missing' as const, code: null } }
    const ruling = await ask(local, at(socket('*:80'), SILENCE, none))
    expect(ruling).toMatchObject({ status: 'unknown', unknown: { needs: 'netcat-openbsd' } })
  })
})

describe('the unit', () => {
  const show = (state: string, sub: string, rest = ''): string =>
    `Id=nginx.service\nLoadState=loaded\nActiveState=${state}\nSubState=${sub}\nResult=success\nMainPID=0\nExecMainStatus=0\nNRestarts=0\nUnitFileState=enabled\n${rest}`
  const unit = (name: string, text: string): Outputs => ({
    [`systemctl show ${name} --no-pager -p Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainStatus,NRestarts,UnitFileState,ActiveEnterTimestamp,InactiveEnterTimestamp`]:
      text,
  })

  test('of a namespace belongs to the machine around it', async () => {
    expect((await ask(service, at('', refused))).status).toBe('unknown')
  })

  test('that is stopped explains why nothing listens, and is started', async () => {
    const { unit: question } = await import('../../../src/facts/systemctl.ts')
    const command = question('nginx').sources[0]?.argv.join(' ') ?? ''
    const outputs = { ...unit('x', ''), [command]: show('inactive', 'dead') }
    const ruling = await ask(service, { ...at('', refused, outputs), machine: true })
    expect(only(ruling)).toMatchObject({
      cause: 'service.stopped',
      side: 'server',
      weight: 'proven',
    })
    expect(only(ruling).remedies?.[0]).toMatchObject({
      command: 'systemctl start nginx',
      undo: 'systemctl stop nginx',
      persist: 'systemctl enable nginx',
    })
  })
})
