import { describe, expect, test } from 'vitest'
import {
  amongAddresses,
  amongPorts,
  amongResolvers,
  besidePort,
  byPing,
  byProxy,
  bySegments,
} from '../../src/diagnose/contrast.ts'
import { askControls } from '../../src/diagnose/controls.ts'
import type { Segment } from '../../src/diagnose/probes.ts'
import { takeDetour } from '../../src/diagnose/proxy.ts'
import type { Soundings } from '../../src/diagnose/soundings.ts'
import { type Visit, visit } from '../../src/diagnose/visit.ts'
import { inFakeTime, target, witnessOf } from './scene.ts'
import { type Script, scriptedProbes } from './scripted-probes.ts'

const MANNER = { userAgent: 'rungs/0.0.0', token: 'abcdefgh', timeoutMs: 9000 } as const
const HOST = '10.77.2.2'
const SIX = 'fd77:2::2'

const visited = (script: Script, address = HOST): Promise<Visit> => {
  const endpoint = { address, family: address.includes(':') ? 6 : 4, port: 80 } as const
  return inFakeTime(() => visit(target('http://h'), endpoint, scriptedProbes(script), MANNER))
}

describe('of several addresses', () => {
  test('one family works and the other does not', async () => {
    const script = { connect: { [SIX]: 'ECONNREFUSED' } }
    const both = [await visited(script, SIX), await visited(script)]
    expect(amongAddresses(both)).toEqual([
      {
        works: '10.77.2.2 port 80 answers as expected',
        fails: 'fd77:2::2 port 80 refuses',
        tells: 'the service runs: what differs is IPv6, its way or who listens on it',
      },
    ])
  })

  test('one machine works and another does not', async () => {
    const script = { connect: { '10.77.2.3': 'timeout' } }
    const both = [await visited(script), await visited(script, '10.77.2.3')]
    expect(amongAddresses(both)[0]?.tells).toContain('one address')
  })

  test('one accepts at least, though it does not answer as expected', async () => {
    const script = { connect: { [SIX]: 'timeout' }, exchange: { [HOST]: 'SSH-2.0-x\r\n' } }
    const both = [await visited(script, SIX), await visited(script)]
    expect(amongAddresses(both)[0]?.works).toBe('10.77.2.2 port 80 answers as another service')
  })

  test('all work or none does: there is no contrast', async () => {
    expect(amongAddresses([await visited({}), await visited({}, SIX)])).toEqual([])
    const dead = { connect: { [HOST]: 'timeout', [SIX]: 'timeout' } }
    expect(amongAddresses([await visited(dead), await visited(dead, SIX)])).toEqual([])
  })
})

describe('beside a port', () => {
  const script: Script = { connect: { [`${HOST} 80`]: 'timeout', [`${HOST} 22`]: 'ECONNREFUSED' } }
  const beside = async (given: Script) => {
    const failing = await visited(given)
    const controls = await inFakeTime(() =>
      askControls(failing.endpoint, null, scriptedProbes(given)),
    )
    return { failing, controls }
  }

  test('another that accepts is shown before one that refuses', async () => {
    const { failing, controls } = await beside(script)
    expect(amongPorts(failing, controls.ports)).toEqual([
      {
        works: 'port 443 of the same address accepts',
        fails: '10.77.2.2 port 80 times out',
        tells: 'the host is up: a firewall or the service, not the path as a whole',
      },
    ])
    const closed = { connect: { [HOST]: 'ECONNREFUSED', [`${HOST} 80`]: 'timeout' } }
    const refusing = await beside(closed)
    expect(amongPorts(refusing.failing, refusing.controls.ports)[0]?.works).toContain('refuses')
  })

  test('another that fails the same way is no contrast', async () => {
    const { failing, controls } = await beside({ connect: { [HOST]: 'ECONNREFUSED' } })
    expect(amongPorts(failing, controls.ports)).toEqual([])
  })

  test('a ping is answered, which says nothing new of a port that refuses', async () => {
    const { failing, controls } = await beside(script)
    expect(byPing(failing, controls.echo)[0]).toMatchObject({ works: '10.77.2.2 answers ping' })
    expect(byPing(failing, { ...controls.echo, received: 0 })).toEqual([])
    const refused = await visited({ connect: { [HOST]: 'ECONNREFUSED' } })
    expect(byPing(refused, controls.echo)).toEqual([])
  })

  test('all that is known stands together', async () => {
    const { failing, controls } = await beside(script)
    expect(besidePort(failing, controls, null)).toHaveLength(2)
  })
})

describe('a segment outside any connection', () => {
  const segment = (port: number, answered: boolean): Segment => ({
    command: '',
    lines: [],
    endpoint: { address: HOST, family: 4, port },
    flags: 'ack',
    answer: answered ? { kind: 'reset', ttl: 62, trafficClass: 0x10 } : null,
    errors: [],
    possible: true,
  })
  const told = async (sounded: Partial<Soundings>) =>
    bySegments(await visited({ connect: { [HOST]: 'timeout' } }), {
      syn: segment(80, false),
      ack: segment(80, false),
      control: segment(22, true),
      synHops: [],
      lostAt: null,
      ...sounded,
    })[0]?.tells

  test('tells a filter, a full queue and a filter on the way apart', async () => {
    expect(await told({})).toBe('a filter by port, not a queue that is full')
    expect(await told({ ack: segment(80, true) })).toContain('only new connections')
    const lostAt = { ttl: 2, from: '10.77.9.1', error: null, arrived: false }
    expect(await told({ lostAt })).toContain('on the way')
    expect(await told({ control: null })).toBeUndefined()
  })
})

describe('of the ways to resolve a name', () => {
  const resolv = { 'cat /etc/resolv.conf': 'nameserver 10.77.2.53\nnameserver 10.77.2.54\n' }
  const told = (probes: Script) =>
    inFakeTime(async () => {
      const zone = { h: [HOST] }
      const witness = witnessOf({ target: 'http://h', client: resolv, probes: { zone, ...probes } })
      const names = await witness.names()
      return names ? amongResolvers(names, await names.allResolvers) : []
    })

  test('one name server answers and another does not', async () => {
    expect(await told({ dns: { '10.77.2.54': { outcome: 'timeout' } } })).toEqual([
      {
        works: '10.77.2.53 gives 10.77.2.2 for h',
        fails: '10.77.2.54 gives no answer',
        tells: 'DNS passes from here: that name server, or the way to it',
      },
    ])
  })

  test("the name servers answer and the system's resolver does not", async () => {
    const found = await told({ lookup: { h: { addresses: [], errno: 'EAI_AGAIN' } } })
    expect(found[0]?.fails).toBe("the system's resolver gives nothing (EAI_AGAIN)")
  })

  test('all answer: there is no contrast', async () => {
    expect(await told({})).toEqual([])
  })
})

describe('by a proxy', () => {
  const named = { variable: 'http_proxy', value: 'http://10.77.1.8:3128' } as const
  const told = (connect: Script['connect']) =>
    inFakeTime(async () => {
      const probes = scriptedProbes({ connect: connect ?? {} })
      const errand = target('http://h')
      const endpoint = { address: HOST, family: 4, port: 80 } as const
      const [direct, detour] = await Promise.all([
        visit(errand, endpoint, probes, MANNER),
        takeDetour(errand, named, probes, MANNER),
      ])
      return byProxy(direct, detour)
    })

  test('only the direct way works, or only the proxy', async () => {
    expect((await told({ '10.77.1.8': 'ECONNREFUSED' }))[0]).toMatchObject({
      works: 'directly the target answers as expected',
      fails: 'by the proxy 10.77.1.8:3128 the target refuses',
    })
    expect((await told({ [HOST]: 'timeout' }))[0]?.works).toContain('by the proxy')
  })

  test('both work or none is named: there is no contrast', async () => {
    expect(await told({})).toEqual([])
    expect(byProxy(null, null)).toEqual([])
  })
})
