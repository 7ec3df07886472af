import { describe, expect, test } from 'vitest'
import {
  clientAddress,
  familyInQuestion,
  isLoopback,
  type Relevant,
  relevant,
} from '../../src/diagnose/relevant.ts'
import { inFakeTime, type Outputs, recorded, type Scene, witnessOf } from './scene.ts'

const client = recorded('healthy-client')
const server = recorded('healthy-server')
const zone = { 'www.lab.example': ['10.77.2.2', 'fd77:2::2'] }
const scene: Scene = { target: 'http://www.lab.example', client, server, probes: { zone } }

const ofClient = (changed: Partial<Scene> = {}): Promise<Relevant> =>
  inFakeTime(async () => {
    const witness = witnessOf({ ...scene, ...changed })
    return relevant(witness, witness.client)
  })

const ofServer = (changed: Partial<Scene> = {}): Promise<Relevant> =>
  inFakeTime(async () => {
    const witness = witnessOf({ ...scene, ...changed })
    if (!witness.server) throw new Error('the scene has no server')
    return relevant(witness, witness.server)
  })

/** A host that has nothing but its interfaces. */
const only = (outputs: Outputs): Outputs => ({
  'ip -j -s -d address show': outputs['ip -j -s -d address show'] ?? '',
})

describe('what matters on the client', () => {
  test('is the way to the target', async () => {
    expect(await ofClient()).toMatchObject({
      toward: '10.77.2.2',
      family: 4,
      lookup: { gateway: '10.77.1.1', device: 'eth0', error: null },
      device: { name: 'eth0' },
    })
  })

  test('is of IPv6 where only that is asked for', async () => {
    expect(await ofClient({ family: 6 })).toMatchObject({ toward: 'fd77:2::2', family: 6 })
  })

  test('is the way to the name server where the name has no address', async () => {
    expect((await ofClient({ probes: {} })).toward).toBe('10.77.1.53')
  })

  test('is no way to a name server on this host itself', async () => {
    const stub = { ...client, 'cat /etc/resolv.conf': 'nameserver 127.0.0.53\n' }
    expect((await ofClient({ probes: {}, client: stub })).toward).toBeNull()
  })

  test('is the way outside where there is no target', async () => {
    const outside = {
      ...client,
      'ip -j route get 192.0.2.1':
        '[{"dst":"192.0.2.1","gateway":"10.77.1.1","dev":"eth0","prefsrc":"10.77.1.2","flags":[],"uid":0,"cache":[]}]',
    }
    expect(await ofClient({ target: null, client: outside })).toMatchObject({
      toward: null,
      device: { name: 'eth0' },
    })
  })

  test('is no interface where the kernel knows no way', async () => {
    const lost = {
      ...client,
      'ip -j route get 10.77.2.2': {
        code: 2,
        stderr: 'RTNETLINK answers: Network is unreachable\n',
      },
    }
    const found = await ofClient({ client: lost })
    expect(found.device).toBeNull()
    expect(found.lookup?.error).toBe('ENETUNREACH')
    expect(found.links.map(({ name }) => name)).toEqual(['lo', 'eth0'])
  })

  test('is unknown where no tool tells it', async () => {
    expect(await ofClient({ client: {} })).toMatchObject({ lookup: null, device: null, links: [] })
  })
})

describe('what matters on the server', () => {
  test('is the interface with the address, and the way back to the client', async () => {
    expect(await ofServer()).toMatchObject({
      toward: '10.77.1.2',
      lookup: { gateway: '10.77.2.1' },
      device: { name: 'eth0' },
    })
  })

  test('is the interface with the address, though no way leads back', async () => {
    const lost = {
      ...server,
      'ip -j route get 10.77.1.2': {
        code: 2,
        stderr: 'RTNETLINK answers: Network is unreachable\n',
      },
    }
    expect((await ofServer({ server: lost })).device?.name).toBe('eth0')
  })
})

describe("the client's address", () => {
  const address = (changed: Partial<Scene>, family: 4 | 6 = 4) =>
    inFakeTime(() => clientAddress(witnessOf({ ...scene, ...changed }), family))

  test('is the one that its kernel chooses', async () => {
    expect(await address({})).toBe('10.77.1.2')
    expect(await address({}, 6)).toBe('fd77:1::2')
  })

  test('is one of its interfaces where the route cannot be asked', async () => {
    expect(await address({ client: only(client) })).toBe('10.77.1.2')
  })

  test('is not known of a client that cannot be asked at all', async () => {
    expect(await address({ client: {} })).toBeNull()
  })
})

describe('the family in question', () => {
  const family = (changed: Partial<Scene>) =>
    inFakeTime(() => familyInQuestion(witnessOf({ ...scene, ...changed })))

  test('is the one that is asked for', async () => {
    expect(await family({ family: 6 })).toBe(6)
  })

  test('is that of the address that fails', async () => {
    const probes = { zone, connect: { 'fd77:2::2': 'timeout' } }
    expect(await family({ probes })).toBe(6)
  })

  test('is that of the first address where all is well', async () => {
    expect(
      await family({ probes: { zone: { 'www.lab.example': ['fd77:2::2', '10.77.2.2'] } } }),
    ).toBe(6)
    expect(await family({})).toBe(4)
  })

  test('is IPv4 where nothing tells', async () => {
    expect(await family({ target: null })).toBe(4)
    expect(await family({ probes: {} })).toBe(4)
  })
})

test('loopback is an interface, and not one that matters', async () => {
  const { links } = await ofClient()
  expect(links.map(isLoopback)).toEqual([true, false])
})
