import { describe, expect, test } from 'vitest'
import { inquire } from '../../../src/diagnose/inquiry.ts'
import { engine as check } from '../../../src/diagnose/rung/engine.ts'
import { container, type Told } from '../outside.ts'
import { diagnose, inFakeTime, witnessOf } from '../scene.ts'
import { expectScript, only, told as saidBy } from './ask.ts'

const client = saidBy('client')
const REFUSED = { connect: { '10.77.2.2': 'ECONNREFUSED' } } as const
/** What runs in a container that cannot be entered. */
const CLOSED = {
  true: { failure: 'unreachable', stderr: 'docker says that web does not run\n' },
} as const

const rule = (told: Told | null, probes = {}) => {
  const witness = witnessOf({ target: 'http://10.77.2.2', client, probes })
  return inFakeTime(() => check.rule(witness, inquire(container(told))))
}

const whole = (told: Told, probes: Parameters<typeof diagnose>[0]['probes'] = REFUSED) =>
  diagnose({ target: 'http://10.77.2.2', client, probes }, { server: container(told, CLOSED) })

test('a container that runs is well', async () => {
  expect(await rule({ restarts: 1 })).toMatchObject({
    status: 'pass',
    summary: 'web runs: running, restarted 1 time',
    evidence: [{ host: 'client', command: 'docker inspect --type container web' }],
  })
})

test('one that runs and is ill is warned of', async () => {
  expect(await rule({ health: 'unhealthy' }, REFUSED)).toMatchObject({ status: 'warn' })
  expect(await rule({ engine: 'kubectl', health: 'not ready' })).toMatchObject({
    status: 'warn',
    summary: 'shop/web runs: running, not ready',
  })
  expect(await rule({ health: 'healthy' })).toMatchObject({ status: 'pass' })
})

test('without a word of its engine it is unknown', async () => {
  expect(await rule(null, REFUSED)).toMatchObject({
    status: 'unknown',
    unknown: { needs: 'docker.io' },
  })
})

test.each([
  [{ state: 'exited', exitCode: 3 }, 'service.stopped', 'docker start web', 'exited, exit code 3'],
  [
    { state: 'created', error: 'no such file: /app' },
    'service.stopped',
    'docker start web',
    '/app',
  ],
  [
    { state: 'exited', exitCode: 137, oomKilled: true },
    'service.no-resources',
    'docker start web',
    'memory',
  ],
  [
    { state: 'restarting', exitCode: 1, restarts: 1 },
    'service.crash-loop',
    'docker start web',
    'restarted 1 time',
  ],
  [
    { state: 'exited', exitCode: 1, restarts: 9 },
    'service.crash-loop',
    'docker start web',
    '9 times',
  ],
  [{ state: 'paused' }, 'tcp.frozen', 'docker unpause web', 'paused'],
] as const)('%j is %s', async (told, cause, command, words) => {
  const accusation = only(await rule(told, REFUSED))
  expect(accusation).toMatchObject({
    cause,
    side: 'server',
    weight: 'proven',
    remedies: [{ host: 'client', command }],
  })
  expect(accusation.because).toContain(words)
  expectScript(accusation.remedies?.[0]?.undo ?? '')
})

test('a pod is not started by hand; its log before it ended is shown', async () => {
  const crashed = { engine: 'kubectl', state: 'restarting', restarts: 7 } as const
  expect(only(await rule(crashed, REFUSED))).toMatchObject({
    cause: 'service.crash-loop',
    remedies: [],
    tellApart: { command: 'kubectl logs -n shop web -c web --previous' },
  })
})

test('one that does not run, though somebody answers, is only warned of', async () => {
  expect(await rule({ state: 'exited', exitCode: 0 })).toMatchObject({ status: 'warn' })
})

describe('in a whole climb', () => {
  test('a container that cannot be entered is the reason, and nothing else is asked of it', async () => {
    const { verdict, findings, unknowns } = await whole({ state: 'exited', exitCode: 3 })
    expect(verdict).toMatchObject({
      state: 'unreachable',
      cause: 'service.stopped',
      side: 'server',
      confidence: 'proven',
    })
    expect(findings.filter(({ host }) => host === 'server').map(({ id }) => id)).toEqual([
      'service.engine',
    ])
    expect(unknowns.find(({ id }) => id === 'server.access')?.because).toContain('does not run')
  })

  test('it is the reason too where its address left the network with it', async () => {
    const probes = {
      connect: { '10.77.2.2': 'EHOSTUNREACH' },
      ping: { '10.77.2.2': { received: 0 } },
    } as const
    const { verdict } = await whole({ state: 'exited', exitCode: 0 }, probes)
    expect(verdict).toMatchObject({ cause: 'service.stopped', confidence: 'proven' })
  })

  test('a host that is no container is not asked for one', async () => {
    const server = saidBy('server')
    const { findings } = await diagnose({ target: 'http://10.77.2.2', client, server })
    expect(findings.map(({ id }) => id)).not.toContain('service.engine')
  })
})
