import { describe, expect, test } from 'vitest'
import { asVisit, knockByDns, visitNameServer } from '../../src/diagnose/dns-visit.ts'
import type { DnsQuery, DnsReply } from '../../src/diagnose/probes.ts'
import type { Visit } from '../../src/diagnose/visit.ts'
import { inFakeTime, target } from './scene.ts'
import { answering, type Script, scriptedProbes } from './scripted-probes.ts'

const SERVER = { address: '10.77.1.53', family: 4, port: 53 } as const
const zone = { 'www.lab.example': ['10.77.2.2'] }

const ask = (url: string, script: Script): Promise<Visit> =>
  inFakeTime(() => visitNameServer(target(url), SERVER, scriptedProbes(script), 2000))

/** The question that is put for a target. */
async function question(url: string): Promise<DnsQuery> {
  const asked: DnsQuery[] = []
  const remember = (query: DnsQuery): Partial<DnsReply> => {
    asked.push(query)
    return {}
  }
  await ask(url, { dns: { '10.77.1.53': remember } })
  const [query] = asked
  if (!query) throw new Error('nothing was asked')
  return query
}

describe('what is asked', () => {
  test('is the address of the name in the path', async () => {
    expect(await question('dns://10.77.1.53/www.lab.example')).toMatchObject({
      server: '10.77.1.53',
      port: 53,
      name: 'www.lab.example',
      type: 'A',
    })
  })

  test('is the root and its name servers where no name is given', async () => {
    for (const url of ['dns://10.77.1.53', 'dns://10.77.1.53/', '10.77.1.53:53'])
      expect(await question(url)).toMatchObject({ name: '.', type: 'NS' })
  })
})

describe('how far it comes', () => {
  const code = (rcode: number): Script => ({
    dns: { '10.77.1.53': (query) => ({ message: answering(query, [], rcode) }) },
  })
  const ends = (outcome: DnsReply['outcome'], errno: string | null = null): Script => ({
    dns: { '10.77.1.53': { outcome, errno } },
  })

  test.for<readonly [string, Script, Visit['stage'], number | null]>([
    ['an address', { zone }, 'answered', 0],
    ['a name that is not there, an answer as well', code(3), 'answered', 3],
    ['SERVFAIL', code(2), 'failure', 2],
    ['REFUSED', code(5), 'failure', 5],
    ['something that is no DNS', ends('malformed'), 'protocol', null],
    ['nothing', ends('timeout'), 'connect', null],
    ['a refused port', ends('refused', 'ECONNREFUSED'), 'connect', null],
    ['no route', ends('unreachable', 'ENETUNREACH'), 'connect', null],
  ])('%s', async ([, script, stage, rcode]) => {
    const found = await ask('dns://10.77.1.53/www.lab.example', script)
    expect(found).toMatchObject({ stage, code: rcode, endpoint: SERVER })
  })

  test('is told as an attempt that a check of ports understands', async () => {
    const outcomes = async (script: Script) =>
      (await ask('dns://10.77.1.53', script)).exchange.connect
    expect(await outcomes({})).toMatchObject({ outcome: 'connected', errno: null })
    expect(await outcomes(ends('refused', 'ECONNREFUSED'))).toMatchObject({
      outcome: 'refused',
      errno: 'ECONNREFUSED',
    })
    expect(await outcomes(ends('timeout'))).toMatchObject({ outcome: 'timeout', tookMs: 2000 })
  })

  test('is silent only where nothing came', async () => {
    expect((await ask('dns://10.77.1.53', ends('timeout'))).exchange.silent).toBe(true)
    expect((await ask('dns://10.77.1.53', {})).exchange.silent).toBe(false)
  })
})

test('a reply that is already there is told in the same way', async () => {
  const probes = scriptedProbes({ dns: { '10.77.1.53': { outcome: 'timeout' } } })
  const errand = target('dns://10.77.1.53/www.lab.example')
  const query = { server: '10.77.1.53', port: 53, name: 'www', type: 'A', timeoutMs: 900 }
  const reply = await inFakeTime(() => probes.dns(query))
  expect(asVisit(errand, SERVER, reply)).toMatchObject({ stage: 'connect', errand })
})

test('a knock is one question, in the time that it is given', async () => {
  const probes = scriptedProbes({ dns: { '10.77.1.53': { outcome: 'timeout' } } })
  const knock = knockByDns(target('dns://10.77.1.53/www.lab.example'), probes)
  expect(await inFakeTime(() => knock(SERVER, 900))).toMatchObject({
    outcome: 'timeout',
    tookMs: 900,
    endpoint: SERVER,
  })
})

test('a name with a broken escape is asked for or refused, not thrown over', async () => {
  await expect(ask('dns://10.77.1.53/%zz', {})).resolves.toMatchObject({ code: 3 })
})
