import { expect, test } from 'vitest'
import { type ContainerDetail, containerDetail } from '../../src/facts/docker-inspect.ts'
import { printed } from '../../src/facts/source.ts'
import { transcripts } from './data.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

/** docker 28.2 with an engine 20.10, and podman 4.3; settings are cut out but for one of each. */
const docker = transcripts('docker-inspect.txt')
const podman = transcripts('podman-inspect.txt')

const question = containerDetail('docker', 'web')
const read = (text: string): ContainerDetail | null => answer(question, printed(text))

test('a container that runs', () => {
  expect(read(docker('web'))).toEqual({
    id: '06b62595469d98e37e23b2e00f884ff958270f0200e5f6b8f1e3752e51ee880b',
    name: 'web',
    state: 'running',
    error: '',
    pid: 201,
    exitCode: null,
    oomKilled: false,
    restarts: 0,
    health: null,
    restartPolicy: 'no',
    ports: [
      { hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
      { hostAddress: '::', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
    ],
    addresses: ['172.17.0.2'],
  })
  expect(read(podman('pub'))).toMatchObject({
    name: 'pub',
    state: 'running',
    pid: expect.any(Number),
    health: null,
    ports: [{ hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    addresses: ['10.88.0.2'],
  })
})

test.each([
  ['docker', docker('gone'), { state: 'exited', exitCode: 3, pid: null }],
  ['docker', docker('made'), { state: 'created', exitCode: null, pid: null }],
  ['docker', docker('still'), { state: 'paused', exitCode: null, pid: expect.any(Number) }],
  ['podman', podman('gone'), { state: 'exited', exitCode: 3, pid: null }],
  ['podman', podman('made'), { state: 'created', exitCode: null, pid: null }],
])('%s tells of one that does not run', (_, text, expected) => {
  expect(read(text)).toMatchObject(expected)
})

test('one that is started again and again tells how often', () => {
  const loop = read(docker('loop'))
  expect(['running', 'restarting']).toContain(loop?.state)
  expect(loop?.restarts).toBeGreaterThan(1)
})

test('a port is published on one address, by one protocol, or not at all', () => {
  expect(read(docker('two'))?.ports).toEqual([
    { hostAddress: '0.0.0.0', hostPort: 53, containerPort: 53, protocol: 'udp' },
    { hostAddress: '::', hostPort: 53, containerPort: 53, protocol: 'udp' },
    { hostAddress: '127.0.0.1', hostPort: 8081, containerPort: 80, protocol: 'tcp' },
  ])
  const exposed = docker('web').replace(/"80\/tcp": \[[^\]]*\]/g, '"80/tcp": null')
  expect(read(exposed)?.ports).toEqual([
    { hostAddress: null, hostPort: null, containerPort: 80, protocol: 'tcp' },
  ])
})

test('the addresses are those of all networks, and none where it has the network of another', () => {
  expect(read(docker('two'))?.addresses).toEqual(['172.30.5.2'])
  expect(read(docker('hostnet'))?.addresses).toEqual([])
  expect(read(podman('nsx'))?.addresses).toEqual([])
})

test('why it ended is told where the engine tells it', () => {
  const killed = docker('gone')
    .replace('"OOMKilled": false', '"OOMKilled": true')
    .replace('"Error": ""', '"Error": "no space left on device"')
  expect(read(killed)).toMatchObject({ oomKilled: true, error: 'no space left on device' })
  const ill = docker('web').replace('"ExitCode": 0', '"Health": {"Status": "unhealthy"}')
  expect(read(ill)?.health).toBe('unhealthy')
})

test.each(['[]', '', '{}', '[{"Id": "x"}]'])('%j is no answer', (text) => {
  expect(read(text)).toBeNull()
})

test('no output makes it throw', () => {
  expectQuestionSurvives(question, docker('two'))
})
