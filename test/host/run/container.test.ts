import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CONTAINER } from '../../../src/diagnose/host.ts'
import { openHost } from '../../../src/host/run/open.ts'
import { type Replay, replay } from './replay.ts'

let recorded: Replay
afterEach(() => recorded.close())

const open = (spec: string) => {
  const host = openHost(spec, 'server', 'server')
  if ('error' in host) throw new Error(host.error)
  return host
}

describe('a container of docker', () => {
  beforeEach(() => {
    recorded = replay('docker')
  })

  test('says who it is', () => {
    expect(open('docker://web')).toMatchObject({
      name: 'server',
      role: 'server',
      access: 'docker://web',
      limits: CONTAINER,
      outside: { engine: 'docker', name: 'web' },
    })
    expect(recorded.ran()).toEqual([])
  })

  test('runs a command inside, with its words and its status', async () => {
    const argv = ['cat', '/etc/hostname', '/none']
    expect(await open('docker://web').run(argv)).toMatchObject({
      argv,
      stdout: expect.stringMatching(/^[0-9a-f]{12}\n$/),
      stderr: "cat: can't open '/none': No such file or directory\n",
      code: 1,
      failure: null,
    })
    expect(recorded.ran()).toEqual([
      'inspect --type container web',
      'exec -e LC_ALL=C web timeout -s KILL 5 true',
      'exec -e LC_ALL=C web timeout -s KILL 5 cat /etc/hostname /none',
    ])
  })

  test('tells a missing program from one that may not be run', async () => {
    const host = open('docker://web')
    expect(await host.run(['nope'])).toMatchObject({ failure: 'missing', code: null })
    expect(await host.run(['/etc'])).toMatchObject({ failure: 'denied', code: null })
  })

  test('without timeout(1) and any tool runs bare, and asks for each tool once', async () => {
    const host = open('docker://bare')
    const argv = ['cat', '/etc/hostname']
    const [one, other] = await Promise.all([host.run(argv), host.run(argv)])
    expect(one).toMatchObject({ failure: 'missing', code: null, stdout: '' })
    expect(other).toMatchObject({ argv, failure: 'missing' })
    expect(await host.run(['/etc'])).toMatchObject({ failure: 'denied' })
    expect(recorded.ran().filter((words) => words.endsWith('/etc/hostname'))).toHaveLength(1)
  })

  test.each([
    ['gone', 'docker says that gone does not run: exited (exit code 3)'],
    ['still', 'docker says that still does not run: paused'],
    ['nosuch', /No such container: nosuch; docker ps -a lists them$/],
  ])('%s cannot be entered, and says why', async (name, because) => {
    const output = await open(`docker://${name}`).run(['true'])
    expect(output).toMatchObject({ argv: ['true'], stdout: '', code: null, failure: 'unreachable' })
    expect(output.stderr.trim()).toMatch(because)
    expect(recorded.ran()).toEqual([`inspect --type container ${name}`])
  })

  test('is described from outside, whether it runs or not', async () => {
    const { outside } = open('docker://gone')
    expect(await outside?.inspect()).toMatchObject({
      known: true,
      value: { name: 'gone', state: 'exited', exitCode: 3 },
    })
    await outside?.inspect()
    expect(recorded.ran()).toHaveLength(1)
  })
})

describe('a pod', () => {
  beforeEach(() => {
    recorded = replay('kubectl')
  })

  test('runs a command in its first container', async () => {
    const host = open('k8s://shop/web')
    expect(await host.run(['cat', '/etc/hostname', '/none'])).toMatchObject({
      stdout: 'vm\n',
      stderr: 'cat: /none: No such file or directory\n',
      code: 1,
      failure: null,
    })
    expect(await host.run(['nope'])).toMatchObject({ failure: 'missing' })
  })

  test.each([
    [
      'shop/crash',
      'kubectl says that shop/crash does not run: restarting (exit code 137): CrashLoop',
    ],
    ['shop/nosuch', 'pods "nosuch" not found; kubectl get pods -n shop lists them'],
    ['secret/web', 'kubectl auth can-i create pods/exec -n secret tells the right'],
    ['nowhere/web', 'namespaces "nowhere" not found'],
    ['off/web', 'was refused - did you specify the right host or port?'],
  ])('%s cannot be entered, and says why', async (name, because) => {
    const output = await open(`k8s://${name}`).run(['true'])
    expect(output).toMatchObject({ failure: 'unreachable' })
    expect(output.stderr).toContain(because)
  })
})

test('an engine that is not installed is named with its package', async () => {
  recorded = replay('docker')
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  const output = await open('podman://web').run(['true'])
  process.env.PATH = path
  // /usr/sbin is searched in any case, and has none of them.
  expect(output).toMatchObject({ failure: 'unreachable' })
  expect(output.stderr).toBe('podman is not installed (package podman)\n')
})
