import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Host } from '../../../src/diagnose/host.ts'
import type { Endpoint } from '../../../src/diagnose/probes.ts'
import { probeConnect } from '../../../src/host/probe/connect.ts'
import { localHost } from '../../../src/host/run/local.ts'
import { netnsHost } from '../../../src/host/run/netns.ts'
import { sshHost } from '../../../src/host/run/ssh.ts'
import { openTap } from '../../../src/host/tap/tap.ts'
import { ip, removeNamespaces, uniqueName } from '../namespace.ts'
import { prepareSshd, type Sshd } from '../sshd.ts'

const far = uniqueName('far')
const [here, there] = [`v${process.pid}`, `w${process.pid}`]
const endpoint: Endpoint = { address: '198.51.100.77', family: 4, port: 4477 }
let directory: string
let sshd: Sshd
let overSsh: Host

beforeAll(async () => {
  ip(`netns add ${far}`)
  ip(`link add ${here} type veth peer name ${there} netns ${far}`)
  ip(`addr add 198.51.100.1/24 dev ${here}`)
  ip(`-n ${far} addr add 198.51.100.77/24 dev ${there}`)
  ip(`link set ${here} up`)
  ip(`-n ${far} link set ${there} up`)
  directory = mkdtempSync(join(tmpdir(), 'rungs-sshd-'))
  sshd = prepareSshd(directory)
  const to = { user: 'root', host: '127.0.0.1', port: await sshd.start() }
  overSsh = sshHost(to, 'server', 'server', { arguments: sshd.arguments, connectTimeoutMs: 3000 })
  await overSsh.run(['true'])
})
afterAll(async () => {
  ip(`link del ${here}`)
  removeNamespaces(far)
  await overSsh.close()
  sshd.stop()
  rmSync(directory, { recursive: true })
})

const packetSockets = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length

test('both ends see a SYN and its reset, and nothing stays open', async () => {
  const before = packetSockets()
  const tap = openTap([localHost('client', 'client'), netnsHost(far, 'server', 'server')])
  await tap.watch([endpoint]).near
  expect((await probeConnect(endpoint, 1000)).outcome).toBe('refused')
  const { points, blind } = await tap.collect()
  expect(blind).toEqual([])
  const tcp = points.map(({ sightings }) => sightings.filter(({ protocol }) => protocol === 6))
  expect(tcp.map((all) => all.map(({ way, flags }) => `${way} ${flags}`))).toEqual([
    ['out 2', 'in 20'],
    ['in 2', 'out 20'],
  ])
  expect(points.map(({ lost }) => lost)).toEqual([0, 0])
  await tap.close()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(packetSockets()).toBeLessThanOrEqual(before)
})

test('packets that trickle for a second are all kept', async () => {
  const tap = openTap([localHost('client', 'client')])
  await tap.watch([endpoint]).near
  for (let round = 0; round < 40; round++) {
    await probeConnect(endpoint, 1000)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const { points } = await tap.collect()
  const [client] = points
  expect(client?.sightings.filter(({ protocol }) => protocol === 6)).toHaveLength(80)
  expect(client?.lost).toBe(0)
  await tap.close()
})

test('over ssh the tcpdump of the host tells, without its own connection, and ends', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end('hello')).listen(
    0,
    '127.0.0.1',
  )
  await new Promise((resolve) => server.once('listening', resolve))
  const own: Endpoint = {
    ...endpoint,
    address: '127.0.0.1',
    port: (server.address() as { port: number }).port,
  }
  const tap = openTap([localHost('client', 'client'), overSsh])
  await tap.watch([own]).all
  expect((await probeConnect(own, 1000)).outcome).toBe('connected')
  const { points, blind } = await tap.collect()
  expect(blind).toEqual([])
  expect(points[1]?.sightings.some(({ flags }) => flags === 18)).toBe(true)
  await tap.close()
  server.close()
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toMatch(
    new RegExp(`^tcpdump .*port ${own.port}`, 'm'),
  )
})
