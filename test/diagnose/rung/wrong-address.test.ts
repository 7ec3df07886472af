import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { system } from '../../../src/diagnose/rung/name.ts'
import { type Outputs, recorded } from '../scene.ts'
import type { Script } from '../scripted-probes.ts'
import { type Asked, ask, commands, only } from './ask.ts'
import { client, FIRST, SECOND, saying, TWO, target, zone } from './zone.ts'

/** Deletes lines of a file that may be mounted, so that it cannot be replaced. */
const LESS = (file: string, lines: string): string =>
  `cp ${file} ${file}.rungs && sed '/${lines}/d' ${file}.rungs > ${file}`

const named = (probes: Script, asked: Asked = {}): Promise<Ruling> =>
  ask(system, { target, client, probes, ...asked })

describe('the hosts file', () => {
  const hosts = (line: string): Outputs => ({
    ...client,
    'cat /etc/hosts': `127.0.0.1\tlocalhost\n${line}\n`,
  })
  const OLD = hosts('10.77.9.9\twww.lab.example www')
  const address = [{ address: '10.77.9.9', family: 4 as const }]
  const old = { 'www.lab.example': { addresses: address, errno: null } }
  const probes = {
    zone,
    lookup: old,
    connect: { '10.77.9.9': 'timeout' },
    ping: { '10.77.9.9': { received: 0 } },
  }
  const SED = (name: string): string =>
    LESS('/etc/hosts', `[[:space:]]${name}\\([[:space:]]\\|$\\)`)

  test('that gives a dead address is the fault where the true one answers', async () => {
    const ruling = await named(probes, { client: OLD })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'dns.hosts-override',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
      remedies: [
        {
          host: 'client',
          command: SED('www\\.lab\\.example'),
          undo: 'cat /etc/hosts.rungs > /etc/hosts',
        },
      ],
    })
  })

  test('that gives a dead address proves nothing where the other one is dead as well', async () => {
    const dead = { ...probes, connect: { '10.77.9.9': 'timeout', '10.77.2.2': 'timeout' } }
    const ruling = await named(dead, { client: OLD })
    expect(only(ruling)).toMatchObject({ cause: 'dns.hosts-override', weight: 'likely' })
  })

  test('that gives another address is no fault where that answers', async () => {
    const ruling = await named({ zone, lookup: old }, { client: OLD })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that agrees with the DNS is well', async () => {
    const same = hosts('10.77.2.2\twww.lab.example')
    expect(await named({ zone }, { client: same })).toMatchObject({ status: 'pass' })
  })

  // The line names `www`; the command looks for `www.lab.example` and deletes nothing.
  test('that gives a short name loses the line that has it', async () => {
    const ruling = await named(
      { ...probes, lookup: { www: old['www.lab.example'] } },
      { target: 'http://www', client: hosts('10.77.9.9\twww') },
    )
    expect(commands(ruling)).toEqual([SED('www')])
  })
})

describe('an answer', () => {
  test('that leads astray is wrong where another name server knows better', async () => {
    const dns = { [FIRST]: saying('10.77.9.9'), [SECOND]: saying('10.77.2.2') }
    const lookup = {
      'www.lab.example': { addresses: [{ address: '10.77.9.9', family: 4 as const }], errno: null },
    }
    const probes = { dns, lookup, connect: { '10.77.9.9': 'timeout' } }
    const ruling = await named(probes, { client: TWO })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({ cause: 'dns.wrong-answer', weight: 'proven' })
    expect(ruling.summary).toContain('10.77.2.2')
  })

  test('that leads astray is wrong where the server has another address', async () => {
    const astray = { 'www.lab.example': ['10.77.9.9'] }
    const ruling = await named(
      { zone: astray, connect: { '10.77.9.9': 'timeout' } },
      { server: recorded('healthy-server') },
    )
    expect(only(ruling)).toMatchObject({ cause: 'dns.wrong-answer', weight: 'proven' })
  })

  test('that leads to a dead server is right all the same', async () => {
    const ruling = await named(
      { zone, connect: { '10.77.2.2': 'timeout' } },
      { server: recorded('healthy-server') },
    )
    expect(ruling).toMatchObject({ status: 'pass' })
  })

  test('may differ where both addresses answer', async () => {
    const dns = { [FIRST]: saying('10.77.2.2'), [SECOND]: saying('10.77.2.3') }
    const ruling = await named({ zone, dns }, { client: TWO })
    expect(ruling.accuses ?? []).toEqual([])
  })
})

test('a name that a search domain leads astray is right as it is written', async () => {
  const other = 'www.lab.example.corp.example'
  const searching: Outputs = {
    ...client,
    'cat /etc/resolv.conf': `nameserver ${FIRST}\nsearch corp.example\noptions ndots:5\n`,
  }
  const ruling = await named(
    {
      zone: { [other]: ['10.77.9.9'], ...zone },
      lookup: {
        'www.lab.example': { addresses: [{ address: '10.77.9.9', family: 4 }], errno: null },
      },
      connect: { '10.77.9.9': 'timeout' },
    },
    { client: searching },
  )
  expect(only(ruling)).toMatchObject({
    cause: 'dns.wrong-answer',
    side: 'client',
    weight: 'proven',
  })
  expect(commands(ruling)[0]).toContain("sed 's/ndots:[0-9]*/ndots:1/'")
})
