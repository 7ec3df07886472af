import { describe, expect, test } from 'vitest'
import { container } from '../../../src/diagnose/rung/container.ts'
import { containerIds } from '../../../src/facts/docker.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, only } from './ask.ts'

const ID = 'ab'.repeat(32)
const refused = { connect: { '10.77.2.2 80': 'ECONNREFUSED' } }

/** The fields that are read, as docker prints them. */
const detail = (state: object, rest: object = {}): string =>
  JSON.stringify([
    {
      Id: ID,
      Name: '/web site',
      RestartCount: 0,
      State: { ExitCode: 1, FinishedAt: '2026-11-20T11:00:00Z', OOMKilled: false, ...state },
      HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '', HostPort: '80' }] } },
      ...rest,
    },
  ])

const docker = (inspect: string, log = ''): Outputs => ({
  'docker ps --all --quiet --no-trunc': `${ID}\n`,
  [`docker inspect --type container ${ID}`]: inspect,
  [`docker logs --timestamps --tail 200 ${ID}`]: log,
})
const at = (outputs: Outputs, probes: object = refused): Asked => ({
  client: recorded('healthy-client'),
  server: { ...recorded('healthy-server'), 'ss -H -tulnp': '', ...outputs },
  of: 'server',
  probes,
  machine: true,
  probe: () => ({ now: () => Date.UTC(2026, 10, 20, 12) }),
})

describe('the container that publishes the port', () => {
  test('and has exited is started, with its last words', async () => {
    const log = '2026-11-20T11:00:00.1Z FATAL: could not open /etc/app.conf\n'
    const ruling = await ask(container, at(docker(detail({ Status: 'exited' }), log)))
    expect(only(ruling)).toMatchObject({ cause: 'service.stopped', weight: 'proven' })
    expect(only(ruling).because).toContain('could not open /etc/app.conf')
    expect(only(ruling).remedies?.[0]).toMatchObject({
      command: "docker start 'web site'",
      undo: "docker stop 'web site'",
    })
  })

  test.for([
    [{ Status: 'exited', OOMKilled: true }, {}, 'service.no-resources'],
    [{ Status: 'restarting' }, { RestartCount: 7 }, 'service.crash-loop'],
    [{ Status: 'paused' }, {}, 'tcp.frozen'],
  ] as const)('%#: is told by its state', async ([state, rest, cause]) => {
    const ruling = await ask(container, at(docker(detail(state, rest))))
    expect(only(ruling)).toMatchObject({ cause, weight: 'proven' })
  })

  test('and is paused goes on', async () => {
    const ruling = await ask(container, at(docker(detail({ Status: 'paused' }))))
    expect(only(ruling).remedies?.[0]?.command).toBe("docker unpause 'web site'")
  })

  test('and runs is not the reason, but an unhealthy one is warned of', async () => {
    const running = { Status: 'running', Pid: 0 }
    expect((await ask(container, at(docker(detail(running))))).status).toBe('pass')
    const ill = { ...running, Health: { Status: 'unhealthy' } }
    expect((await ask(container, at(docker(detail(ill))))).status).toBe('warn')
  })

  test('is asked for with podman, too', async () => {
    const outputs = Object.fromEntries(
      Object.entries(docker(detail({ Status: 'exited' }))).map(([command, text]) => [
        /^docker ps/.test(command)
          ? (containerIds('podman').sources[0]?.argv.join(' ') ?? '')
          : command.replace('docker', 'podman'),
        text,
      ]),
    )
    const ruling = await ask(container, at(outputs))
    expect(only(ruling).remedies?.[0]?.command).toBe("podman start 'web site'")
  })
})

test('an engine that does not answer is unknown, none at all is no matter', async () => {
  const dead = { code: 1, stderr: 'Cannot connect to the Docker daemon at unix:///run/docker.sock' }
  expect((await ask(container, at({ 'docker ps --all --quiet --no-trunc': dead }))).status).toBe(
    'unknown',
  )
  expect((await ask(container, at({}))).status).toBe('skip')
})

test('nothing is asked where the service answers, or of a namespace', async () => {
  expect((await ask(container, at(docker('[]'), {}))).status).toBe('skip')
  expect((await ask(container, { ...at(docker('[]')), machine: false })).status).toBe('skip')
})
