import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { type WayBack, wayBack } from '../../src/diagnose/way-back.ts'
import { inFakeTime, type Outputs, recorded, type Scene, witnessOf } from './scene.ts'

const client = recorded('healthy-client')

const NEIGHBOURS = 'ip -j neigh show'
/** A server that knows its router, and no route by it. */
const lost: Outputs = {
  ...recorded('healthy-server'),
  ...recorded('no-way-back-server'),
}
type Neighbour = { dst: string; lladdr?: string; state: string[]; router?: null; dev?: string }
const neighbours = (...entries: readonly Neighbour[]): string =>
  JSON.stringify(entries.map((entry) => ({ dev: 'eth0', ...entry })))

const MAC = '02:00:00:77:02:01'
const alive = (dst: string): Neighbour => ({ dst, lladdr: MAC, state: ['REACHABLE'] })

const back = (server: Outputs, changed: Partial<Scene> = {}, family: 4 | 6 = 4): Promise<WayBack> =>
  inFakeTime(async () => {
    const scene: Scene = { target: 'http://10.77.2.2', client, server, ...changed }
    const witness = witnessOf(scene)
    if (!witness.server) throw new Error('the scene has no server')
    return wayBack(witness, witness.server, family)
  })

describe('a way back that is there', () => {
  test('is told by its interface and gateway', async () => {
    expect(await back(recorded('healthy-server'))).toMatchObject({
      client: '10.77.1.2',
      known: true,
      device: 'eth0',
      gateway: '10.77.2.1',
    })
  })

  test('is not mended by the gateway that it already has', async () => {
    expect((await back(recorded('healthy-server'))).accusation.remedies).toEqual([])
  })
})

describe('a way back that is missing', () => {
  test('is known to be missing, and the router next door could mend it', async () => {
    expect(await back(lost)).toMatchObject({
      client: '10.77.1.2',
      known: true,
      device: null,
      gateway: null,
      accusation: {
        place: { host: 'server', interface: 'eth0' },
        remedies: [
          {
            host: 'server',
            command: 'ip route replace default via 10.77.2.1 dev eth0',
            turnsGreen: 'transport.port',
          },
        ],
      },
    })
  })

  test('is mended by a command that a shell understands', async () => {
    const [remedy] = (await back(lost)).accusation.remedies ?? []
    expect(() => execFileSync('sh', ['-n', '-c', remedy?.command ?? '('])).not.toThrow()
  })

  test.for<readonly [string, string, string | null]>([
    [
      'the first address of the prefix',
      neighbours(alive('10.77.2.9'), alive('10.77.2.1')),
      '10.77.2.1',
    ],
    ['the last one', neighbours(alive('10.77.2.9'), alive('10.77.2.254')), '10.77.2.254'],
    ['the only one there is', neighbours(alive('10.77.2.9')), '10.77.2.9'],
    ['none of two that could be anybody', neighbours(alive('10.77.2.8'), alive('10.77.2.9')), null],
    ['none that is dead', neighbours({ dst: '10.77.2.1', state: ['FAILED'] }), null],
    ['none that is off the link', neighbours(alive('10.99.0.1')), null],
    ['none of another family', neighbours(alive('fd77:2::1')), null],
    ['none where there is nobody', neighbours(), null],
  ])('is mended by %s', async ([, table, gateway]) => {
    const { accusation } = await back({ ...lost, [NEIGHBOURS]: table })
    expect(accusation.remedies?.map(({ command }) => command)).toEqual(
      gateway ? [`ip route replace default via ${gateway} dev eth0`] : [],
    )
  })

  test('of IPv6 is mended by the neighbour that says it is a router', async () => {
    const table = neighbours(alive('fd77:2::9'), { ...alive('fd77:2::53'), router: null })
    const server = {
      ...lost,
      [NEIGHBOURS]: table,
      'ip -j route get fd77:1::2': {
        code: 2,
        stderr: 'RTNETLINK answers: Network is unreachable\n',
      },
    }
    const found = await back(server, { target: 'http://[fd77:2::2]' }, 6)
    expect(found.client).toBe('fd77:1::2')
    expect(found.accusation.remedies?.[0]?.command).toBe(
      'ip -6 route replace default via fd77:2::53 dev eth0',
    )
  })
})

describe('what cannot be asked', () => {
  test('is not known, which is not missing', async () => {
    expect(await back({})).toMatchObject({
      known: false,
      device: null,
      accusation: { place: { host: 'server', interface: null }, remedies: [] },
    })
  })

  test('without an address of the client is not known either', async () => {
    expect(await back(lost, { client: {} })).toMatchObject({ client: null, known: false })
  })
})
