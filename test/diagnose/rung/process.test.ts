import { describe, expect, test } from 'vitest'
import { alive } from '../../../src/diagnose/rung/process.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, only } from './ask.ts'

const SS = 'ss -H -tulnp'
const NGINX = 'users:(("nginx",pid=77,fd=6))'
const socket = (local: string, queue = '0      511', owner = NGINX): string =>
  `tcp   LISTEN ${queue}        ${local}       0.0.0.0:*    ${owner}\n`
const server = (listing: string, more: Outputs = {}): Outputs => ({
  ...recorded('healthy-server'),
  [SS]: listing,
  ...more,
})
const ps = (state: string): Outputs => ({
  'ps -o pid,ppid,user:32,stat,lstart,args -p 77': `    PID    PPID USER                             STAT                  STARTED COMMAND\n     77       1 root                             ${state}     Sat Nov 21 00:00:00 2026 nginx: master process\n`,
})
const at = (listing: string, probes = {}, more: Outputs = {}) => ({
  client: recorded('healthy-client'),
  server: server(listing, more),
  of: 'server' as const,
  probes,
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

test('another process behind the port than a moment ago is started again and again', async () => {
  const closed = {
    exchange: {
      '10.77.2.2': { reply: null, ending: { how: 'fin' as const, afterMs: 1, bytes: 0 } },
    },
  }
  const next = socket('0.0.0.0:80', '0      511', 'users:(("nginx",pid=93,fd=6))')
  const turns = { [SS]: [socket('0.0.0.0:80'), next] }
  const ruling = await ask(alive, at('', closed, turns))
  expect(only(ruling)).toMatchObject({ cause: 'service.crash-loop', weight: 'proven' })
  expect(ruling.summary).toContain('nginx (93)')
  const workers = { [SS]: [socket('0.0.0.0:80'), socket('0.0.0.0:80') + next] }
  expect((await ask(alive, at('', closed, { ...workers, ...ps('Ss') }))).status).toBe('pass')
})
