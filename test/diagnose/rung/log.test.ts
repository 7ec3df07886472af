import { describe, expect, test } from 'vitest'
import { log } from '../../../src/diagnose/rung/log.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, only } from './ask.ts'

const LISTENING =
  'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=77,fd=6))\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=7,fd=3))\n'
const FILES = '3 l-wx------ f /var/log/nginx/error.log\n4 l-wx------ f /var/log/nginx/access.log\n'
const request = 'GET / HTTP/1.1'

/** It is noon. */
const NOW = Date.UTC(2026, 10, 20, 12)
const access = (address: string, status: number, zone = '+0000', hour = 12): string =>
  `${address} - - [20/Nov/2026:${hour}:00:00 ${zone}] "${request}" ${status} 5 "-" "rungs/0.0.0 (token)"\n`
const failed = (what: string, client = '10.77.1.2'): string =>
  `2026/11/20 12:00:00 [error] 77#77: *1 ${what}, client: ${client}, server: , request: "${request}", host: "10.77.2.2"\n`

const server = (outputs: Outputs): Outputs => ({
  ...recorded('healthy-server'),
  'ss -H -tulnp': LISTENING,
  'find /proc/77/fd -mindepth 1 -printf %f %M %Y %l\\n': FILES,
  'date +%s %z': `${NOW / 1000} +0000\n`,
  'tail -c 65536 /proc/77/fd/3': '',
  ...outputs,
})
/** An answer of the web that was asked for with the token. */
const answered = (status: number) => ({
  exchange: {
    '10.77.2.2': {
      reply: {
        command: 'curl',
        lines: [],
        firstByteMs: 1,
        bytes: Uint8Array.from(`HTTP/1.1 ${status} X\r\n\r\n`, (c) => c.charCodeAt(0)),
      },
      transcript: [`> ${request}`, '> User-Agent: rungs/0.0.0 (token)', `< HTTP/1.1 ${status} X`],
    },
  },
  from: '10.77.1.2',
})
const at = (status: number, outputs: Outputs): Asked => ({
  client: recorded('healthy-client'),
  server: server(outputs),
  of: 'server',
  probes: answered(status),
  probe: () => ({ now: () => NOW }),
})
const ACCESS = 'tail -c 65536 /proc/77/fd/4'
const ERROR = 'tail -c 65536 /proc/77/fd/3'

describe('a request that is answered', () => {
  test('is verified in the log by its token', async () => {
    const ruling = await ask(log, at(200, { [ACCESS]: access('10.77.1.2', 200) }))
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toBe(
      '/var/log/nginx/access.log tells of it, found by the token token; from 10.77.1.2; status 200; the clocks agree',
    )
    expect(ruling.evidence?.[0]?.lines).toEqual([access('10.77.1.2', 200).trim()])
  })

  test('is found by another address and by a wrong clock, and both are told', async () => {
    const line = access('203.0.113.9', 200, '+0100', 12)
    const { summary } = await ask(log, at(200, { [ACCESS]: line }))
    expect(summary).toContain('from 203.0.113.9, though the client sent from 10.77.1.2')
    expect(summary).toContain("its clock is 60 min behind the client's")
  })

  test('and is in no line of a log that holds requests is not called healthy', async () => {
    const other = access('10.77.1.9', 200).replace('(token)', '(other)')
    expect(await ask(log, at(200, { [ACCESS]: other }))).toMatchObject({
      status: 'unknown',
      unknown: { because: expect.stringContaining('another host or service answered') },
    })
  })

  test('appears at the second look', async () => {
    const outputs = { [ACCESS]: ['', access('10.77.1.2', 200)] }
    expect((await ask(log, at(200, outputs))).status).toBe('pass')
  })

  test('is no reason to ask more than the open files', async () => {
    const outputs = {
      'find /proc/77/fd -mindepth 1 -printf %f %M %Y %l\\n': '0 lr-x------ c /dev/null\n',
    }
    expect((await ask(log, at(200, outputs))).status).toBe('skip')
  })
})

describe('an answer that is an error', () => {
  test('has its reason in the error log', async () => {
    const line = failed('rewrite or internal redirection cycle')
    const ruling = await ask(log, at(500, { [ACCESS]: access('10.77.1.2', 500), [ERROR]: line }))
    expect(ruling.status).toBe('fail')
    expect(ruling.told).toContain('internal redirection cycle')
    expect(ruling.accuses).toEqual([])
    expect(ruling.evidence).toHaveLength(2)
  })

  test('that is denied by a rule is a warning with the rule', async () => {
    const line = failed('access forbidden by rule')
    const ruling = await ask(log, at(403, { [ACCESS]: access('10.77.1.2', 403), [ERROR]: line }))
    expect(ruling).toMatchObject({ status: 'warn', told: expect.stringContaining('forbidden') })
  })

  test('for want of room is proven by the log', async () => {
    const line = failed('pwrite() "/x" failed (28: No space left on device)')
    const ruling = await ask(log, at(500, { [ACCESS]: access('10.77.1.2', 500), [ERROR]: line }))
    expect(only(ruling)).toMatchObject({ cause: 'service.no-resources', weight: 'proven' })
  })

  test('is not explained by what somebody else ran into', async () => {
    const line = failed('pwrite() "/x" failed (28: No space left on device)', '10.77.1.9')
    const ruling = await ask(log, at(500, { [ACCESS]: access('10.77.1.2', 500), [ERROR]: line }))
    expect(only(ruling)).toMatchObject({ weight: 'likely' })
    expect(ruling.told).toBeUndefined()
  })

  test('is not explained by a line of another time', async () => {
    const line = failed('oops').replace('12:00:00', '11:00:00')
    const ruling = await ask(log, at(500, { [ACCESS]: access('10.77.1.2', 500), [ERROR]: line }))
    expect(ruling.status).toBe('pass')
  })
})

test('workers that die again and again are a loop', async () => {
  const crash = '2026/11/20 12:00:00 [alert] 70#70: worker process 77 exited on signal 11\n'
  const closed = {
    exchange: {
      '10.77.2.2': { reply: null, ending: { how: 'fin' as const, afterMs: 1, bytes: 0 } },
    },
  }
  const asked = (times: number): Asked => ({
    ...at(200, { [ACCESS]: '', [ERROR]: crash.repeat(times) }),
    probes: closed,
  })
  expect(only(await ask(log, asked(3)))).toMatchObject({
    cause: 'service.crash-loop',
    weight: 'proven',
  })
  const once = await ask(log, asked(1))
  expect(once).toMatchObject({ accuses: [], told: expect.stringContaining('signal 11') })
})

test.for([
  [{ connect: { '10.77.2.2': 'ECONNREFUSED' } }, {}, 'skip'],
  [{}, { 'ss -H -tulnp': '' }, 'skip'],
  [{}, { 'ss -H -tulnp': 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:*\n' }, 'unknown'],
  [{}, { [ACCESS]: { code: 1 }, [ERROR]: { code: 1 } }, 'unknown'],
] as const)('where there is nothing to read it says so: %#', async ([probes, outputs, status]) => {
  expect((await ask(log, { ...at(200, outputs), probes })).status).toBe(status)
})

test('tcp wrappers let the client in again, as the server sees it', async () => {
  const closed = {
    exchange: {
      '10.77.2.2': { reply: null, ending: { how: 'fin' as const, afterMs: 1, bytes: 0 } },
    },
    from: '10.77.1.2',
  }
  const line = '26/11/20@12:00:00: FAIL: ftp libwrap from=::ffff:10.77.1.2\n'
  const ruling = await ask(log, { ...at(200, { [ACCESS]: '', [ERROR]: line }), probes: closed })
  expect(only(ruling)).toMatchObject({ cause: 'session.accepted-then-closed', weight: 'proven' })
  expect(only(ruling).remedies?.[0]?.command).toBe(
    "printf '%s\\n' 'ALL: 10.77.1.2' >> /etc/hosts.allow",
  )
  expect(only(ruling).remedies?.[0]?.undo).toBe(
    "sed -i '/^ALL: 10\\.77\\.1\\.2$/d' /etc/hosts.allow",
  )
  const stranger = line.replace('10.77.1.2', '10.77.1.99')
  const other = await ask(log, { ...at(200, { [ACCESS]: '', [ERROR]: stranger }), probes: closed })
  expect(only(other)).toMatchObject({ weight: 'likely', remedies: [] })
})
