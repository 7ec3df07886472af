import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { buildScript, removeScript, waitScript } from '../../src/lab/build.ts'
import { loadTopology } from '../../src/lab/topology.ts'

const standard = loadTopology('standard')
const script = buildScript(standard)

test('the scripts are shell', () => {
  for (const text of [script, waitScript(standard), removeScript(['client', 'server'])])
    expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
})

test('both ends of a link are made where they belong', () => {
  expect(script).toContain(
    'link add eth0 netns rungs-client type veth peer name eth0 netns rungs-r1',
  )
})

test('a bridge forwards at once, and everything on it is a port', () => {
  expect(script).toContain('link add br0 type bridge forward_delay 0 stp_state 0')
  expect(script).toContain('link set server2 master br0')
})

test('only routers forward', () => {
  const forwards = (node: string): boolean => {
    const from = script.indexOf(`ip netns exec rungs-${node} sh -e`)
    return script
      .slice(from, script.indexOf('END', from + 50))
      .includes('echo 1 >/proc/sys/net/ipv4/ip_forward')
  }
  expect(['client', 'r1', 'r2', 'server', 'ns'].map(forwards)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ])
})

test('removing what is not there is no failure', () => {
  const { status } = spawnSync('sh', ['-c', removeScript(['never-made'])])
  expect(status).toBe(0)
})
