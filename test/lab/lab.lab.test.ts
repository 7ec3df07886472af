import { afterAll, beforeAll, expect, test } from 'vitest'
import { inNewWorld } from '../../src/lab/world.ts'
import { type Bundle, bundleLab, type Told, tell } from './bundle.ts'

let bundle: Bundle
beforeAll(() => {
  bundle = bundleLab()
})
afterAll(() => bundle.remove())

/** Runs a script with `lab` as a command, in a world that stands for root's machine. */
const inWorld = (script: string): Told => {
  const lab = `PATH=$PATH:/usr/sbin:/sbin\nlab() { ${bundle.program.join(' ')} lab "$@"; }\n`
  return tell(inNewWorld(true, ['sh', '-c', `${lab}${script}`]))
}

test('the list names faults and oddities', () => {
  const { stdout, code } = tell([...bundle.program, 'lab', 'list'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {2}4 {2}server-frozen +the web server is stopped by a signal/m)
  expect(stdout).toMatch(/oddities:\n.*-/s)
  const { stdout: json } = tell([...bundle.program, 'lab', 'list', '--json'])
  expect(Object.keys(JSON.parse(json))).toEqual(['faults', 'pairs', 'oddities'])
})

test('up is said twice, break once, and every answer has its exit code', () => {
  const { stdout, stderr } = inWorld(
    `
    lab check; echo $?
    lab up | head -1; lab up | head -1
    lab check >/dev/null; echo $?
    lab break server-frozen; echo $?
    lab break server-stopped; echo $?
    lab check | grep -o unreachable
    lab up --fresh | head -1
    lab check >/dev/null; echo $?
    lab break no-such-fault; echo $?
    lab down; lab down
  `
      .replaceAll('lab check', 'RUNGS_FAKE_DIAGNOSIS=/etc/fake lab check')
      .replace('lab up', `echo '{"state":"unreachable"}' >/etc/fake; lab up`),
  )
  const up =
    'the lab is up: client - r1 - r2 - lan (server, server2, ns); a second link from the client to r2'
  expect(stdout.split('\n')).toEqual([
    '2',
    up,
    up,
    '0',
    'the web server is stopped by a signal (SIGSTOP)',
    'now: rungs lab check',
    '0',
    '2',
    'unreachable',
    up,
    '0',
    '2',
    'the lab is gone',
    'there is no lab',
    '',
  ])
  expect(stderr).toContain('the lab is not up: run `rungs lab up` first')
  expect(stderr).toContain('the lab is up already')
  expect(stderr).toContain('server-frozen is in place already')
  expect(stderr).toContain('there is no fault no-such-fault')
})

test('a lab that was left half is recognised and removed', () => {
  const { stdout, stderr } = inWorld(`
    lab up >/dev/null
    ip netns delete rungs-ns
    lab up | head -1
    ip netns exec rungs-client dig +short www.lab.example A
    lab down
  `)
  expect(stderr).toContain('what is left of an earlier lab is removed')
  expect(stdout).toContain('203.0.113.80')
})

test('an interrupt while it is built undoes what was built', () => {
  const { stdout } = inWorld(`
    ${bundle.program.join(' ')} lab up >/dev/null 2>&1 &
    until [ -e /run/netns/rungs-client ]; do sleep 0.02; done
    kill -INT $!
    wait $!; echo "exit $?"
    ip netns list; find /run/netns /etc/netns /run/rungs-lab -mindepth 1 2>/dev/null
    ps -e -o args= | grep 'lab [s]erve'
  `)
  expect(stdout).toBe('exit 130\n')
})
