import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { target } from '../../../src/diagnose/rung/route.ts'
import { diagnose } from '../scene.ts'
import { ask, only, told } from './ask.ts'

describe('a route that leads astray', () => {
  const astray = (state: string, received: number, connect?: string, own = 0): Promise<Ruling> =>
    ask(target, {
      client: told(state),
      probes: {
        ping: { '10.77.2.2': (_ttl, device) => ({ received: device === 'eth0' ? received : own }) },
        ...(connect && { connect: { '10.77.2.2': connect } }),
      },
    })

  test.for([
    [1, 'proven'],
    [0, 'likely'],
  ] as const)(
    'is a local prefix that covers the target (%i answers by the other interface)',
    async ([received, weight]) => {
      const ruling = await astray('client-overlap', received, 'EHOSTUNREACH')
      expect(ruling.status).not.toBe('pass')
      expect(only(ruling)).toMatchObject({
        cause: 'route.overlap',
        side: 'client',
        weight,
        place: { host: 'client', interface: 'docker0' },
        tellApart: { command: 'ping -c 1 -I eth0 10.77.2.2' },
      })
    },
  )

  test.for([
    [1, 'proven'],
    [0, 'possible'],
  ] as const)(
    'is one by a tunnel (%i answers by the other interface)',
    async ([received, weight]) => {
      const ruling = await astray('client-egress', received, 'timeout')
      expect(only(ruling)).toMatchObject({
        cause: 'route.wrong-egress',
        side: 'client',
        weight,
        place: { host: 'client', interface: 'tun0' },
        remedies: [
          {
            host: 'client',
            command: 'ip route del 10.77.2.0/24 via 10.99.0.1 dev tun0',
            undo: 'ip route add 10.77.2.0/24 via 10.99.0.1 dev tun0',
          },
        ],
      })
    },
  )

  test.for(['client-overlap', 'client-egress'])(
    'is none where the service answers (%s)',
    async (state) => {
      expect((await astray(state, 1)).accuses ?? []).toEqual([])
    },
  )

  test('is none where a ping is answered by this way as well', async () => {
    expect((await astray('client-egress', 1, 'timeout', 1)).accuses ?? []).toEqual([])
  })

  test('is the fault, and not the host that is not on that link', async () => {
    const { verdict } = await diagnose({
      target: 'http://10.77.2.2',
      client: told('client-overlap'),
      probes: {
        connect: { '10.77.2.2': 'EHOSTUNREACH' },
        neighbour: {
          '10.77.2.2': { outcome: 'silent', macs: [] },
          '10.77.2.254': { outcome: 'silent', macs: [] },
        },
        ping: { '10.77.2.2': (_ttl, device) => ({ received: device === 'eth0' ? 1 : 0 }) },
      },
    })
    expect(verdict).toMatchObject({ cause: 'route.overlap', side: 'client', confidence: 'proven' })
  })
})
