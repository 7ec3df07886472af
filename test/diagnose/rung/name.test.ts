import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import type { DnsQuery, DnsReply } from '../../../src/diagnose/probes.ts'
import { system } from '../../../src/diagnose/rung/name.ts'
import { answering, type Script } from '../scripted-probes.ts'
import { type Asked, ask, commands, only } from './ask.ts'
import { client, FIRST, failing, SECOND, saying, TWO, target, timeout, zone } from './zone.ts'

const named = (probes: Script, asked: Asked = {}): Promise<Ruling> =>
  ask(system, { target, client, probes, ...asked })

describe('a name', () => {
  test('that resolves is well', async () => {
    const ruling = await named({ zone })
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toContain('10.77.2.2')
  })

  test('is told with the names that it stands for', async () => {
    const alias = (query: DnsQuery): Partial<DnsReply> => ({
      message: answering(
        query,
        query.type === 'A'
          ? [
              { kind: 'CNAME', name: 'web7.lab.example' },
              { kind: 'A', address: '10.77.2.2' },
            ]
          : [],
      ),
    })
    const ruling = await named({ zone, dns: { [FIRST]: alias } })
    expect(ruling).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('web7.lab.example'),
    })
  })

  test('need not be where the target is an address, or there is none', async () => {
    expect(await named({}, { target: 'http://10.77.2.2' })).toMatchObject({ status: 'skip' })
    expect(await named({}, { target: null })).toMatchObject({ status: 'skip' })
  })

  test('that nobody knows does not exist', async () => {
    const ruling = await named({})
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'dns.no-such-name',
      side: 'server',
      weight: 'proven',
    })
  })

  test('without an address has none', async () => {
    const ruling = await named({ dns: { [FIRST]: failing(0) } })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'dns.no-address',
      side: 'server',
      weight: 'proven',
    })
  })

  test('that resolves for the name servers and not for the system is worth a word', async () => {
    const lookup = { 'www.lab.example': { addresses: [], errno: 'EAI_AGAIN' } }
    const ruling = await named({ zone, lookup })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that no name server was asked for accuses nobody of an error', async () => {
    const ruling = await named({ dns: { [FIRST]: timeout } })
    expect(ruling.status).toBe('fail')
    expect(ruling.accuses?.map(({ cause }) => cause) ?? []).not.toContain('dns.no-such-name')
  })
})

describe('a name that the name servers know', () => {
  const lookup = { 'www.lab.example': { addresses: [], errno: 'ENOTFOUND' } }
  const dns = { [FIRST]: failing(3), [SECOND]: saying('10.77.2.2') }

  test('is not found where the first of them denies it', async () => {
    const ruling = await named({ dns, lookup }, { client: TWO })
    expect(only(ruling)).toMatchObject({ cause: 'dns.wrong-answer', side: 'client', blocks: true })
    expect(ruling.contrasts).toHaveLength(1)
    expect(commands(ruling)[0]).toContain('10\\.77\\.1\\.53')
  })

  test('is not found where programs do not ask the DNS', async () => {
    const files = { ...client, 'cat /etc/nsswitch.conf': 'hosts: files\n' }
    const ruling = await named({ zone, lookup }, { client: files })
    expect(only(ruling)).toMatchObject({ cause: 'dns.no-resolver', side: 'client', blocks: true })
    expect(commands(ruling)[0]).toContain('/etc/nsswitch.conf')
  })
})
