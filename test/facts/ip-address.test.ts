import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { interfaces, parseIpAddressJson } from '../../src/facts/ip-address.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript, transcripts } from './data.ts'

const json = parseIpAddressJson(transcript('ip-address-ns.json')) ?? []
const named = (name: string) => json.find((each) => each.name === name)

describe('ip -j -s -d address show', () => {
  test('gives every interface in order', () => {
    expect(json.map((each) => [each.index, each.name, each.kind, each.linkType])).toEqual([
      [1, 'lo', null, 'loopback'],
      [2, 'veth0', 'veth', 'ether'],
      [3, 'br0', 'bridge', 'ether'],
      [4, 'veth8', 'veth', 'ether'],
      [5, 'veth7', 'veth', 'ether'],
      [6, 'tun0', 'tun', 'none'],
      [7, 'mv0', 'macvlan', 'ether'],
    ])
  })

  test('tells up, carrier and state apart', () => {
    expect(json.map((each) => [each.name, each.up, each.carrier, each.operState])).toEqual([
      ['lo', true, true, 'UNKNOWN'],
      ['veth0', true, true, 'UP'],
      ['br0', true, false, 'DOWN'],
      ['veth8', true, false, 'LOWERLAYERDOWN'],
      ['veth7', false, null, 'DOWN'],
      ['tun0', true, false, 'DOWN'],
      ['mv0', false, null, 'DOWN'],
    ])
  })

  test('gives addresses with their flags', () => {
    expect(named('veth0')?.addresses).toEqual([
      {
        family: 4,
        address: '10.0.3.15',
        prefixLength: 24,
        peer: null,
        scope: 'global',
        flags: ['dynamic'],
      },
      {
        family: 4,
        address: '10.0.3.16',
        prefixLength: 24,
        peer: null,
        scope: 'global',
        flags: ['secondary'],
      },
      {
        family: 6,
        address: '2001:db8:3::2',
        prefixLength: 64,
        peer: null,
        scope: 'global',
        flags: ['dadfailed', 'tentative'],
      },
      {
        family: 6,
        address: '2001:db8:3::16',
        prefixLength: 64,
        peer: null,
        scope: 'global',
        flags: ['deprecated', 'dynamic'],
      },
      {
        family: 6,
        address: '2001:db8:3::15',
        prefixLength: 64,
        peer: null,
        scope: 'global',
        flags: [],
      },
      {
        family: 6,
        address: 'fe80::1800:1bff:fe0c:e0e0',
        prefixLength: 64,
        peer: null,
        scope: 'link',
        flags: [],
      },
    ])
  })

  test('gives peer, master, lower interface, MAC, MTU and counters', () => {
    expect(named('tun0')?.addresses[0]).toMatchObject({
      address: '10.8.0.6',
      peer: '10.8.0.5',
      prefixLength: 32,
    })
    expect(named('veth8')).toMatchObject({
      master: 'br0',
      lower: 'veth7',
      mac: '7a:f4:b4:d5:d9:14',
    })
    expect(named('veth0')).toMatchObject({ master: null, lower: null, mtu: 1500 })
    expect(named('lo')?.mac).toBeNull()
    expect(named('veth7')?.mtu).toBe(1400)
    expect(named('veth8')?.sent).toEqual({
      bytes: 0,
      packets: 0,
      errors: 0,
      dropped: 6,
      physicalErrors: 0,
    })
    expect(named('veth0')?.received).toMatchObject({ bytes: 1148, packets: 10 })
  })
})

test('with -s -s the errors of the cable are told', () => {
  const [each] =
    parseIpAddressJson(
      '[{"ifname":"eth0","flags":["UP"],"stats64":{"rx":{"bytes":1,"packets":2,"errors":5,"dropped":0,"crc_errors":3,"frame_errors":2},"tx":{"bytes":1,"packets":1,"errors":1,"dropped":0,"carrier_errors":1}}}]',
    ) ?? []
  expect(each?.received).toMatchObject({ errors: 5, physicalErrors: 5 })
  expect(each?.sent).toMatchObject({ errors: 1, physicalErrors: 1 })
})

test('empty objects between the interfaces are passed over', () => {
  const found = parseIpAddressJson(
    '[{},{"ifindex":4,"ifname":"eth0","flags":["UP"],"addr_info":[{}]},{}]',
  )
  expect(found?.map((each) => each.name)).toEqual(['eth0'])
  expect(found?.[0]?.addresses).toEqual([])
})

describe('the question', () => {
  const [first, human, plain, old] = interfaces.sources
  test('is asked of ip first, then of ifconfig', () => {
    expect(interfaces.sources.map((source) => source.argv.join(' '))).toEqual([
      'ip -j -s -d address show',
      'ip -s address show',
      'ip address show',
      'ifconfig -a',
    ])
  })

  test('has the same answer from ip in JSON and in text, but for the kind', () => {
    const withoutKind = json.map((each) => ({ ...each, kind: null }))
    expect(human?.parse(printed(transcript('ip-address-ns.txt')))).toEqual(withoutKind)
  })

  test('has the same addresses from every source', () => {
    const addresses = (found: typeof json | null | undefined) =>
      Object.fromEntries(
        (found ?? []).map((each) => [
          each.name,
          each.addresses.map((one) => `${one.address}/${one.prefixLength} ${one.peer}`).sort(),
        ]),
      )
    const wanted = addresses(json)
    expect(addresses(plain?.parse(printed(transcript('ip-address-ns-busybox.txt'))))).toEqual(
      wanted,
    )
    // SIOCGIFADDR, which ifconfig uses, knows one IPv4 address for each name.
    wanted.veth0 = wanted.veth0?.filter((one) => !one.startsWith('10.0.3.16')) ?? []
    expect(addresses(old?.parse(printed(transcript('ifconfig-ns.txt'))))).toEqual(wanted)
    expect(addresses(old?.parse(printed(transcript('ifconfig-ns-busybox.txt'))))).toEqual(wanted)
  })

  test('is open when the tool failed, printed nothing or printed something else', () => {
    expect(first?.parse(printed('', 0))).toBeNull()
    expect(first?.parse(printed('[]', 0))).toBeNull()
    expect(first?.parse(printed(transcript('ip-address-ns.json'), 1))).toBeNull()
    expect(
      human?.parse(printed('BusyBox v1.35.0 multi-call binary.\n\nUsage: ip [OPTIONS]', 0)),
    ).toBeNull()
  })
})

test('no text makes the JSON parser throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseIpAddressJson(text)))
})

test('a program of XDP is told with its mode', () => {
  const said = transcripts('frame-programs.txt')
  const found = parseIpAddressJson(said('ip -j -s -d address show')) ?? []
  expect(found.map(({ name, xdp }) => [name, xdp])).toEqual([
    ['lo', null],
    ['v1', null],
    ['eth0', { mode: 'drv', program: 189, name: 'drop_https' }],
    ['v2', null],
    ['eth1', { mode: 'generic', program: 194, name: 'pass' }],
  ])
})
