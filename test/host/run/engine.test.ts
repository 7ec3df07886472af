import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContainerDetail } from '../../../src/facts/docker-inspect.ts'
import { printed } from '../../../src/facts/source.ts'
import { kubectlEngine, localEngine } from '../../../src/host/run/engine.ts'
import { readStatus } from '../../../src/host/run/far-side.ts'

const docker = localEngine('docker', 'web')
const podman = localEngine('podman', 'web')
const kubectl = kubectlEngine({ namespace: 'shop', name: 'web-0', container: null })

test('each is called with arguments of its own before those of the command', () => {
  const detail = { name: 'app' } as ContainerDetail
  const argv = ['cat', '-n', '; rm x']
  expect(docker.enter(argv, detail)).toEqual(['docker', 'exec', '-e', 'LC_ALL=C', 'web', ...argv])
  expect(podman.enter(argv, detail).slice(0, 2)).toEqual(['podman', 'exec'])
  expect(kubectl.enter(argv, detail)).toEqual([
    ...['kubectl', 'exec', '-n', 'shop', 'web-0', '-c', 'app', '--'],
    ...argv,
  ])
})

/** What they print where a command could not be started: docker on stdout before 23, else on stderr. */
const RUNC =
  'OCI runtime exec failed: exec failed: unable to start container process: exec: "ls": executable file not found in $PATH: unknown\n'
const CRUN =
  'Error: crun: executable file `ls` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found\n'
const CONTAINERD = `error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "f83e": ${RUNC}`

describe('the words of the runtime become the failure of the command', () => {
  test.each([
    ['docker 20', docker, printed(RUNC, 126), 'missing'],
    ['docker 28', docker, printed('', 127, RUNC), 'missing'],
    ['podman with crun', podman, printed('', 127, CRUN), 'missing'],
    ['podman with runc', podman, printed('', 127, `Error: runc: ${RUNC}`), 'missing'],
    ['kubectl with containerd', kubectl, printed('', 1, CONTAINERD), 'missing'],
    [
      'docker',
      docker,
      printed(RUNC.replace('executable file not found in $PATH', 'permission denied'), 126),
      'denied',
    ],
    [
      'podman',
      podman,
      printed(
        '',
        126,
        'Error: crun: open executable: Operation not permitted: OCI permission denied\n',
      ),
      'denied',
    ],
  ])('%s: %#', (_, engine, came, failure) => {
    expect(readStatus(engine.read(came))).toMatchObject({ stdout: '', code: null, failure })
  })
})

describe('the words of the engine mean that the container is out of reach', () => {
  test.each([
    [docker, 1, 'Error response from daemon: Container 59b7 is not running'],
    [
      docker,
      1,
      'Error response from daemon: Container still is paused, unpause the container before exec',
    ],
    [
      docker,
      1,
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    ],
    [
      podman,
      255,
      'Error: can only create exec sessions on running containers: container state improper',
    ],
    [podman, 125, 'Error: no container with name or ID "web" found: no such container'],
    [
      kubectl,
      1,
      'Error from server (InternalError): unable to upgrade connection: container not found ("web")',
    ],
    [
      kubectl,
      1,
      'error: cannot exec into a container in a completed pod; current phase is Succeeded',
    ],
    [kubectl, 1, 'Unable to connect to the server: dial tcp: lookup k8s: no such host'],
  ])('%#', (engine, code, words) => {
    expect(engine.read(printed('', code, `${words}\n`))).toMatchObject({
      failure: 'unreachable',
      stderr: `${words}\n`,
    })
  })
})

test("a command's own words and statuses are left alone", () => {
  for (const engine of [docker, podman, kubectl])
    for (const code of [0, 1, 2, 125, 126, 127, 255])
      expect(engine.read(printed('out', code, 'Error: it failed\n'))).toMatchObject({
        stdout: 'out',
        stderr: 'Error: it failed\n',
        code,
        failure: null,
      })
})

test('kubectl does not get a word in', () => {
  const came = printed('', 7, 'own words\ncommand terminated with exit code 7\n')
  expect(kubectl.read(came)).toMatchObject({ stderr: 'own words\n', code: 7 })
})

test('a hint is for words that the engine really has', () => {
  const words = ['docker', 'kubectl']
    .map((name) => readFileSync(join(import.meta.dirname, 'data', `${name}.txt`), 'utf8'))
    .join('')
  expect(docker.hints.some(([pattern]) => pattern.test(words))).toBe(true)
  for (const [pattern] of kubectl.hints) expect(words).toMatch(pattern)
})

test('no output throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(255), (stdout, stderr, code) => {
      for (const engine of [docker, podman, kubectl]) engine.read(printed(stdout, code, stderr))
    }),
  )
})
