import { describe, expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { addressesIn, type Names, resolveTarget } from '../../src/diagnose/names.ts'
import { inFakeTime, type Outputs, scriptedHost, target } from './scene.ts'
import { answering, type Script, scriptedProbes } from './scripted-probes.ts'

const RESOLV = 'nameserver 10.77.1.53\nnameserver 10.77.1.54\nsearch lab.example\n'
const HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n'
const zone = { 'www.lab.example': ['10.77.2.2', 'fd77:2::2'] }

/** Resolves a target with these files and probes. */
function resolve(text: string, script: Script, files: Partial<Outputs> = {}): Promise<Names> {
  const outputs = { 'cat /etc/resolv.conf': RESOLV, 'cat /etc/hosts': HOSTS, ...files } as Outputs
  const client = inquire(scriptedHost({ outputs }))
  return inFakeTime(() => resolveTarget(target(text), client, scriptedProbes(script)))
}

const addresses = (names: Names): string[] => names.addresses.map(({ address }) => address)
const heard = (names: Names): Record<string, string[]> =>
  Object.fromEntries(names.resolvers.map((r) => [r.server, r.replies.flatMap(addressesIn)]))

describe('a name', () => {
  test('has the addresses that programs get, in their order, and every name server is heard', async () => {
    const names = await resolve('www.lab.example', { zone })
    expect(names.addresses).toEqual([
      { address: '10.77.2.2', family: 4, from: 'system' },
      { address: 'fd77:2::2', family: 6, from: 'system' },
    ])
    expect(heard(names)).toEqual({
      '10.77.1.53': ['10.77.2.2', 'fd77:2::2'],
      '10.77.1.54': ['10.77.2.2', 'fd77:2::2'],
    })
    expect(names).toMatchObject({ literal: false, hosts: [], mail: null })
  })

  test('that no one knows has no address, and NXDOMAIN is an answer', async () => {
    const names = await resolve('www.nowhere.example', { zone })
    expect(names.addresses).toEqual([])
    expect(names.lookup?.errno).toBe('ENOTFOUND')
    const codes = names.resolvers.flatMap(({ replies }) => replies.map((r) => r.message?.rcode))
    expect(codes).toEqual([3, 3, 3, 3])
  })

  test('without a dot is asked for in the search domain', async () => {
    const short = { lookup: { www: { addresses: [{ address: '10.77.2.2', family: 4 as const }] } } }
    const names = await resolve('www', { zone, ...short })
    expect(names.name).toBe('www.lab.example')
    expect(heard(names)['10.77.1.53']).toEqual(['10.77.2.2', 'fd77:2::2'])
  })

  test('with a dot at its end is never asked for in a search domain', async () => {
    expect((await resolve('www.', { zone })).name).toBe('www')
  })

  test('that the name servers know and the system does not has the addresses of the DNS', async () => {
    const names = await resolve('www.lab.example', {
      zone,
      lookup: { 'www.lab.example': { addresses: [], errno: 'EAI_AGAIN' } },
    })
    expect(names.addresses[0]).toEqual({ address: '10.77.2.2', family: 4, from: 'dns' })
    expect(addresses(names)).toHaveLength(2)
  })

  test('in the hosts file is given with what the file says', async () => {
    const names = await resolve(
      'www.lab.example',
      { zone, lookup: { 'www.lab.example': { addresses: [{ address: '10.9.9.9', family: 4 }] } } },
      { 'cat /etc/hosts': `${HOSTS}10.9.9.9 WWW.lab.example www # old\n` },
    )
    expect(names.hosts).toEqual(['10.9.9.9'])
    expect(addresses(names)).toEqual(['10.9.9.9'])
    expect(heard(names)['10.77.1.53']).toContain('10.77.2.2')
  })

  test('that two name servers give different addresses is told from each of them', async () => {
    const names = await resolve('www.lab.example', {
      zone,
      dns: {
        '10.77.1.54': (query) => ({
          message: answering(query, query.type === 'A' ? [{ kind: 'A', address: '10.8.8.8' }] : []),
        }),
      },
    })
    expect(heard(names)).toEqual({
      '10.77.1.53': ['10.77.2.2', 'fd77:2::2'],
      '10.77.1.54': ['10.8.8.8'],
    })
  })

  test('is not asked for where no name server is configured', async () => {
    const names = await resolve('www.lab.example', { zone }, { 'cat /etc/resolv.conf': '# none\n' })
    expect(names.resolvers).toEqual([])
    expect(addresses(names)).toHaveLength(2)
  })

  test('is known by the system where resolv.conf cannot be read', async () => {
    const denied = { failure: 'denied', code: null } as const
    const names = await resolve('www.lab.example', { zone }, { 'cat /etc/resolv.conf': denied })
    expect(names.config.known).toBe(false)
    expect(addresses(names)).toEqual(['10.77.2.2', 'fd77:2::2'])
  })
})

describe('a dead name server', () => {
  const dead = { '10.77.1.53': { outcome: 'timeout' as const } }

  test('does not keep the answer of a healthy one waiting', async () => {
    const names = await resolve('www.lab.example', { zone, dns: dead })
    expect(addresses(names)).toEqual(['10.77.2.2', 'fd77:2::2'])
    expect(names.tookMs).toBeLessThan(500)
    expect(heard(names)).toEqual({ '10.77.1.53': [], '10.77.1.54': ['10.77.2.2', 'fd77:2::2'] })
  })

  test('that keeps the system waiting is no reason not to believe the other one', async () => {
    const names = await resolve('www.lab.example', {
      zone,
      dns: dead,
      lookup: { 'www.lab.example': { tookMs: 5000 } },
    })
    expect(names.addresses.map(({ from }) => from)).toEqual(['dns', 'dns'])
    expect(names.lookup?.addresses ?? []).toEqual([])
  })

  test('that keeps the system waiting does not keep us waiting', async () => {
    const names = await resolve('www.lab.example', {
      zone,
      dns: dead,
      lookup: { 'www.lab.example': { tookMs: 5000 } },
    })
    expect(names.tookMs).toBeLessThan(1000)
  })

  test('that refuses is heard as such', async () => {
    const names = await resolve('www.lab.example', {
      zone,
      dns: { '10.77.1.53': { outcome: 'refused', errno: 'ECONNREFUSED' } },
    })
    expect(names.resolvers[0]?.replies.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
    ])
    expect(addresses(names)).toHaveLength(2)
  })

  test('beside another dead one leaves nothing within the time of one', async () => {
    const names = await resolve('www.lab.example', {
      dns: { ...dead, '10.77.1.54': { outcome: 'timeout' } },
      lookup: { 'www.lab.example': { tookMs: 20_000 } },
    })
    expect(names.addresses).toEqual([])
    expect(names.tookMs).toBeLessThan(3000)
  })
})

describe('a mail domain', () => {
  const mail = { 'lab.example': ['20 backup.lab.example', '10 mail.lab.example'] }
  const hosts = { 'mail.lab.example': ['10.77.2.25'], 'lab.example': ['10.77.2.80'] }

  test('is visited at its preferred exchanger', async () => {
    const names = await resolve('smtp://lab.example', { zone: hosts, mail })
    expect(names.name).toBe('mail.lab.example')
    expect(addresses(names)).toEqual(['10.77.2.25'])
    expect(names.mail?.query.type).toBe('MX')
  })

  test('without an exchanger is visited itself (RFC 5321 §5.1)', async () => {
    const names = await resolve('smtp://lab.example', { zone: hosts })
    expect(addresses(names)).toEqual(['10.77.2.80'])
  })

  test('is a host where a port is given, or another scheme', async () => {
    for (const text of ['smtp://lab.example:25', 'https://lab.example'])
      expect(await resolve(text, { zone: hosts, mail })).toMatchObject({
        name: 'lab.example',
        mail: null,
      })
  })

  test('has its exchanger from the name server that answers', async () => {
    const dns = { '10.77.1.53': { outcome: 'timeout' as const } }
    const names = await resolve('smtp://lab.example', { zone: hosts, mail, dns })
    expect(names.name).toBe('mail.lab.example')
    expect(names.tookMs).toBeLessThan(500)
  })

  test('that takes no mail (RFC 7505) is not looked for under the root', async () => {
    const names = await resolve('smtp://lab.example', { mail: { 'lab.example': ['0 .'] } })
    expect(names.name).not.toBe('.')
  })
})

describe('an address', () => {
  test.for([
    ['10.77.2.2', '10.77.2.2', 4],
    ['https://[FD77:2:0::2]/', 'fd77:2::2', 6],
    ['tcp://[::1]:80', '::1', 6],
  ] as const)('%s is itself, and nobody is asked', async ([text, address, family]) => {
    const names = await resolve(text, {})
    expect(names).toMatchObject({ literal: true, lookup: null, resolvers: [], hosts: [] })
    expect(names.addresses).toEqual([{ address, family, from: 'literal' }])
  })
})
