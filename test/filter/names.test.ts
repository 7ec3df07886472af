import { expect, test } from 'vitest'
import { parseExpression } from '../../src/filter/grammar.ts'
import { hostNamesIn, namesOf } from '../../src/filter/names.ts'
import { parseAddress } from '../../src/wire/address.ts'

const names = namesOf({
  services:
    '# comment\nhttp 80/tcp www # web\ndomain 53/tcp\ndomain 53/udp\nsyslog 514/udp\nbad x/tcp\n',
  protocols: 'tcp\t6\tTCP\nipv6-icmp 58 IPv6-ICMP\n',
  networks: 'loopback 127.0.0.0\nshort 10.1\nbad 300.1\n',
  ethers: '02:00:00:00:00:01 router\nnonsense host\n',
})

test('services are known by name and alias under each protocol', () => {
  expect(names.port('http', 'tcp')).toBe(80)
  expect(names.port('www', 'tcp')).toBe(80)
  expect(names.port('http', 'udp')).toBeNull()
  expect(names.port('domain', 'udp')).toBe(53)
  expect(names.port('bad', 'tcp')).toBeNull()
  expect(names.port('8080', 'tcp')).toBe(8080)
  expect(names.services()).toEqual(['http', 'www', 'domain', 'syslog'])
})

test('protocols, networks and Ethernet addresses are known by name', () => {
  expect(names.protocol('TCP')).toBe(6)
  expect(names.protocol('udp')).toBeNull()
  expect(names.network('loopback')).toBe(0x7f00_0000)
  expect(names.network('short')).toBe(0x0a01_0000)
  expect(names.network('bad')).toBeNull()
  expect(names.ether('router')).toEqual(Uint8Array.from([2, 0, 0, 0, 0, 1]))
  expect(names.ether('host')).toBeNull()
})

test('hosts are what the caller has looked up; an address needs no look-up', () => {
  const address = parseAddress('192.0.2.1')
  const known = namesOf({ hosts: new Map(address === null ? [] : [['router', [address]]]) })
  expect(known.hosts('router')).toEqual([address])
  expect(known.hosts('192.0.2.7')).toEqual([parseAddress('192.0.2.7')])
  expect(known.hosts('10.1')).toEqual([parseAddress('10.0.0.1')])
  expect(known.hosts('0x7f.010.1')).toEqual([parseAddress('127.8.0.1')])
  expect(known.hosts('10.0.0.256')).toBeNull()
  expect(known.hosts('nobody')).toBeNull()
})

test('the hosts of an expression are those that must be looked up', () => {
  const tree = parseExpression(
    'host a or b and not src c and port http or net n or ether host e or dst 10.0.0.1 or decnet host d',
  )
  expect(hostNamesIn(tree)).toEqual(['a', 'b', 'c'])
  expect(hostNamesIn(null)).toEqual([])
})
