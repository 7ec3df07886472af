import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { DnsQuery, DnsReply } from '../../../src/diagnose/probes.ts'
import { resolvers } from '../../../src/diagnose/rung/resolver.ts'
import { diagnose, type Outputs } from '../scene.ts'
import type { Script } from '../scripted-probes.ts'
import { type Asked, ask, commands, only, without } from './ask.ts'
import { client, FIRST, failing, SECOND, saying, TWO, target, timeout, zone } from './zone.ts'

const EMPTY: Outputs = { ...client, 'cat /etc/resolv.conf': '# nothing yet\n' }

const refused: Partial<DnsReply> = { outcome: 'refused', errno: 'ECONNREFUSED' }

const by = (probes: Script, asked: Asked = {}): Promise<Ruling> =>
  ask(resolvers, { target, client, probes, ...asked })

const LOST = { 'www.lab.example': { addresses: [], errno: 'EAI_AGAIN' } }

describe('the name servers', () => {
  test('that answer are well', async () => {
    const ruling = await by({ zone })
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toContain(FIRST)
    expect(await by({ zone }, { client: TWO })).toMatchObject({ status: 'pass' })
    expect(await by({}, { target: null })).toMatchObject({ status: 'pass' })
  })

  test('are not asked about an address', async () => {
    expect(await by({}, { target: 'http://10.77.2.2' })).toMatchObject({ status: 'skip' })
  })

  test('that say that there is no such name are well themselves', async () => {
    expect(await by({})).toMatchObject({ status: 'pass' })
  })

  test.for([target, null])('are missing where none is configured (%s)', async (to) => {
    const ruling = await by({}, { target: to, client: EMPTY })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'dns.no-resolver',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
    })
  })

  test('are not missed where the name comes from elsewhere', async () => {
    const ruling = await by({ zone }, { client: EMPTY })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that are all silent are out of reach', async () => {
    const dns = { [FIRST]: timeout, [SECOND]: timeout }
    const ruling = await by({ dns, ping: { [FIRST]: { received: 0 } } }, { client: TWO })
    expect(ruling.status).toBe('fail')
    const [first] = ruling.accuses ?? []
    expect(first).toMatchObject({ cause: 'dns.unreachable', side: 'client' })
    expect(first?.weight).not.toBe('proven')
    expect(ruling.summary).toContain(SECOND)
  })

  test('that answer ping and no query are shut off on the path', async () => {
    const [first] = (await by({ dns: { [FIRST]: timeout } })).accuses ?? []
    expect(first).toMatchObject({ cause: 'dns.unreachable', side: 'path' })
  })

  test('that refuse are proven not to serve', async () => {
    const ruling = await by({ dns: { [FIRST]: refused } })
    expect(ruling.status).toBe('fail')
    expect(ruling.accuses?.[0]).toMatchObject({ cause: 'dns.unreachable', weight: 'proven' })
  })

  // The stub of this very host is dead; nobody on the path has to do with it.
  test('of which the only one is a dead stub are missing', async () => {
    const stub = { ...client, 'cat /etc/resolv.conf': 'nameserver 127.0.0.53\n' }
    const ruling = await by({ dns: { '127.0.0.53': refused } }, { client: stub })
    expect(ruling.accuses?.[0]).toMatchObject({ cause: 'dns.no-resolver', side: 'client' })
  })

  test('that the kernel refuses to ask are shut off by a rule of this host', async () => {
    const denied: Partial<DnsReply> = { outcome: 'unreachable', errno: 'EPERM' }
    const ruling = await by({ dns: { [FIRST]: denied }, ping: { [FIRST]: { received: 0 } } })
    expect(ruling.accuses?.[0]).toMatchObject({
      cause: 'firewall.egress-drop',
      side: 'client',
      weight: 'likely',
    })
  })

  test('that are silent are only worth a word where the name is known', async () => {
    const ruling = await by({ zone, dns: { [FIRST]: timeout } })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that are silent are the fault of a machine without a target', async () => {
    const ruling = await by({ dns: { [FIRST]: timeout } }, { target: null })
    expect(ruling.status).toBe('fail')
    expect(only(ruling).cause).toBe('dns.unreachable')
    const half = await by({ dns: { [FIRST]: timeout } }, { target: null, client: TWO })
    expect(half.status).toBe('warn')
  })

  test('of which the first is silent make every look-up slow', async () => {
    const ruling = await by({ zone, dns: { [FIRST]: timeout } }, { client: TWO })
    expect(ruling.status).toBe('warn')
    expect(only(ruling)).toMatchObject({
      cause: 'dns.slow',
      side: 'client',
      weight: 'proven',
      partial: true,
      remedies: [
        {
          host: 'client',
          command: `cp /etc/resolv.conf /etc/resolv.conf.rungs && sed '/^nameserver[[:space:]]*10\\.77\\.1\\.53[[:space:]]*$/d' /etc/resolv.conf.rungs > /etc/resolv.conf`,
          undo: 'cat /etc/resolv.conf.rungs > /etc/resolv.conf',
        },
      ],
    })
    const { verdict } = await diagnose({
      target,
      client: TWO,
      probes: { zone, dns: { [FIRST]: timeout } },
    })
    expect(verdict).toMatchObject({ state: 'degraded', cause: 'dns.slow', side: 'client' })
  })

  // A zone may hold any letter but `%`, `/` and spaces, and the address is not quoted.
  test('of which the first has a quote in its zone are reordered safely', async () => {
    const odd = `fe80::1%'$(reboot)'`
    const outputs = {
      ...client,
      'cat /etc/resolv.conf': `nameserver ${odd}\nnameserver ${SECOND}\n`,
    }
    const ruling = await by({ zone, dns: { [odd]: timeout } }, { client: outputs })
    expect(only(ruling).cause).toBe('dns.slow')
    expect(commands(ruling).join()).not.toContain(odd)
  })

  test('of which the second is silent are worth a word', async () => {
    const ruling = await by({ zone, dns: { [SECOND]: timeout } }, { client: TWO })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  const lookup = { 'www.lab.example': { addresses: [], errno: 'EAI_AGAIN' } }

  test('that fail only while they validate are right, and the zone is wrong', async () => {
    const bogus = (query: DnsQuery): Partial<DnsReply> =>
      query.checkingDisabled ? saying('10.77.2.2')(query) : failing(2)(query)
    const ruling = await by({ lookup, dns: { [FIRST]: bogus } })
    expect(ruling.status).toBe('fail')
    expect(ruling.accuses?.[0]).toMatchObject({
      cause: 'dns.server-error',
      side: 'server',
      weight: 'proven',
    })
  })

  test.for([
    ['SERVFAIL', 2],
    ['REFUSED', 5],
  ] as const)('that answer %s are at fault', async ([word, rcode]) => {
    const ruling = await by({ lookup, dns: { [FIRST]: failing(rcode) } })
    expect(ruling.status).toBe('fail')
    expect(ruling.summary).toContain(word)
    expect(ruling.accuses?.[0]).toMatchObject({ cause: 'dns.server-error' })
    expect(ruling.accuses?.map(({ side }) => side)).not.toContain('client')
  })

  test('are unknown where resolv.conf cannot be read', async () => {
    expect(await by({ zone }, { client: without(client, 'cat') })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'coreutils' },
    })
  })
})

describe('name servers that are asked in other ways', () => {
  test('say over UDP that the answer is cut, and nothing over TCP', async () => {
    const cut = { ...timeout, truncated: true, transport: 'tcp' } as const
    const ruling = await by({ dns: { [FIRST]: cut } })
    expect(only(ruling)).toMatchObject({ cause: 'dns.unreachable', side: 'path', weight: 'proven' })
    expect(ruling.summary).toContain('large answers are lost')
  })

  test('answer over TCP, without EDNS, or in few bytes', async () => {
    const good = saying('10.77.2.2')
    const when =
      (fits: (query: DnsQuery) => boolean) =>
      (query: DnsQuery): Partial<DnsReply> =>
        fits(query) ? good(query) : timeout
    const lost = async (fits: (query: DnsQuery) => boolean) =>
      (await by({ dns: { [FIRST]: when(fits) }, lookup: LOST })).summary
    expect(await lost(({ tcp }) => tcp === true)).toContain('something drops UDP port 53')
    expect(await lost(({ udpPayloadBytes }) => udpPayloadBytes === null)).toContain('without EDNS')
    expect(await lost(({ udpPayloadBytes }) => udpPayloadBytes === 512)).toContain('larger answers')
  })
})
