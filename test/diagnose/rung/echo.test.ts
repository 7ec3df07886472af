import { describe, expect, test } from 'vitest'
import { gateway, reply } from '../../../src/diagnose/rung/echo.ts'
import { diagnose } from '../scene.ts'
import { type Asked, ask, NO_WAY, SILENCE, told, without } from './ask.ts'

const server = told('server')

describe('a ping', () => {
  test('that is answered is well', async () => {
    expect(await ask(reply)).toMatchObject({ status: 'pass' })
  })

  test('that is not answered is worth a word, and no cause', async () => {
    const ruling = await ask(reply, { probes: SILENCE })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
    const mute = { ping: { '10.77.2.2': { received: 0 } } }
    const { verdict } = await diagnose({
      target: 'http://10.77.2.2',
      client: told('client'),
      probes: mute,
    })
    expect(verdict).toMatchObject({ state: 'reachable', cause: null })
  })

  test('that is answered by an error is told with who sent it', async () => {
    const errors = [{ from: '10.77.1.1', text: 'Destination Host Unreachable', mtu: null }]
    const ruling = await ask(reply, {
      probes: { ...SILENCE, ping: { '10.77.2.2': { received: 0, errors } } },
    })
    expect(ruling.status).toBe('warn')
    expect(ruling.summary).toContain('10.77.1.1')
  })

  test('that cannot be sent is unknown', async () => {
    const barred = { possible: false, received: 0, because: 'not permitted' }
    const probes = { ...SILENCE, ping: { '10.77.2.2': barred } }
    expect(await ask(reply, { probes })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iputils-ping' },
    })
  })

  test('is not sent where no route leads, nor without a target', async () => {
    const client = told('client-no-route')
    expect(await ask(reply, { client, probes: NO_WAY })).toMatchObject({ status: 'skip' })
    expect(await ask(reply, { target: null })).toMatchObject({ status: 'skip' })
  })
})

describe('the gateway', () => {
  const PING = 'ping -c 1 -W 1 10.77.2.1'
  const mute = (outcome: 'answered' | 'silent'): Asked => ({
    probes: {
      ...SILENCE,
      ping: { ...SILENCE.ping, '10.77.1.1': { received: 0 } },
      neighbour: { '10.77.1.1': { outcome } },
    },
  })

  test('that answers is well', async () => {
    expect(await ask(gateway)).toMatchObject({ status: 'pass' })
    const there = { server, of: 'server' } as const
    expect(await ask(gateway, { ...there, probes: SILENCE })).toMatchObject({ status: 'pass' })
    expect(await ask(gateway, there)).toMatchObject({ status: 'skip' })
  })

  test('that answers ARP alone is as well', async () => {
    expect(await ask(gateway, mute('answered'))).toMatchObject({ status: 'pass' })
  })

  test('that answers nothing is worth a word; its neighbour entry accuses', async () => {
    const ruling = await ask(gateway, mute('silent'))
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
    const asked = { server: told('server-gateway-dead'), of: 'server', probes: SILENCE } as const
    const there = await ask(gateway, asked)
    expect(there.status).toBe('warn')
    expect(there.accuses ?? []).toEqual([])
  })

  test('of a server is unknown without ping there', async () => {
    const asked = { server: without(server, 'ping'), of: 'server', probes: SILENCE } as const
    expect(server[PING]).toBeDefined()
    expect(await ask(gateway, asked)).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iputils-ping' },
    })
  })

  test('is nobody on the own link, nor where no route leads', async () => {
    const client = told('client-neighbour-failed')
    expect(await ask(gateway, { target: 'http://10.77.1.77', client })).toMatchObject({
      status: 'skip',
    })
    const lost = { client: told('client-no-route'), probes: NO_WAY }
    expect(await ask(gateway, lost)).toMatchObject({ status: 'skip' })
  })

  test('is unknown without ip', async () => {
    expect(await ask(gateway, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})
