import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  neighbours,
  parseArp,
  parseIpNeighJson,
  parseIpNeighText,
} from '../../src/facts/ip-neigh.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript } from './data.ts'

const json = parseIpNeighJson(transcript('ip-neigh-ns.json')) ?? []

describe('ip neigh show', () => {
  test('tells who answers, who failed and who is asked', () => {
    expect(json.map((each) => [each.address, each.state, each.mac])).toEqual([
      ['10.0.3.2', 'REACHABLE', 'ae:59:f7:82:62:ef'],
      ['10.0.3.98', 'FAILED', null],
      ['10.0.3.99', 'FAILED', null],
      ['10.0.3.44', 'PERMANENT', '02:00:00:00:00:44'],
      ['2001:db8:3::99', 'INCOMPLETE', null],
      ['fe80::ac59:f7ff:fe82:62ef', 'DELAY', 'ae:59:f7:82:62:ef'],
      ['fe80::d1', 'INCOMPLETE', null],
      ['2001:db8:3::2', 'FAILED', null],
    ])
    expect(new Set(json.map((each) => each.device))).toEqual(new Set(['veth0']))
  })

  test.for(['ip-neigh-ns.txt', 'ip-neigh-ns-busybox.txt'])('%s tells the same', (name) => {
    expect(parseIpNeighText(transcript(name))).toEqual(json)
  })

  test('routers are told', () => {
    const text = 'fe80::1 dev eth0 lladdr 02:00:00:00:00:01 router STALE'
    expect(parseIpNeighText(text)).toMatchObject([{ router: true, state: 'STALE' }])
    expect(
      parseIpNeighJson('[{"dst":"fe80::1","dev":"eth0","router":null,"state":["STALE"]}]'),
    ).toMatchObject([{ router: true, mac: null }])
  })
})

test.for(['arp-n-ns.txt', 'arp-an-ns.txt', 'arp-n-ns-busybox.txt', 'proc-net-arp-ns.txt'])(
  '%s tells the IPv4 ones, confirmed or not alike',
  (name) => {
    expect(parseArp(transcript(name))).toEqual([
      {
        address: '10.0.3.2',
        device: 'veth0',
        mac: 'ae:59:f7:82:62:ef',
        state: 'STALE',
        router: false,
      },
      { address: '10.0.3.98', device: 'veth0', mac: null, state: 'INCOMPLETE', router: false },
      { address: '10.0.3.99', device: 'veth0', mac: null, state: 'INCOMPLETE', router: false },
      {
        address: '10.0.3.44',
        device: 'veth0',
        mac: '02:00:00:00:00:44',
        state: 'PERMANENT',
        router: false,
      },
    ])
  },
)

test('nobody known is an answer, other text is none', () => {
  expect(neighbours.sources.map((source) => source.parse(printed('')))).toEqual([
    [],
    [],
    null,
    null,
  ])
  expect(
    parseArp('IP address       HW type     Flags       HW address            Mask     Device\n'),
  ).toEqual([])
  for (const source of neighbours.sources) {
    expect(source.parse(printed('10.0.3.0/24 dev eth0 proto kernel scope link'))).toBeNull()
    expect(source.parse(printed(transcript('ip-neigh-ns.txt'), 255))).toBeNull()
  }
})

test('no text makes them throw, and a megabyte takes no time', () => {
  const line = fc.constantFrom(
    '1.1.1.1 dev',
    'dev lladdr STALE',
    '? (1.1.1.1) at ',
    '1.1.1.1 0x1 0x2 ',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
      for (const parse of [parseArp, parseIpNeighText, parseIpNeighJson]) parse(lines.join('\n'))
    }),
  )
  const started = performance.now()
  for (const piece of [' ', '1.', '? (', '1.1.1.1 ', ':'])
    for (const parse of [parseArp, parseIpNeighText]) parse(piece.repeat(1_000_000 / piece.length))
  expect(performance.now() - started).toBeLessThan(2000)
})
