import { expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { translation } from '../../../src/diagnose/rung/translation.ts'
import { recorded } from '../scene.ts'
import { ask, commands, only } from './ask.ts'

const SNMP = 'cat /proc/net/snmp /proc/net/snmp6 /proc/net/netstat'
const resets = (number: number): string => `Tcp: OutRsts\nTcp: ${number}\n`

/** A router that forwards its public address to a host of the client's link, by these rules. */
const forwards = (after: number, ...rules: readonly string[]): Promise<Ruling> =>
  ask(translation, {
    target: 'http://198.51.100.2',
    client: {
      ...recorded('healthy-client'),
      'ip -j route get 198.51.100.2': JSON.stringify([
        { dst: '198.51.100.2', dev: 'eth0', prefsrc: '10.77.1.2' },
      ]),
      [SNMP]: [resets(0), resets(after)],
    },
    routers: {
      gw: {
        ...recorded('rung/router'),
        'iptables-save -c': `*nat\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n-A PREROUTING -d 198.51.100.2/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.77.1.80\n${rules.join('')}COMMIT\n`,
        'nft -j list ruleset': { failure: 'missing', code: null },
        'nc -z -w 1 10.77.1.80 80': '',
      },
    },
    of: 'router',
    probes: { connect: { '198.51.100.2': 'timeout' } },
  })

test("what a router forwards to the client's own link, untranslated, is answered past it", async () => {
  const ruling = await forwards(3)
  expect(only(ruling)).toMatchObject({
    cause: 'nat.hairpin',
    side: 'path',
    weight: 'proven',
    place: { host: 'gw', interface: 'eth1' },
  })
  expect(commands(ruling)).toEqual([
    'iptables -t nat -A POSTROUTING -s 10.77.1.2 -d 10.77.1.80 -j MASQUERADE',
  ])
})

test('it is only likely where the client has counted no resets', async () => {
  expect(only(await forwards(0))).toMatchObject({ cause: 'nat.hairpin', weight: 'likely' })
})

test('it is none where the router masquerades', async () => {
  const ruling = await forwards(3, '-A POSTROUTING -d 10.77.1.80/32 -j MASQUERADE\n')
  expect(ruling.accuses?.map(({ cause }) => cause) ?? []).not.toContain('nat.hairpin')
})
