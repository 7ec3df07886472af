import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { translation } from '../../../src/diagnose/rung/translation.ts'
import type { Output } from '../../../src/facts/source.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, only } from './ask.ts'

const nat = (chain: 'OUTPUT' | 'PREROUTING', rule: string): Outputs => ({
  'iptables-save -c': `*nat\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\n-A ${chain} ${rule}\nCOMMIT\n`,
  'nft -j list ruleset': { failure: 'missing', code: null },
})
const client = recorded('healthy-client')
const server = (rule: string, listing: string): Outputs => ({
  ...recorded('healthy-server'),
  ...nat('PREROUTING', rule),
  'ss -H -tulnp': listing,
})
const LISTENS =
  'tcp   LISTEN 0      511        0.0.0.0:80       0.0.0.0:*    users:(("nginx",pid=77,fd=6))\n'
const STRANGER = { exchange: { '10.77.2.2 80': 'SSH-2.0-OpenSSH_9.2p1\r\n' } }
const TO_SSH = '-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 22'

describe('a rule that translates', () => {
  test('is none where there is none', async () => {
    expect(
      (await ask(translation, { client, server: recorded('healthy-server'), of: 'server' })).status,
    ).toBe('pass')
  })

  test('and takes the port away from a service that listens on it hijacks', async () => {
    const ruling = await ask(translation, {
      client,
      server: server(TO_SSH, LISTENS),
      of: 'server',
      probes: STRANGER,
    })
    expect(only(ruling)).toMatchObject({
      cause: 'firewall.redirect',
      side: 'server',
      weight: 'proven',
      place: { rule: { table: 'nat', chain: 'PREROUTING' } },
    })
    expect(only(ruling).remedies?.[0]?.command).toBe(`iptables -t nat -D PREROUTING ${TO_SSH}`)
  })

  test('and was meant, but leads to the wrong place, is a wrong target', async () => {
    const ruling = await ask(translation, {
      client,
      server: server(TO_SSH, ''),
      of: 'server',
      probes: STRANGER,
    })
    expect(only(ruling)).toMatchObject({ cause: 'nat.wrong-target', side: 'server' })
  })

  test("sends the client's own connection elsewhere", async () => {
    const rule = '-d 10.77.2.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.77.2.9:80'
    const ruling = await ask(translation, {
      client: { ...client, ...nat('OUTPUT', rule) },
      probes: STRANGER,
    })
    expect(only(ruling)).toMatchObject({
      cause: 'firewall.redirect',
      side: 'client',
      weight: 'proven',
    })
  })

  test('and works accuses nobody: neither a page nor a failing backend is its doing', async () => {
    const failing = { exchange: { '10.77.2.2 80': 'HTTP/1.1 502 Bad Gateway\r\n\r\n' } }
    for (const probes of [{}, failing]) {
      const ruling = await ask(translation, {
        client,
        server: server(TO_SSH, ''),
        of: 'server',
        probes,
      })
      expect(ruling.status).toBe('pass')
      expect(ruling.accuses ?? []).toEqual([])
    }
  })

  test('for another port is not this one', async () => {
    const other = TO_SSH.replace('80', '8080')
    const ruling = await ask(translation, {
      client,
      server: server(other, LISTENS),
      of: 'server',
      probes: STRANGER,
    })
    expect(ruling.accuses ?? []).toEqual([])
  })
})

describe('a router that forwards', () => {
  /** The router whose public address is the target, and what it knocks at. */
  const forwards = (to: string, knock: Partial<Output>): Promise<Ruling> => {
    const [address = '', port = '80'] = to.split(':')
    const rule = `-d 198.51.100.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination ${to}`
    const outputs = {
      ...recorded('rung/router'),
      ...nat('PREROUTING', rule),
      [`nc -z -w 1 ${address} ${port}`]: knock,
    }
    const route = JSON.stringify([{ dst: '198.51.100.2', dev: 'eth0', prefsrc: '10.77.1.2' }])
    return ask(translation, {
      target: 'http://198.51.100.2',
      client: { ...client, 'ip -j route get 198.51.100.2': route },
      routers: { gw: outputs },
      of: 'router',
      probes: { connect: { '198.51.100.2': 'timeout' } },
    })
  }

  test('to a place that does not answer it either has a wrong target', async () => {
    expect(only(await forwards('10.77.2.9:8080', { code: 1 }))).toMatchObject({
      cause: 'nat.wrong-target',
      side: 'path',
      weight: 'proven',
    })
  })

  test('to a place that answers it has at most a likely one', async () => {
    expect(only(await forwards('10.77.2.9:8080', { code: 0 })).weight).not.toBe('proven')
  })
})
