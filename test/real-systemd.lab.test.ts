/** What is read from a real systemd, booted from this machine's packages in a container. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnosis } from '../src/diagnose/diagnosis.ts'
import { journalOf } from '../src/facts/journalctl.ts'
import { printed, type Question } from '../src/facts/source.ts'
import { unit } from '../src/facts/systemctl.ts'
import { openWorld, type World } from './host/container-world.ts'

/** A root of this machine's files, and a control group that systemd may fill. */
const ROOT = `
cd "$1/data" && mkdir up work root /sys/fs/cgroup/box || exit 2
mount -t overlay -o lowerdir=/,upperdir=up,workdir=work rungs root || exit 2
rm -rf root/etc/systemd/system
`

const shell = (script: string): string => `/bin/sh -c '${script}'`

/** The units of the container; no other is wanted. */
const UNITS: Readonly<Record<string, string>> = {
  'lab.target': `[Unit]
Wants=systemd-journald.service nginx.service bad.service loop.service
AllowIsolate=yes
`,
  'nginx.service': `[Service]
ExecStart=/usr/bin/busybox httpd -f -p 80 -h /etc
[Install]
WantedBy=lab.target
`,
  'bad.service': `[Service]
ExecStart=${shell('echo cannot open /etc/bad.conf >&2; sleep 0.1; exit 3')}
`,
  'loop.service': `[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=${shell('sleep 0.1; exit 1')}
Restart=always
RestartSec=100ms
`,
  'idle.service': `[Service]
ExecStart=/usr/bin/sleep 1000
[Install]
WantedBy=multi-user.target
`,
}

let world: World
const inside = (...argv: readonly string[]) => world.try('podman', 'exec', 'sys', ...argv)

beforeAll(async () => {
  world = await openWorld(ROOT)
  const units = join(world.directory, 'units')
  mkdirSync(units)
  for (const [name, text] of Object.entries(UNITS)) writeFileSync(join(units, name), text)
  symlinkSync('/dev/null', join(units, 'masked.service'))
  const root = join(world.directory, 'data/root')
  world.run('cp', '-a', units, join(root, 'etc/systemd/system'))
  world.run(
    ...['podman', 'run', '--detach', '--name', 'sys', '--publish', '8080:80'],
    ...['--systemd', 'always', '--volume', '/sys/fs/cgroup/box:/sys/fs/cgroup:rw'],
    ...['--rootfs', root, '/lib/systemd/systemd', '--unit=lab.target'],
  )
  // Until it has booted, and the crashes are more than a mishap.
  for (let tries = 0; (read(unit('loop'))?.restarts ?? 0) < 3; tries++) {
    if (tries > 100) throw new Error(`it did not boot: ${world.run('podman', 'logs', 'sys')}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  inside('systemctl', 'enable', 'nginx')
})
afterAll(() => world.close())

/** The answer that the best source of a question gives. */
function read<T>(question: Question<T>): T | null {
  const [source] = question.sources
  if (!source) return null
  const { stdout, stderr, code } = inside(...source.argv)
  return source.parse({ ...printed(stdout, code, stderr), argv: source.argv })
}

test.each([
  ['nginx', { loadState: 'loaded', activeState: 'active', subState: 'running', exitStatus: null }],
  ['bad', { loadState: 'loaded', activeState: 'failed', result: 'exit-code', exitStatus: 3 }],
  ['idle', { loadState: 'loaded', activeState: 'inactive', enabled: 'disabled' }],
  ['masked', { loadState: 'masked', activeState: 'inactive', enabled: 'masked' }],
  ['nobody', { loadState: 'not-found', activeState: 'inactive' }],
])('the unit %s is read', (name, expected) => {
  expect(read(unit(name))).toMatchObject({ name: `${name}.service`, ...expected })
})

test('a unit that crashes again and again tells how often it was started', () => {
  const loop = read(unit('loop'))
  expect(loop?.restarts).toBeGreaterThan(2)
  expect(['activating', 'active']).toContain(loop?.activeState)
})

test('the journal of a unit is read', () => {
  expect(read(journalOf('bad'))?.join('\n')).toContain('cannot open /etc/bad.conf')
})

describe('a service whose unit is', () => {
  const check = (): Diagnosis =>
    world.check('http://127.0.0.1:8080/passwd', '--server', 'podman://sys')

  test('active is healthy, and its unit is found by its process', () => {
    const { verdict, findings } = check()
    expect(verdict.state).not.toBe('unreachable')
    const found = findings.find(({ id }) => id === 'service.unit')
    expect(found).toMatchObject({ host: 'server', status: 'pass' })
    expect(found?.summary).toContain('nginx')
  })

  test('stopped is started by the remedy', () => {
    inside('systemctl', 'stop', 'nginx')
    const { verdict } = check()
    expect(verdict).toMatchObject({
      cause: 'service.stopped',
      side: 'server',
      confidence: 'proven',
    })
    const [remedy] = verdict.remedies
    expect(remedy).toMatchObject({ host: 'server', command: 'systemctl start nginx' })
    inside('sh', '-c', remedy?.command ?? 'false')
    expect(check().verdict.state).not.toBe('unreachable')
  })
})
