import { describe, expect, test } from 'vitest'
import { service } from '../../../src/diagnose/rung/service.ts'
import { unit } from '../../../src/facts/systemctl.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, only } from './ask.ts'

const refused = { connect: { '10.77.2.2 80': 'ECONNREFUSED' } }
const show = (fields: Readonly<Record<string, string | number>>): string =>
  Object.entries({
    Id: 'nginx.service',
    LoadState: 'loaded',
    ActiveState: 'inactive',
    SubState: 'dead',
    Result: 'success',
    UnitFileState: 'enabled',
    ...fields,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
const SHOW = (name: string): string => unit(name).sources[0]?.argv.join(' ') ?? ''
const nginx = (fields: Readonly<Record<string, string | number>>, more: Outputs = {}): Outputs => ({
  [SHOW('nginx')]: show(fields),
  ...more,
})
const JOURNAL = 'journalctl --no-pager -n 200 -o json -u nginx.service'
const entry = (message: string): string =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: '1795172400000000', SYSLOG_IDENTIFIER: 'nginx', MESSAGE: message })}\n`

const at = (outputs: Outputs, probes = {}, listing = ''): Asked => ({
  client: recorded('healthy-client'),
  server: { ...recorded('healthy-server'), 'ss -H -tulnp': listing, ...outputs },
  of: 'server',
  probes,
  machine: true,
  probe: () => ({ now: () => Date.UTC(2026, 10, 20, 12) }),
})

describe('the unit', () => {
  test('of a namespace belongs to the machine around it', async () => {
    expect((await ask(service, { ...at({}, refused), machine: false })).status).toBe('unknown')
  })

  test('that is stopped explains why nothing listens, and is started', async () => {
    const ruling = await ask(service, at(nginx({}), refused))
    expect(only(ruling)).toMatchObject({
      cause: 'service.stopped',
      side: 'server',
      weight: 'proven',
    })
    expect(only(ruling).remedies?.[0]).toMatchObject({
      command: 'systemctl start nginx',
      undo: 'systemctl stop nginx',
      keep: { kind: 'service', name: 'nginx' },
    })
  })

  test('that is not enabled is only likely meant', async () => {
    const ruling = await ask(service, at(nginx({ UnitFileState: 'disabled' }), refused))
    expect(only(ruling)).toMatchObject({ cause: 'service.stopped', weight: 'likely' })
  })

  test('that is masked is unmasked first', async () => {
    const fields = { LoadState: 'masked', UnitFileState: 'masked' }
    const ruling = await ask(service, at(nginx(fields), refused))
    expect(only(ruling).remedies?.[0]?.command).toBe(
      'systemctl unmask nginx && systemctl start nginx',
    )
  })

  test('that failed gives the last words of its journal, and is not started in vain', async () => {
    const fields = { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code' }
    const journal =
      entry('nginx: [emerg] unknown directive "servre" in /etc/nginx/nginx.conf:3') +
      entry("nginx.service: Failed with result 'exit-code'.")
    const ruling = await ask(service, at(nginx(fields, { [JOURNAL]: journal }), refused))
    expect(only(ruling)).toMatchObject({ cause: 'service.stopped', remedies: [] })
    expect(only(ruling).because).toContain('unknown directive "servre"')
  })

  test.for([
    [{ ActiveState: 'activating', SubState: 'auto-restart', NRestarts: 1 }, 'service.crash-loop'],
    [{ ActiveState: 'failed', Result: 'start-limit-hit', NRestarts: 5 }, 'service.crash-loop'],
    [{ ActiveState: 'failed', Result: 'oom-kill' }, 'service.no-resources'],
  ] as const)('%#: is told by its state', async ([fields, cause]) => {
    const ruling = await ask(service, at(nginx(fields), refused))
    expect(only(ruling)).toMatchObject({ cause, weight: 'proven' })
  })

  test('that failed for want of room is out of resources', async () => {
    const fields = { ActiveState: 'failed', Result: 'exit-code' }
    const journal = entry('open() "/x" failed (28: No space left on device)')
    const ruling = await ask(service, at(nginx(fields, { [JOURNAL]: journal }), refused))
    expect(only(ruling).cause).toBe('service.no-resources')
  })

  test('that failed is looked at before one that serves another port', async () => {
    const apache = { [SHOW('apache2')]: show({ Id: 'apache2.service', ActiveState: 'active' }) }
    const ruling = await ask(service, at(nginx({ ActiveState: 'failed' }, apache), refused))
    expect(only(ruling).because).toContain('nginx.service')
    const alone = await ask(service, at(apache, refused))
    expect(alone).toMatchObject({ status: 'warn' })
    expect(alone.accuses ?? []).toEqual([])
  })

  test('of the process that listens passes, and restarts count after a failure only', async () => {
    const listing = 'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=77,fd=6))\n'
    const group = { 'cat /proc/77/cgroup': '0::/system.slice/nginx.service\n' }
    const outputs = {
      ...group,
      [SHOW('nginx.service')]: show({ ActiveState: 'active', SubState: 'running', NRestarts: 9 }),
    }
    expect((await ask(service, at(outputs, {}, listing))).status).toBe('pass')
    const silent = { exchange: { '10.77.2.2': '' } }
    expect(only(await ask(service, at(outputs, silent, listing)))).toMatchObject({
      cause: 'service.crash-loop',
      weight: 'likely',
    })
  })
})

test('where no systemd runs, the script of /etc/init.d is asked and starts it', async () => {
  const none = {
    code: 1,
    stderr: "System has not been booted with systemd as init system (PID 1). Can't operate.\n",
  }
  const outputs = {
    [SHOW('nginx')]: none,
    'systemctl status nginx --no-pager': none,
    'service nginx status': { stdout: 'nginx is not running ... failed!\n', code: 3 },
    'tail -c 65536 /var/log/nginx/error.log':
      '2026/11/20 11:00:00 [alert] 9#9: worker process 8 exited on signal 9\n',
  }
  const ruling = await ask(service, at(outputs, refused))
  expect(only(ruling).because).toContain('exited on signal 9')
  expect(only(ruling).remedies?.[0]).toMatchObject({
    command: 'service nginx start',
    undo: 'service nginx stop',
  })
})

test('a configuration that is refused is the reason', async () => {
  const outputs = {
    [SHOW('ssh')]: show({ Id: 'ssh.service', ActiveState: 'failed' }),
    'sshd -t': { code: 255, stderr: '/etc/ssh/sshd_config: line 3: Bad configuration option: X\n' },
  }
  const asked = at(outputs, { connect: { '10.77.2.2 22': 'ECONNREFUSED' } })
  const ruling = await ask(service, { ...asked, target: 'ssh://10.77.2.2' })
  expect(only(ruling).because).toContain(
    'its configuration is refused: /etc/ssh/sshd_config: line 3',
  )
  expect(only(ruling).remedies).toEqual([])
})
