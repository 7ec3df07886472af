/** Containers of the real engines: what runs inside, and what is left there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunOptions } from '../../../src/diagnose/host.ts'
import type { Output } from '../../../src/facts/source.ts'
import { openWorld, type World } from '../container-world.ts'
import { bundle } from '../script.ts'

/** dockerd with its state in memory; its socket and its network belong to the world. */
const DOCKERD = `
mkdir -p /run/dockerd && mount -t tmpfs rungs /run/dockerd || exit 2
dockerd --data-root /run/dockerd/data --exec-root /run/dockerd/exec --pidfile /run/dockerd/pid \\
  --storage-driver vfs >/run/dockerd/log 2>&1 &
for try in $(seq 200); do docker version >/dev/null 2>&1 && exit 0; sleep 0.1; done
tail -n 3 /run/dockerd/log >&2
exit 2
`

/** Runs commands on a host in turn, as its options say, and prints their outputs. */
const ASK = `
import { openHost } from './host/run/open.ts'
const [spec, commands] = process.argv.slice(2)
const host = openHost(spec, 'server', 'server')
const outputs = []
for (const [argv, options] of JSON.parse(commands)) outputs.push(await host.run(argv, options))
await host.close()
console.log(JSON.stringify(outputs))
`

type Command = readonly [readonly string[], RunOptions?]

let world: World
let script: string
beforeAll(async () => {
  world = await openWorld(DOCKERD)
  script = bundle(world.directory, 'ask', ASK)
})
afterAll(() => world.close())

const ask = (spec: string, commands: readonly Command[]): readonly Output[] =>
  JSON.parse(world.run(process.execPath, script, spec, JSON.stringify(commands)))

describe.each(['docker', 'podman'])('%s', (engine) => {
  beforeAll(() => {
    for (const image of ['tools', 'bare'])
      world.run(engine, 'import', `${world.directory}/${image}.tar`, `${image}:1`)
    const start = [engine, 'run', '--detach', '--name']
    world.run(...start, 'web', 'tools:1', '/bin/httpd', '-f', '-h', '/www', '-p', '80')
    world.run(...start, 'bare', 'bare:1', '/httpd', '-f', '-h', '/www', '-p', '80')
    world.run(...start, 'gone', 'tools:1', '/bin/sh', '-c', 'exit 3')
  })

  test('a command runs inside, with its own words and its own status', () => {
    const [cat, exit, missing, denied] = ask(`${engine}://web`, [
      [['cat', '/www/index.html', '/none']],
      [['sh', '-c', 'echo out; echo err >&2; exit 7']],
      [['no-such-tool']],
      [['/etc']],
    ])
    expect(cat).toMatchObject({ stdout: 'well\n', code: 1, failure: null })
    expect(cat?.stderr).toBe("cat: can't open '/none': No such file or directory\n")
    expect(exit).toMatchObject({ stdout: 'out\n', stderr: 'err\n', code: 7, failure: null })
    expect(missing).toMatchObject({ failure: 'missing', code: null })
    expect(denied).toMatchObject({ failure: 'denied', code: null })
  })

  test('its network is seen from outside, its files and processes are its own', () => {
    const [links, listening, status, hosts] = ask(`${engine}://web`, [
      [['ip', '-j', 'link']],
      [['ss', '-Htlnp']],
      [['cat', '/proc/1/stat']],
      [['cat', '/etc/hosts']],
    ])
    expect(links?.stdout).toContain('"eth0"')
    expect(listening?.stdout).toContain('("httpd",pid=1,')
    expect(status?.stdout).toMatch(/^1 \(httpd\) /)
    expect(hosts?.stdout).toMatch(/^127\.0\.0\.1\s+localhost/m)
  })

  test('what hangs is ended in time, and is not left inside', () => {
    const commands: Command[] = [
      [['sleep', '61'], { timeoutMs: 300 }],
      [['sleep', '1.2']],
      [['ps']],
    ]
    const [hung, , left] = ask(`${engine}://web`, commands)
    expect(hung).toMatchObject({ failure: 'timeout', code: null })
    expect(left?.stdout).toContain('httpd')
    expect(left?.stdout).not.toContain('sleep 61')
  })

  test('a container without any tool lacks them, and shows its network all the same', () => {
    const [cat, shell, links, status] = ask(`${engine}://bare`, [
      [['cat', '/etc/hosts']],
      [['sh', '-c', 'true']],
      [['ip', '-j', 'link']],
      [['cat', '/proc/1/stat']],
    ])
    expect([cat?.failure, shell?.failure]).toEqual(['missing', 'missing'])
    expect(links?.stdout).toContain('"eth0"')
    expect(status?.stdout).toMatch(/^1 \(httpd\) /)
  })

  test('one that ended, or is not there, says so', () => {
    const [ended] = ask(`${engine}://gone`, [[['true']]])
    expect(ended).toMatchObject({
      failure: 'unreachable',
      stderr: `${engine} says that gone does not run: exited (exit code 3)\n`,
    })
    const [nobody] = ask(`${engine}://nobody`, [[['true']]])
    expect(nobody?.failure).toBe('unreachable')
    expect(nobody?.stderr).toMatch(
      new RegExp(`o such container.*nobody; ${engine} ps -a lists them`),
    )
  })
})
