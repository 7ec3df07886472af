import { type ChildProcess, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DnsQuery } from '../../../src/diagnose/probes.ts'
import { ip } from '../namespace.ts'
import { makePath, type Path } from '../path.ts'

/** Takes what comes on port 443 and 7000, and closes at once on port 7001. */
const SERVER = `
const { createServer } = require('node:net')
for (const port of [443, 7000]) createServer((s) => s.on('error', () => {}).resume()).listen(port)
createServer((s) => s.on('error', () => {}).destroy()).listen(7001, () => console.log('up'))`

let path: Path
let server: ChildProcess
beforeAll(async () => {
  path = makePath()
  const node = spawn('ip', ['netns', 'exec', path.server, process.execPath, '-e', SERVER])
  server = node
  await new Promise((resolve) => node.stdout.once('data', resolve))
})
afterAll(() => {
  server.kill('SIGKILL')
  path.remove()
})

const TO = { 4: '10.71.2.1', 6: 'fd71:2::1' } as const
const filter = (namespace: string, hook: string, rule: string): (() => void) => {
  path.run(namespace, 'nft add table inet t')
  path.run(namespace, `nft add chain inet t c { type filter hook ${hook} priority 0 ; }`)
  path.run(namespace, `nft add rule inet t c ${rule}`)
  return () => path.run(namespace, 'nft delete table inet t')
}

describe.each([4, 6] as const)('over IPv%d', (family) => {
  const to = (port = 7000) => ({ address: TO[family], family, port })

  test('a way that is open connects', async () => {
    const local = family === 4 ? '10.71.1.1' : 'fd71:1::1'
    expect(await path.probe('connect', to(), 1000)).toMatchObject({
      outcome: 'connected',
      localAddress: local,
    })
  })

  test.each([
    ['unreachable', 'unreachable', 'EHOSTUNREACH'],
    ['prohibit', 'denied', 'EACCES'],
    ['blackhole', 'denied', 'EINVAL'],
  ])('a route of type %s is %s', async (type, outcome, errno) => {
    ip(`-n ${path.client} -${family} route add ${type} ${TO[family]}`)
    const result = await path.probe('connect', to(), 1000)
    ip(`-n ${path.client} -${family} route del ${type} ${TO[family]}`)
    expect(result).toMatchObject({ outcome, errno })
  })

  test('no route is unreachable', async () => {
    ip(`-n ${path.client} -${family} route del default`)
    const result = await path.probe('connect', to(), 1000)
    const router = family === 4 ? '10.71.1.254' : 'fd71:1::254'
    ip(`-n ${path.client} -${family} route add default via ${router}`)
    expect(result).toMatchObject({ outcome: 'unreachable', errno: 'ENETUNREACH' })
  })

  test('a drop is a timeout, after our time', async () => {
    const undo = filter(path.server, 'input', 'tcp dport 7000 drop')
    const result = await path.probe('connect', to(), 300)
    undo()
    expect(result).toMatchObject({ outcome: 'timeout', errno: null, localPort: null })
    expect(result.tookMs).toBeGreaterThanOrEqual(299)
    expect(result.tookMs).toBeLessThan(700)
  })

  test('a reset by a firewall is a refusal', async () => {
    const undo = filter(path.router, 'forward', 'tcp dport 7000 reject with tcp reset')
    const result = await path.probe('connect', to(), 2000)
    undo()
    expect(result).toMatchObject({ outcome: 'refused', errno: 'ECONNREFUSED' })
  })

  const query = (): DnsQuery => ({
    server: TO[family],
    port: 53,
    name: 'www.example.org',
    type: 'A',
    timeoutMs: 600,
  })

  test('a resolver that is not there refuses by ICMP', async () => {
    const reply = await path.probe('dns', query())
    expect(reply).toMatchObject({ outcome: 'refused', errno: 'ECONNREFUSED', transport: 'udp' })
  })

  test('a query that may not leave is told', async () => {
    const undo = filter(path.client, 'output', 'udp dport 53 drop')
    const reply = await path.probe('dns', query())
    undo()
    expect(reply).toMatchObject({ outcome: 'unreachable', errno: 'EPERM' })
  })

  test('a query that is dropped on the way is a timeout', async () => {
    const undo = filter(path.router, 'forward', 'udp dport 53 drop')
    const reply = await path.probe('dns', query())
    undo()
    expect(reply).toMatchObject({ outcome: 'timeout', errno: null })
  })

  test.each([443, 7000])('a large write to port %d is acknowledged', async (port) => {
    const result = await path.probe('largeWrite', to(port), 16_000, 2000)
    expect(result.outcome).toBe('acknowledged')
    expect(result.lines[0]).toMatch(/^16000 of 16000 bytes acknowledged after \d+ ms \(Send-Q 0\)$/)
  })

  test('a large write gets stuck in a path whose MTU nobody tells', async () => {
    ip(`-n ${path.router} link set r1 mtu 1300`)
    const undo = filter(
      path.router,
      'output',
      family === 4 ? 'icmp type destination-unreachable drop' : 'icmpv6 type packet-too-big drop',
    )
    const stuck = await path.probe('largeWrite', to(), 8000, 700)
    expect(stuck.outcome).toBe('stuck')
    expect(stuck.lines[0]).toMatch(/^0 of 8000 bytes acknowledged after \d+ ms \(Send-Q 8000\)$/)
    const small = await path.probe('largeWrite', to(), 800, 700)
    expect(small.outcome).toBe('acknowledged')
    undo()
    ip(`-n ${path.router} link set r1 mtu 1500`)
  })

  test('a large write to a port that closes or refuses is told so', async () => {
    expect(['closed', 'acknowledged']).toContain(
      (await path.probe('largeWrite', to(7001), 64_000, 1000)).outcome,
    )
    expect((await path.probe('largeWrite', to(9), 100, 500)).outcome).toBe('failed')
  })
})
