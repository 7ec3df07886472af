/** A whole climb against servers in real containers of podman: healthy, and broken in their own ways. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnosis } from '../src/diagnose/diagnosis.ts'
import { openWorld, type World } from './host/container-world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const image of ['tools', 'bare'])
    world.run('podman', 'import', '--quiet', `${world.directory}/${image}.tar`, `${image}:1`)
})
afterAll(() => {
  world.close()
  // Everything ended with the world: no process, no mount, no file is left of it.
  const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  expect(left).not.toContain(world.directory)
})

const run = (name: string, ...words: readonly string[]): string =>
  world.run('podman', 'run', '--detach', '--name', name, ...words)
/** A container's own address. */
const addressOf = (name: string): string =>
  world.run('podman', 'inspect', '-f', '{{.NetworkSettings.IPAddress}}', name).trim()

const check = (target: string, name: string, ...more: string[]): Diagnosis =>
  world.check<Diagnosis>(target, '--server', `podman://${name}`, ...more)

const finding = ({ findings }: Diagnosis, id: string) =>
  findings.find((one) => one.id === id && one.host === 'server')

const HTTPD = ['/bin/httpd', '-f', '-h', '/www', '-p'] as const

describe('a container with tools of its own', () => {
  beforeAll(() => void run('web', '-p', '8080:80', 'tools:1', ...HTTPD, '80'))

  test('is healthy by its own address, and by the port that its machine publishes', () => {
    for (const target of [`http://${addressOf('web')}/`, 'http://127.0.0.1:8080/']) {
      const diagnosis = check(target, 'web')
      expect(diagnosis.verdict).toMatchObject({ state: 'reachable', cause: null })
      expect(finding(diagnosis, 'listener.state')).toMatchObject({
        status: 'pass',
        summary: expect.stringMatching(/^LISTEN 0 \d+ \*:80 httpd \(1\)/),
      })
      expect(finding(diagnosis, 'process.alive')).toMatchObject({ status: 'pass' })
      expect(finding(diagnosis, 'service.engine')).toMatchObject({ status: 'pass' })
      expect(finding(diagnosis, 'service.unit')?.status).toBe('skip')
    }
  })

  test('that is stopped is started by the remedy', () => {
    world.run('podman', 'stop', '--time', '0', 'web')
    const { verdict, server } = check('http://127.0.0.1:8080/', 'web')
    expect(server).toMatchObject({ access: 'podman://web' })
    expect(verdict).toMatchObject({
      cause: 'service.stopped',
      side: 'server',
      confidence: 'proven',
      summary: expect.stringContaining('exit code 137'),
    })
    const [remedy] = verdict.remedies
    expect(remedy).toMatchObject({ host: 'client', command: 'podman start web' })
    world.run('sh', '-c', remedy?.command ?? 'false')
    expect(check('http://127.0.0.1:8080/', 'web').verdict.state).toBe('reachable')
  })
})

test('a service that listens on the loopback of its container is said to', () => {
  run('lone', 'tools:1', ...HTTPD, '127.0.0.1:80')
  expect(check(`http://${addressOf('lone')}/`, 'lone').verdict).toMatchObject({
    cause: 'tcp.bound-to-loopback',
    side: 'server',
    confidence: 'proven',
  })
})

test('a service that is not started in its container is missed there, at the published port', () => {
  run('idle', '-p', '8081:80', 'tools:1', '/bin/sleep', '1000')
  const diagnosis = check('http://127.0.0.1:8081/', 'idle')
  expect(diagnosis.verdict).toMatchObject({ cause: 'tcp.no-listener', side: 'server' })
  expect(diagnosis.verdict.summary).toContain('port 80')
})

test('a container without any tool is seen from outside, and its processes as it numbers them', () => {
  run('bare', 'bare:1', '/httpd', '-f', '-h', '/www', '-p', '80')
  const target = `http://${addressOf('bare')}/`
  const well = check(target, 'bare')
  expect(well.verdict.state).toBe('reachable')
  for (const id of ['network.address', 'route.target', 'listener.state', 'process.alive'])
    expect(finding(well, id)).toMatchObject({ id, status: 'pass' })
  world.run('podman', 'kill', '--signal', 'STOP', 'bare')
  const { verdict } = check(target, 'bare', '--timeout', '8')
  expect(verdict).toMatchObject({ cause: 'tcp.frozen', side: 'server', confidence: 'proven' })
  expect(verdict.remedies[0]).toMatchObject({ host: 'server', command: 'kill -CONT 1' })
})

test('a rule in the network of a container is found, though it has no tool for rules', () => {
  const pid = world.run('podman', 'inspect', '-f', '{{.State.Pid}}', 'lone').trim()
  const inside = (...words: string[]) => world.run('nsenter', '--target', pid, '--net', ...words)
  inside('nft', 'add table inet own')
  inside('nft', 'add chain inet own in { type filter hook input priority 0; }')
  inside('nft', 'add rule inet own in tcp dport 80 counter drop')
  expect(check(`http://${addressOf('lone')}/`, 'lone').verdict).toMatchObject({
    cause: 'firewall.ingress-drop',
    side: 'server',
    confidence: 'proven',
    place: { rule: { table: 'own', chain: 'in' } },
  })
})

test('a container that is not there is unknown, and the client climbs all the same', () => {
  const { unknowns, verdict } = check('http://127.0.0.1:8080/', 'nobody')
  expect(verdict.state).toBe('reachable')
  expect(unknowns.find(({ id }) => id === 'server.access')?.because).toContain(
    'no such container nobody; podman ps -a lists them',
  )
})
