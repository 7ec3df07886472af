import { describe, expect, test } from 'vitest'
import type { Probes } from '../../src/diagnose/probes.ts'
import { once, usableAddresses, type Visits, type Witness } from '../../src/diagnose/witness.ts'
import { interfaces } from '../../src/facts/ip-address.ts'
import { printed } from '../../src/facts/source.ts'
import { inFakeTime, type Outputs, recorded, type Scene, scriptedHost, witnessOf } from './scene.ts'
import { type Asked, type Script, scriptedProbes } from './scripted-probes.ts'

const client = recorded('healthy-client')
const ADDRESSES = 'ip -j -s -d address show'
const both = { 'www.lab.example': ['10.77.2.2', 'fd77:2::2'] }
const scene: Scene = { target: 'http://www.lab.example', client, probes: { zone: both } }

const ask = <T>(act: (witness: Witness) => Promise<T>, changed: Partial<Scene> = {}): Promise<T> =>
  inFakeTime(() => act(witnessOf({ ...scene, ...changed })))

const visitsOf = (changed: Partial<Scene> = {}): Promise<Visits> =>
  ask((witness) => witness.visits(), changed)

const addresses = ({ all }: Visits): string[] => all.map(({ endpoint }) => endpoint.address)

/** The client's interfaces as recorded, without the addresses of one family. */
function without(family: 'inet' | 'inet6'): Outputs {
  const [given] = [client[ADDRESSES]].flat()
  const text = typeof given === 'object' && 'stdout' in given ? (given.stdout ?? '') : ''
  const links = JSON.parse(text) as { addr_info: { family: string }[] }[]
  return {
    ...client,
    [ADDRESSES]: JSON.stringify(
      links.map((link) => ({
        ...link,
        addr_info: link.addr_info.filter((one) => one.family !== family),
      })),
    ),
  }
}

describe('the addresses of a name', () => {
  test('are all visited, in their order', async () => {
    const visits = await visitsOf()
    expect(addresses(visits)).toEqual(['10.77.2.2', 'fd77:2::2'])
    expect(visits.all.map(({ stage }) => stage)).toEqual(['answered', 'answered'])
    expect(visits).toMatchObject({ passed: [], circle: false, redirects: [] })
    expect(visits.last).toBe(visits.all[0])
  })

  test('of one family only are visited where that is asked for', async () => {
    expect(addresses(await visitsOf({ family: 6 }))).toEqual(['fd77:2::2'])
    expect(addresses(await visitsOf({ family: 4 }))).toEqual(['10.77.2.2'])
  })

  test('of a family that this host has no address of are passed over, and it is said', async () => {
    const visits = await visitsOf({ client: without('inet6') })
    expect(addresses(visits)).toEqual(['10.77.2.2'])
    expect(visits.passed).toEqual([
      expect.objectContaining({
        address: 'fd77:2::2',
        family: 6,
        because: 'this host has no IPv6 address',
      }),
    ])
    expect(addresses(await visitsOf({ client: without('inet') }))).toEqual(['fd77:2::2'])
  })

  test('are visited all the same where no other family is left', async () => {
    const zone = { 'www.lab.example': ['fd77:2::2'] }
    const visits = await visitsOf({ client: without('inet6'), probes: { zone } })
    expect(addresses(visits)).toEqual(['fd77:2::2'])
  })

  test('are visited where the own ones cannot be read', async () => {
    expect(addresses(await visitsOf({ client: {} }))).toHaveLength(2)
  })

  test('beyond the eighth are left alone', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `10.77.3.${index + 1}`)
    const visits = await visitsOf({ probes: { zone: { 'www.lab.example': many } } })
    expect(addresses(visits)).toEqual(many.slice(0, 8))
  })

  test('are none where there is no name, no target or no answer', async () => {
    const nothing = {
      all: [],
      passed: [],
      used: null,
      lost: null,
      redirects: [],
      circle: false,
      last: null,
    }
    expect(await visitsOf({ probes: {} })).toEqual(nothing)
    expect(await visitsOf({ target: null })).toEqual(nothing)
  })

  test('that is written in the target is visited, whatever addresses this host has', async () => {
    const visits = await visitsOf({ target: 'http://[fd77:2::2]', client: without('inet6') })
    expect(addresses(visits)).toEqual(['fd77:2::2'])
  })
})

describe('the visit that counts', () => {
  const first = (connect: Script['connect']) => ({
    probes: { zone: both, ...(connect && { connect }) },
  })

  test('is the one that came furthest', async () => {
    const { used, all } = await visitsOf(first({ '10.77.2.2': 'ECONNREFUSED' }))
    expect(used?.endpoint.address).toBe('fd77:2::2')
    expect(all[0]?.stage).toBe('connect')
  })

  test('is the first of those that came equally far', async () => {
    const probes = { zone: both, connect: { '10.77.2.2': 'timeout', 'fd77:2::2': 'timeout' } }
    expect((await visitsOf({ probes })).used?.endpoint.address).toBe('10.77.2.2')
  })

  test('is an answer with 4xx before one with 5xx', async () => {
    const head = (line: string): string => `HTTP/1.1 ${line}\r\n\r\n`
    const exchange = { '10.77.2.2': head('502 Bad Gateway'), 'fd77:2::2': head('404 Not Found') }
    expect((await visitsOf({ probes: { zone: both, exchange } })).used?.code).toBe(404)
  })

  test('fails where any address fails, though another answers', async () => {
    const failing = (changed: Partial<Scene>) => ask((witness) => witness.failing(), changed)
    expect((await failing(first({ 'fd77:2::2': 'timeout' })))?.endpoint.address).toBe('fd77:2::2')
    expect(await failing({})).toBeNull()
    expect(await failing({ target: null })).toBeNull()
  })
})

/** A web site by host and path: each a status line and maybe a place to go to. */
function site(pages: Readonly<Record<string, string>>) {
  return (_: unknown, { request, secured }: Asked): string => {
    const path = /^GET (\S+)/.exec(request)?.[1] ?? '/'
    const host = /^Host: (.+)$/m.exec(request)?.[1]?.trim() ?? ''
    const scheme = secured ? 'https' : 'http'
    const to = pages[`${scheme}://${host}${path}`]
    return to
      ? `HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`
      : 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  }
}

const zone = { 'www.lab.example': ['10.77.2.2'], 'new.lab.example': ['10.77.2.9'] }
const at = (pages: Readonly<Record<string, string>>, rest: Script = {}): Partial<Scene> => ({
  probes: {
    zone,
    exchange: { '10.77.2.2': site(pages), '10.77.2.9': site(pages) },
    ...rest,
  },
})
const HOME = 'http://www.lab.example/'

test('of mail for a domain its exchanger is visited, by its own name', async () => {
  const { used } = await visitsOf({
    target: 'smtp://lab.example',
    probes: {
      mail: { 'lab.example': ['10 mail.lab.example'] },
      zone: { 'mail.lab.example': ['10.77.2.2'] },
    },
  })
  expect(used).toMatchObject({ stage: 'answered', errand: { host: 'mail.lab.example' } })
})

describe('redirects', () => {
  const places = ({ redirects }: Visits): string[] =>
    redirects.map(({ errand, endpoint }) => `${errand.scheme} ${endpoint.address}${errand.path}`)

  test('are followed to TLS, to another path and to another host', async () => {
    const visits = await visitsOf(
      at({
        [HOME]: 'https://www.lab.example/',
        'https://www.lab.example/': '/start',
        'https://www.lab.example/start': 'https://new.lab.example/start?from=old',
      }),
    )
    expect(places(visits)).toEqual([
      'https 10.77.2.2/',
      'https 10.77.2.2/start',
      'https 10.77.2.9/start?from=old',
    ])
    expect(visits).toMatchObject({ circle: false, last: { code: 200, stage: 'answered' } })
  })

  test('that lead back are a circle', async () => {
    const visits = await visitsOf(at({ [HOME]: '/a', 'http://www.lab.example/a': '/' }))
    expect(visits.circle).toBe(true)
    expect(places(visits)).toEqual(['http 10.77.2.2/a'])
  })

  test('that lead to themselves are a circle, however they are written', async () => {
    expect((await visitsOf(at({ [HOME]: 'http://WWW.lab.example:80' }))).circle).toBe(true)
  })

  test('without end are given up', async () => {
    const endless = (_: unknown, { request }: Asked): string => {
      const number = Number(/^GET \/(\d*)/.exec(request)?.[1] || 0)
      return `HTTP/1.1 302 Found\r\nLocation: /${number + 1}\r\n\r\n`
    }
    const visits = await visitsOf({ probes: { zone, exchange: { '10.77.2.2': endless } } })
    expect(visits.circle).toBe(true)
    expect(visits.redirects.length).toBeLessThanOrEqual(20)
  })

  test('end where they fail', async () => {
    const broken = at(
      { [HOME]: 'https://www.lab.example/' },
      { connect: { '10.77.2.2 443': 'ECONNREFUSED' } },
    )
    const visits = await visitsOf(broken)
    expect(visits.last).toMatchObject({ stage: 'connect', endpoint: { port: 443 } })
    expect(await ask((witness) => witness.failing(), broken)).toMatchObject({ stage: 'connect' })
  })

  test('that lead out of the web, or to a name that is not there, are the last word', async () => {
    for (const to of ['ftp://www.lab.example/', 'http://nowhere.lab.example/', 'http://a b/'])
      expect((await visitsOf(at({ [HOME]: to }))).last).toMatchObject({
        code: 302,
      })
  })

  test('of an address are followed at that address', async () => {
    const visits = await visitsOf({
      target: 'http://[fd77:2::2]/',
      probes: { exchange: { 'fd77:2::2': site({ 'http://[fd77:2::2]/': '/in' }) } },
    })
    expect(places(visits)).toEqual(['http fd77:2::2/in'])
  })
})

describe('the trial', () => {
  const silent = { zone: { 'www.lab.example': ['10.77.2.2'] }, connect: { '10.77.2.2': 'timeout' } }

  test('is held once, whoever asks', async () => {
    const host = scriptedHost({ outputs: client })
    const knocks: number[] = []
    const live = scriptedProbes(silent)
    const probes: Probes = {
      ...live,
      connect: (to, timeoutMs) => {
        knocks.push(to.port)
        return live.connect(to, timeoutMs)
      },
    }
    const [one, other] = await inFakeTime(async () => {
      const witness = witnessOf(scene, { client: host, probes })
      const failing = await witness.failing()
      if (!failing) throw new Error('nothing fails')
      return Promise.all([witness.trial(failing), witness.trial({ ...failing })])
    })
    expect(one).toBe(other)
    expect(knocks.filter((port) => port === 80)).toHaveLength(3)
    const readings = host.ran.filter((command) => command.startsWith('cat /proc/net/snmp'))
    expect(readings).toHaveLength(2)
  })

  test('begins while the first attempt still hangs, so that it costs no time', async () => {
    const laterMs = await inFakeTime(async () => {
      const witness = witnessOf({ ...scene, probes: silent })
      const failing = await witness.failing()
      const failedAt = Date.now()
      if (failing) await witness.trial(failing)
      return Date.now() - failedAt
    })
    expect(laterMs).toBeLessThan(50)
  })

  const slow: Script = {
    zone: { 'www.lab.example': ['10.77.2.2'] },
    exchange: { '10.77.2.2': { waitedMs: 3000 } },
  }

  /** The connections beside the conversation itself. */
  async function knocksAt(script: Script): Promise<number> {
    let knocks = 0
    const live = scriptedProbes(script)
    const connect: Probes['connect'] = (to, timeoutMs) => {
      knocks += 1
      return live.connect(to, timeoutMs)
    }
    await inFakeTime(() => witnessOf(scene, { probes: { ...live, connect } }).visits())
    return knocks
  }

  test('is not held where all is well at once', async () => {
    expect(await knocksAt({ zone })).toBe(0)
  })

  test('is not held where the connection stands and only the answer is slow', async () => {
    expect(await knocksAt(slow)).toBe(0)
  })

  test('of a name server is one of questions', async () => {
    const trial = await inFakeTime(async () => {
      const witness = witnessOf({
        target: 'dns://10.77.1.53/www.lab.example',
        client,
        probes: { dns: { '10.77.1.53': { outcome: 'timeout' } } },
      })
      const failing = await witness.failing()
      return failing && witness.trial(failing)
    })
    expect(trial).toMatchObject({ protocol: 'udp', endpoint: { port: 53 } })
    expect(trial?.connects.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'timeout'])
  })
})

describe('what is in question', () => {
  const concern = (changed: Partial<Scene>) => ask((witness) => witness.concern(), changed)

  test('is nothing where all is well', async () => {
    expect(await concern({})).toBeNull()
  })

  test('is the visit that fails', async () => {
    expect(
      await concern({ probes: { zone: both, connect: { '10.77.2.2': 'timeout' } } }),
    ).toMatchObject({ stage: 'connect', endpoint: { address: '10.77.2.2' } })
  })

  test('is the mute name server where no name resolves', async () => {
    expect(
      await concern({ probes: { dns: { '10.77.1.53': { outcome: 'timeout' } } } }),
    ).toMatchObject({
      stage: 'connect',
      errand: { scheme: 'dns' },
      endpoint: { address: '10.77.1.53', port: 53 },
    })
  })

  test('is no name server that says that the name is not there', async () => {
    expect(await concern({ probes: {} })).toBeNull()
  })
})

describe('questions', () => {
  test('of routes and interfaces are put once', async () => {
    const host = scriptedHost({ outputs: client })
    await inFakeTime(async () => {
      const witness = witnessOf(scene, { client: host })
      const route = () => witness.route(witness.client, '10.77.2.2')
      await Promise.all([route(), route(), witness.interfaces(witness.client)])
      await witness.visits()
    })
    expect(host.ran.filter((command) => command === 'ip -j route get 10.77.2.2')).toHaveLength(1)
    expect(host.ran.filter((command) => command === ADDRESSES)).toHaveLength(1)
  })

  test('of positive controls are put once for an endpoint', async () => {
    const [one, other] = await ask(async (witness) => {
      const { used } = await witness.visits()
      if (!used) throw new Error('nothing was visited')
      return Promise.all([witness.controls(used), witness.controls({ ...used })])
    })
    expect(one).toBe(other)
  })

  test('that are asked once keep their answer, also a failure', async () => {
    let asked = 0
    const question = once(async () => {
      asked += 1
      throw new Error('no')
    })
    await expect(question()).rejects.toThrow('no')
    await expect(question()).rejects.toThrow('no')
    expect(asked).toBe(1)
  })
})

describe('a usable address', () => {
  test('is none of loopback and none of the link only', () => {
    const [source] = interfaces.sources
    const text = [client[ADDRESSES]].flat()[0]
    const stdout = typeof text === 'object' && 'stdout' in text ? (text.stdout ?? '') : ''
    const links = source?.parse(printed(stdout)) ?? []
    expect(links.flatMap((link) => link.addresses)).toHaveLength(5)
    expect(usableAddresses(links, 4)).toEqual(['10.77.1.2'])
    expect(usableAddresses(links, 6)).toEqual(['fd77:1::2'])
  })
})
