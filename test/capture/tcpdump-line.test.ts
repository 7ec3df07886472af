import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHead } from '../../src/capture/tcpdump-line.ts'

test.each([
  ['IP 192.0.2.1.5 > 192.0.2.2.6: x', 'ip'],
  ['IP6 2001:db8::1.5 > 2001:db8::2.6: x', 'ip6'],
  ['ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 28', 'arp'],
  ['arp who-has 192.0.2.1 tell 192.0.2.2', 'arp'],
  ['eth0  In  IP 192.0.2.1.5 > 192.0.2.2.6: x', 'ip'],
  ['Out IP6 2001:db8::1.5 > 2001:db8::2.6: x', 'ip6'],
  ['MPLS (label 16, tc 0, ttl 64) (label 32, [S], ttl 64) IP 192.0.2.1.5 > 192.0.2.2.6: x', 'ip'],
  ['PPPoE  [ses 0x2a] IP 192.0.2.1.5 > 192.0.2.2.6: x', 'ip'],
  [
    'c6:2f:42:2d:7b:79 > 76:95:4b:10:93:62, ethertype IPv4 (0x0800), length 74: 192.0.2.1.5 > 192.0.2.2.6: x',
    'ip',
  ],
  [
    'c6:2f:42:2d:7b:79 > 76:95:4b:10:93:62, ethertype 802.1Q (0x8100), length 78: vlan 5, p 0, ethertype IPv4 (0x0800), 192.0.2.1.5 > 192.0.2.2.6: x',
    'ip',
  ],
  [
    'eth0  Out ifindex 2 76:95:4b:10:93:62 ethertype IPv6 (0x86dd), length 80: 2001:db8::1.5 > 2001:db8::2.6: x',
    'ip6',
  ],
  ['0:0:c0:6f:2d:40 0:a0:24:ab:cd:ef 0800 74: 192.0.2.1.5 > 192.0.2.2.6: x', 'ip'],
] as const)('of “%s” the rest begins with its ends', (text, network) => {
  const head = parseHead(text)
  expect(head).toMatchObject({ network, labelled: true })
  expect(head.rest).toMatch(/^(?:192\.0\.2\.1\.5 |2001:db8::1\.5 |Request |who-has )/)
})

test('fields of IP are read where -v prints them', () => {
  const four = parseHead(
    'IP (tos 0xc0, ttl 63, id 44753, offset 0, flags [DF], proto TCP (6), length 60)',
  )
  expect(four.rest).toBe('')
  expect(four.ip).toEqual({
    trafficClass: 0xc0,
    hopLimit: 63,
    identification: 44_753,
    fragment: 0x4000,
    protocol: 6,
    totalBytes: 60,
  })
  const six = parseHead(
    'IP6 (class 0xc0, flowlabel 0x3b5c3, hlim 64, next-header TCP (6) payload length: 40) fd01::2.5 > fd02::2.9: x',
  )
  expect(six.rest).toBe('fd01::2.5 > fd02::2.9: x')
  expect(six.ip).toMatchObject({ trafficClass: 0xc0, hopLimit: 64, protocol: 6 })
})

test('fields of IP are read where old versions append them', () => {
  const head = parseHead(
    '192.0.2.1.5 > 192.0.2.2.6: . ack 1 win 5 (DF) [tos 0x10]  (ttl 64, id 7, len 40)',
  )
  expect(head).toMatchObject({ network: 'ip', labelled: false })
  expect(head.ip).toMatchObject({
    trafficClass: 0x10,
    hopLimit: 64,
    identification: 7,
    fragment: 0x4000,
  })
})

test('no text makes it throw or take long', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseHead(text)
      parseHead(`IP (tos ${text}`)
    }),
  )
  const started = performance.now()
  for (const piece of ['IP (tos (', 'MPLS () ', ' (DF)', 'vlan 1, p 0, ', 'ethertype ', '0:'])
    parseHead(`IP ${piece.repeat(10_000)}`)
  expect(performance.now() - started).toBeLessThan(1000)
})
