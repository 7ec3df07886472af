import { describe, expect, test } from 'vitest'
import { vlan } from '../../../src/diagnose/rung/vlan.ts'
import { recorded } from '../scene.ts'
import { ask, commands, only, SILENCE, told } from './ask.ts'
import { growing } from './counting.ts'

const LISTEN = 'timeout 2 tcpdump -p -l -t -nn -e -Q in -c 40 -i eth0 arp or icmp6 or vlan'
const listening = { stderr: 'listening on eth0, link-type EN10MB (Ethernet)\n', code: 124 }
const TAGGED =
  '96:bd:e6:85:cb:e1 > ff:ff:ff:ff:ff:ff, ethertype 802.1Q (0x8100), length 46: vlan 20, p 0, ethertype ARP (0x0806), Request who-has 10.77.2.2 tell 10.77.2.1, length 28\n'
const PLAIN =
  '96:bd:e6:85:cb:e1 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.77.2.2 tell 10.77.2.1, length 28\n'
const DEAF = { 'ping -c 1 -W 1 10.77.2.1': { code: 1 } }

describe('a host that hears nobody', () => {
  const asked = (stdout: string) =>
    ask(vlan, {
      client: recorded('dropped-client'),
      server: growing({}, { ...DEAF, [LISTEN]: { ...listening, stdout } }),
      of: 'server',
      probes: SILENCE,
    })

  test('is in another VLAN where all that arrives carries a tag', async () => {
    expect(only(await asked(TAGGED + TAGGED))).toMatchObject({
      cause: 'link.vlan-mismatch',
      side: 'server',
      weight: 'proven',
    })
  })

  test('is not, where something arrives without one, or nothing at all', async () => {
    expect((await asked(TAGGED + PLAIN)).status).toBe('pass')
    expect((await asked('')).status).toBe('pass')
  })

  test('is unknown without tcpdump', async () => {
    const server = growing({}, DEAF)
    const scene = { client: recorded('dropped-client'), server, probes: SILENCE }
    expect((await ask(vlan, { ...scene, of: 'server' })).status).toBe('unknown')
  })
})

describe('a switch', () => {
  const ports = (first: number, second: number) =>
    JSON.stringify(
      [first, second].map((number, index) => ({
        ifname: `p${index + 1}`,
        vlans: [{ vlan: number, flags: ['PVID', 'Egress Untagged'] }],
      })),
    )
  const macOf = (name: string): string =>
    /"ifname":"eth0".*?"address":"([0-9a-f:]+)"/.exec(
      String((told(name)['ip -j -s -d address show'] as { stdout: string }[])[0]?.stdout),
    )?.[1] ?? ''
  const asked = (first: number, second: number) =>
    ask(vlan, {
      server: told('server'),
      routers: {
        switch: {
          'bridge -j vlan show': ports(first, second),
          'bridge -j fdb show': JSON.stringify([
            { mac: macOf('client'), ifname: 'p1', state: '' },
            { mac: macOf('server'), ifname: 'p2', state: '' },
          ]),
        },
      },
      of: 'router',
      probes: SILENCE,
    })

  test('whose ports of the two ends share no VLAN keeps them apart', async () => {
    const ruling = await asked(10, 20)
    expect(only(ruling)).toMatchObject({ cause: 'link.vlan-mismatch', weight: 'proven' })
    expect(commands(ruling)).toEqual(['bridge vlan add dev p1 vid 20 pvid untagged'])
  })

  test('whose ports share one lets them meet', async () => {
    expect((await asked(10, 10)).status).toBe('pass')
  })
})

test('where the service answers nothing is listened for', async () => {
  expect((await ask(vlan)).status).toBe('skip')
})

test('where the port is refused nothing is listened for: the refusal came', async () => {
  const refused = { connect: { '10.77.2.2': 'ECONNREFUSED' } } as const
  expect((await ask(vlan, { probes: refused })).summary).toContain('come and go')
})
