import { describe, expect, test } from 'vitest'
import { askControls, type Controls } from '../../src/diagnose/controls.ts'
import type { Echo } from '../../src/diagnose/probes.ts'
import { inFakeTime } from './scene.ts'
import { type Script, scriptedProbes } from './scripted-probes.ts'

const HOST = '10.77.2.2'
const ask = (script: Script, port = 443): Promise<Controls> =>
  inFakeTime(() => askControls({ address: HOST, family: 4, port }, null, scriptedProbes(script)))

const EXPIRED = 'Time to live exceeded'
const error = (from: string | null, text: string): Partial<Echo> => ({
  received: 0,
  errors: [{ from, text, mtu: null }],
})

/** A path of these routers before the target; null for one that says nothing. */
const path =
  (routers: readonly (string | null)[], end: Partial<Echo> = {}) =>
  (ttl: number | null): Partial<Echo> => {
    const router = ttl === null ? undefined : routers[ttl - 1]
    if (router === undefined) return end
    return router === null ? { received: 0 } : error(router, EXPIRED)
  }

const dead: Script = { ping: { [HOST]: { received: 0 } }, connect: { [HOST]: 'timeout' } }

test('the first router is asked for itself, where there is one', async () => {
  const asked = (gateway: string | null, script: Script) =>
    inFakeTime(() =>
      askControls({ address: HOST, family: 4, port: 443 }, gateway, scriptedProbes(script)),
    )
  expect((await asked('10.77.1.1', dead)).gatewayAnswers).toBe(true)
  const mute = { ...dead, ping: { ...dead.ping, '10.77.1.1': { received: 0 } } }
  expect((await asked('10.77.1.1', mute)).gatewayAnswers).toBe(false)
  expect((await asked(null, dead)).gatewayAnswers).toBeNull()
})

describe('the far host is alive', () => {
  test('when it answers ping', async () => {
    expect(await ask({})).toMatchObject({ alive: true, aliveBy: 'it answers ping' })
  })

  test('when another port accepts', async () => {
    expect(
      await ask({ ...dead, connect: { [HOST]: 'timeout', [`${HOST} 22`]: {} } }),
    ).toMatchObject({
      alive: true,
      aliveBy: 'its port 22 accepts connections',
    })
  })

  test('when another port refuses', async () => {
    const connect = { [HOST]: 'timeout', [`${HOST} 80`]: 'ECONNREFUSED' }
    expect((await ask({ ...dead, connect })).aliveBy).toBe('its port 80 answers with a refusal')
  })

  test('not when all is silent, or a router says that there is no way', async () => {
    expect(await ask(dead)).toMatchObject({ alive: false, aliveBy: null })
    const connect = { [HOST]: 'EHOSTUNREACH' }
    expect((await ask({ ...dead, connect })).alive).toBe(false)
  })

  test('not by the port that is in question', async () => {
    const { ports, alive } = await ask(
      { ...dead, connect: { [HOST]: 'timeout', [`${HOST} 22`]: {} } },
      22,
    )
    expect(ports.map(({ endpoint }) => endpoint.port)).not.toContain(22)
    expect(alive).toBe(false)
  })
})

test('mail has two ports more, for networks that let everything out but port 25', async () => {
  const connect = { [HOST]: 'timeout', [`${HOST} 587`]: {} }
  expect(await ask({ ...dead, connect }, 25)).toMatchObject({ alive: true })
  expect((await ask(dead)).ports.map(({ endpoint }) => endpoint.port)).not.toContain(587)
})

describe('the hops', () => {
  test('end at the target', async () => {
    const { hops } = await ask({ ping: { [HOST]: path(['10.77.1.1', '10.77.9.1']) } })
    expect(hops).toEqual([
      { ttl: 1, from: '10.77.1.1', error: null, arrived: false },
      { ttl: 2, from: '10.77.9.1', error: null, arrived: false },
      { ttl: 3, from: null, error: null, arrived: true },
    ])
  })

  test('in the middle may say nothing', async () => {
    const { hops } = await ask({ ping: { [HOST]: path([null, '10.77.9.1']) } })
    expect(hops.map(({ from }) => from)).toEqual([null, '10.77.9.1', null])
  })

  test('keep the error of the router that has no way further', async () => {
    const end = error('10.77.9.1', 'Destination Net Unreachable')
    const { hops } = await ask({ ...dead, ping: { [HOST]: path(['10.77.1.1'], end) } })
    expect(hops[1]).toEqual({
      ttl: 2,
      from: '10.77.9.1',
      error: 'Destination Net Unreachable',
      arrived: false,
    })
  })

  test('of IPv6 and of other tools are understood in their words', async () => {
    for (const text of ['Time exceeded: Hop limit', 'ttl: time exceeded in-transit']) {
      const { hops } = await ask({
        ping: { [HOST]: (ttl) => (ttl === 1 ? error('fe80::1', text) : {}) },
      })
      expect(hops[0]).toMatchObject({ from: 'fe80::1', error: null })
    }
  })

  test('of a path that never arrives are not without end', async () => {
    expect((await ask(dead)).hops.length).toBeLessThanOrEqual(16)
  })
})

test('all controls together take no longer than one', async () => {
  const tookMs = await inFakeTime(async () => {
    const startedAt = Date.now()
    await askControls({ address: HOST, family: 4, port: 443 }, '10.77.1.1', scriptedProbes(dead))
    return Date.now() - startedAt
  })
  expect(tookMs).toBeLessThanOrEqual(1000)
})
