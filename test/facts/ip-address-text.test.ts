import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseIpAddressText,
  parseIpBrief,
  parseIpStatistics,
} from '../../src/facts/ip-address-text.ts'
import { transcript, transcripts } from './data.ts'

describe('ip address show', () => {
  test('a pasted session is read, whatever stands around it', () => {
    const [each, ...others] = parseIpAddressText(transcript('pasted-ip-address.txt')) ?? []
    expect(others).toEqual([])
    expect(each).toMatchObject({
      name: 'enp0s8',
      index: 3,
      mtu: 1500,
      operState: 'UP',
      mac: '08:00:27:6e:ed:dd',
      received: null,
    })
    expect(each?.addresses.map((one) => [one.address, one.flags, one.scope])).toEqual([
      ['10.0.3.15', ['dynamic'], 'global'],
      ['fe80::a00:27ff:fe6e:eddd', [], 'link'],
    ])
  })

  test('-d and -s -s add the kind, the errors of the cable and nothing wrong', () => {
    const details = parseIpAddressText(transcript('ip-address-ns-details.txt')) ?? []
    expect(details.map((each) => each.kind)).toEqual([
      null,
      'veth',
      'bridge',
      'veth',
      'veth',
      'tun',
      'macvlan',
    ])
    const plain = parseIpAddressText(transcript('ip-address-ns.txt'))
    expect(details.map((each) => ({ ...each, kind: null }))).toEqual(plain)
  })

  test('errors of the cable are counted from both rows', () => {
    const text = `2: eth0: <UP,LOWER_UP> mtu 1500 state UP
    link/ether 08:00:27:6e:ed:dd brd ff:ff:ff:ff:ff:ff
    RX: bytes  packets  errors  dropped overrun mcast
    900        9        7       1       0       0
    RX errors: length   crc     frame   fifo    missed
               0        4       3       0       0
    TX: bytes  packets  errors  dropped carrier collsns
    100        1        2       0       2       0`
    const [each] = parseIpAddressText(text) ?? []
    expect(each?.received).toEqual({
      bytes: 900,
      packets: 9,
      errors: 7,
      dropped: 1,
      physicalErrors: 7,
    })
    expect(each?.sent).toMatchObject({ errors: 2, physicalErrors: 2 })
  })

  test('the protocol that added an address is no flag of it', () => {
    const text = `2: eth0: <UP> mtu 1500
    inet6 2001:db8::5/64 scope global temporary dynamic mngtmpaddr noprefixroute proto kernel_ra
    inet 192.0.2.5/24 metric 100 brd 192.0.2.255 scope global noprefixroute eth0:web`
    const [each] = parseIpAddressText(text) ?? []
    expect(each?.addresses.map((one) => one.flags)).toEqual([
      ['temporary', 'dynamic', 'mngtmpaddr', 'noprefixroute'],
      ['noprefixroute'],
    ])
  })
})

describe('ip -s -h link', () => {
  test('scaled counts are numbers again', () => {
    const found = parseIpStatistics(transcript('pasted-ip-statistics.txt')) ?? []
    expect(
      found.map((each) => [each.name, each.received.bytes, each.received.packets, each.sent.bytes]),
    ).toEqual([
      ['enp0s8', 2_520_000, 2790, 278_000],
      ['wlx04d9f511b8c3', 24_000_000, 100_000, 72_700],
      ['wlxfc3497286aac', 0, 0, 0],
    ])
  })

  test('binary scales and a decimal comma are understood', () => {
    const text = '1: a: <UP> mtu 9\nRX: bytes packets\n1,5Ki 2M\nTX: bytes packets\n0 0'
    expect(parseIpStatistics(text)?.[0]?.received).toMatchObject({
      bytes: 1536,
      packets: 2_000_000,
    })
  })

  test('interfaces without counters are not statistics', () => {
    expect(parseIpStatistics(transcript('ip-address-ns-busybox.txt'))).toBeNull()
  })
})

describe('ip -br', () => {
  test('link: every state of the pasted table, notes and tabs included', () => {
    const found = parseIpBrief(transcript('pasted-ip-br-link.txt')) ?? []
    expect(found.map((each) => [each.name, each.up, each.carrier])).toEqual([
      ['lo', true, true],
      ['enp0s3', true, true],
      ['enp0s8', true, true],
      ['enp0s9', true, false],
      ['enp0s10', false, null],
      ['wlx04d9f511b8c3', true, true],
      ['wlx001aef0caebc', true, false],
      ['wlxfc3497286aac', false, null],
    ])
    expect(found[1]?.mac).toBe('08:00:27:1d:97:61')
  })

  test('address: every address, and no guess where DOWN may mean two things', () => {
    const found = parseIpBrief(transcript('pasted-ip-br-address.txt')) ?? []
    expect(found.map((each) => each.addresses.map((one) => one.address).join(' '))).toEqual([
      '127.0.0.1 ::1',
      '10.1.1.143 fdbc:af07:7e18:482c:a00:27ff:fe1d:9761',
      '10.0.3.15',
      '',
      '',
      '10.1.1.109 fdbc:af07:7e18:482c:6d9:f5ff:fe11:b8c3',
      '',
      '',
    ])
    expect(found[1]?.addresses[1]).toMatchObject({ family: 6, prefixLength: 64 })
    expect(found[3]).toMatchObject({ operState: 'DOWN', carrier: null })
  })

  test('peers and interfaces of other namespaces', () => {
    const link = parseIpBrief(transcript('ip-br-link-ns.txt')) ?? []
    const address = parseIpBrief(transcript('ip-br-address-ns.txt')) ?? []
    expect(link.map((each) => each.lower)).toEqual([
      null,
      null,
      null,
      'veth7',
      'veth8',
      null,
      'veth0',
    ])
    expect(address.find((each) => each.name === 'tun0')?.addresses).toMatchObject([
      { address: '10.8.0.6', peer: '10.8.0.5', prefixLength: 32 },
    ])
    expect(address.find((each) => each.name === 'veth8')?.carrier).toBe(false)
  })
})

test.for([parseIpAddressText, parseIpStatistics, parseIpBrief])('%o survives any text', (parse) => {
  const line = fc.constantFrom(
    '1: a@b: <UP> mtu x',
    'link/',
    'inet',
    'inet6 ::/',
    'RX:',
    'TX: bytes',
    'lo UP',
    '9',
  )
  fc.assert(fc.property(fc.string(), (text) => void parse(text)))
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => void parse(lines.join('\n'))),
  )
  expect(parse('')).toBeNull()
  expect(parse('total 0\nroot@debian:~# ls')).toBeNull()
})

test.for(['@', '1: ', 'inet ', 'RX: ', 'a:', ' '])('a megabyte of %j takes no time', (piece) => {
  const text = piece.repeat(1_000_000 / piece.length)
  const started = performance.now()
  for (const parse of [parseIpAddressText, parseIpStatistics, parseIpBrief]) parse(text)
  expect(performance.now() - started).toBeLessThan(2000)
})

test('a program of XDP is told with its mode, with the details and without', () => {
  const said = transcripts('frame-programs.txt')
  const of = (command: string) =>
    parseIpAddressText(said(command))?.flatMap(({ name, kind, xdp }) =>
      xdp ? [{ device: name, kind, ...xdp }] : [],
    )
  expect(of('ip -d link show')).toMatchObject([
    { device: 'eth0', kind: 'veth' },
    { device: 'eth1', kind: 'veth' },
  ])
  expect(of('ip -s address show')).toMatchObject([
    { device: 'eth0', mode: 'drv', program: 189 },
    { device: 'eth1', mode: 'generic', program: 194 },
  ])
})
