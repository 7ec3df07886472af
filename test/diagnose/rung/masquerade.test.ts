import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { source } from '../../../src/diagnose/rung/masquerade.ts'
import { type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, commands, only } from './ask.ts'

const TARGET = 'http://203.0.113.80'
const SILENT = { connect: { '203.0.113.80': 'timeout' }, ping: { '203.0.113.80': { received: 0 } } }
const route = (dst: string, dev: string, src: string): Outputs => ({
  [`ip -j route get ${dst}`]: JSON.stringify([
    { dst, dev, prefsrc: src, gateway: '10.77.1.1', flags: [] },
  ]),
})
const ADDRESSES = 'ip -j -s -d address show'
const TABLES = 'iptables-save -c'

const client: Outputs = {
  ...recorded('healthy-client'),
  ...route('203.0.113.80', 'eth0', '10.77.1.2'),
}

/** A router whose outer side is eth2 with that address. */
const router = (outer: string, rule: string): Outputs => {
  const [text] = [recorded('rung/router')[ADDRESSES]].flat()
  const addresses = typeof text === 'string' ? text : (text?.stdout ?? '')
  return {
    ...recorded('rung/router'),
    [ADDRESSES]: addresses.replaceAll('10.77.2.1', outer),
    ...route('203.0.113.80', 'eth2', outer),
    ...route('10.77.1.2', 'eth1', '10.77.1.1'),
    [TABLES]: `*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING ${rule} -j MASQUERADE\nCOMMIT\n`,
    'nft -j list ruleset': { failure: 'missing', code: null },
  }
}
const at = (outputs: Outputs, asked: Asked = {}): Promise<Ruling> =>
  ask(source, {
    target: TARGET,
    client,
    routers: { gw: outputs },
    of: 'router',
    probes: SILENT,
    ...asked,
  })

describe('a private source address', () => {
  test('that leaves a router by its public side untranslated is masqueraded there', async () => {
    const ruling = await at(router('198.51.100.1', '-o wan0'))
    expect(only(ruling)).toMatchObject({
      cause: 'nat.no-masquerade',
      side: 'path',
      weight: 'proven',
      place: { host: 'gw', interface: 'eth2' },
    })
    expect(commands(ruling)).toEqual(['iptables -t nat -A POSTROUTING -o eth2 -j MASQUERADE'])
  })

  test('that a rule translates is well', async () => {
    expect((await at(router('198.51.100.1', '-o eth2'))).status).toBe('pass')
  })

  test('within a private network needs no translation', async () => {
    expect((await at(router('10.77.2.1', '-o wan0'))).status).toBe('skip')
    const inside = { target: 'http://10.77.2.2', probes: { connect: { '10.77.2.2': 'timeout' } } }
    expect((await at(router('198.51.100.1', '-o wan0'), inside)).status).toBe('skip')
  })

  test('is not looked for where the service answers', async () => {
    expect((await at(router('198.51.100.1', '-o wan0'), { probes: {} })).status).toBe('skip')
  })
})

describe('a server', () => {
  const sees = (remote: string, ping: string): Promise<Ruling> => {
    const server: Outputs = {
      ...recorded('healthy-server'),
      'ss -H -tan': `SYN-RECV 0 0 203.0.113.80:80 ${remote}:40000\n`,
      [`ping -c 1 -W 1 ${remote}`]: { stdout: ping, code: 1 },
    }
    return ask(source, { target: TARGET, client, server, of: 'server', probes: SILENT })
  }
  const pinged = (line: string, received: number): string =>
    `PING 10.77.1.2 (10.77.1.2) 56(84) bytes of data.\n${line}\n--- 10.77.1.2 ping statistics ---\n1 packets transmitted, ${received} received, ${100 - 100 * received}% packet loss, time 0ms\n`

  test('that sees a private address to which a router has no route proves it', async () => {
    const told = 'From 203.0.113.1 icmp_seq=1 Destination Net Unreachable\n'
    expect(only(await sees('10.77.1.2', pinged(told, 0)))).toMatchObject({
      cause: 'nat.no-masquerade',
      side: 'path',
      weight: 'proven',
    })
    expect(only(await sees('10.77.1.2', pinged('', 0)))).toMatchObject({ weight: 'likely' })
  })

  test('that reaches the private address knows the way, as by a VPN', async () => {
    const line = '64 bytes from 10.77.1.2: icmp_seq=1 ttl=64 time=0.4 ms\n'
    expect((await sees('10.77.1.2', pinged(line, 1))).status).toBe('pass')
  })

  test('that sees a public address sees a translated one', async () => {
    expect((await sees('198.51.100.1', '')).status).toBe('pass')
  })
})
