import { describe, expect, test } from 'vitest'
import { listening, local } from '../../../src/diagnose/rung/listener.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, only, SILENCE } from './ask.ts'

const SS = 'ss -H -tulnp'
const NGINX = 'users:(("nginx",pid=77,fd=6))'
const socket = (local: string, queue = '0      511', owner = NGINX): string =>
  `tcp   LISTEN ${queue}        ${local}       0.0.0.0:*    ${owner}\n`
const server = (listing: string, more: Outputs = {}): Outputs => ({
  ...recorded('healthy-server'),
  [SS]: listing,
  ...more,
})
const refused = { connect: { '10.77.2.2 80': 'ECONNREFUSED' } }
const at = (listing: string, probes = {}, more: Outputs = {}) => ({
  client: recorded('healthy-client'),
  server: server(listing, more),
  of: 'server' as const,
  probes,
})

describe('a listening socket', () => {
  test.for(['0.0.0.0:80', '*:80', '10.77.2.2:80'])('on %s takes the connection', async (where) => {
    expect(await ask(listening, at(socket(where)))).toMatchObject({ status: 'pass' })
  })

  test('that is missing is proven by the refusal, where the server holds the address', async () => {
    const ruling = await ask(listening, at(socket('0.0.0.0:22'), refused))
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.no-listener',
      side: 'server',
      weight: 'proven',
    })
    expect(ruling.summary).toContain('22')
  })

  test('that is missing alarms nobody where the service answers', async () => {
    const ruling = await ask(listening, at(''))
    expect(ruling).toMatchObject({ status: 'warn' })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test.for([
    ['127.0.0.1:80', 'tcp.bound-to-loopback'],
    ['10.77.2.9:80', 'tcp.bound-elsewhere'],
    ['[::1]:80', 'tcp.bound-to-loopback'],
  ] as const)('on %s only is %s', async ([where, cause]) => {
    const ruling = await ask(listening, at(socket(where), refused))
    expect(only(ruling)).toMatchObject({ cause, side: 'server', weight: 'proven' })
  })

  test('whose queue is longer than its backlog accepts too slowly', async () => {
    const ruling = await ask(listening, at(socket('0.0.0.0:80', '6      5'), SILENCE))
    expect(only(ruling)).toMatchObject({
      cause: 'tcp.accept-queue-full',
      side: 'server',
      weight: 'proven',
    })
  })
})

describe('the port on the server itself', () => {
  const nc = (code: number): Outputs => ({ 'nc -z -w 1 10.77.2.2 80': { code } })

  test('that accepts there passes', async () => {
    expect((await ask(local, at(socket('*:80'), SILENCE, nc(0)))).status).toBe('pass')
  })

  test('that fails there too is warned of', async () => {
    expect((await ask(local, at(socket('*:80'), SILENCE, nc(1)))).status).toBe('warn')
  })

  test('cannot be tried without a tool, and the package is named', async () => {
    const none = { 'nc -z -w 1 10.77.2.2 80': { failure: 'missing' as const, code: null } }
    const ruling = await ask(local, at(socket('*:80'), SILENCE, none))
    expect(ruling).toMatchObject({ status: 'unknown', unknown: { needs: 'netcat-openbsd' } })
  })
})
