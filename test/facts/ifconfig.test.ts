import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIfconfig } from '../../src/facts/ifconfig.ts'
import { transcript } from './data.ts'

test.for(['ifconfig-ns.txt', 'ifconfig-ns-busybox.txt'])(
  '%s tells flags, carrier and counters',
  (name) => {
    const found = parseIfconfig(transcript(name)) ?? []
    const rows = found.map((each) => [
      each.name,
      each.up,
      each.carrier,
      each.mtu,
      each.linkType,
      each.mac,
    ])
    expect(rows).toEqual([
      ['br0', true, false, 1500, 'ether', '7a:f4:b4:d5:d9:14'],
      ['lo', true, true, 65536, 'loopback', null],
      ['mv0', false, null, 1500, 'ether', '32:1c:12:3c:b3:ad'],
      ['tun0', true, false, 1500, 'none', null],
      ['veth0', true, true, 1500, 'ether', '1a:00:1b:0c:e0:e0'],
      ['veth7', false, null, 1400, 'ether', '26:f3:00:68:ec:d2'],
      ['veth8', true, false, 1500, 'ether', '7a:f4:b4:d5:d9:14'],
    ])
    const veth0 = found.find((each) => each.name === 'veth0')
    expect(veth0?.received).toMatchObject({ bytes: 1148, packets: 10 })
    expect(veth0?.sent).toMatchObject({ bytes: 1384, packets: 14 })
    expect(found.find((each) => each.name === 'veth8')?.sent?.dropped).toBe(6)
    expect(veth0?.addresses.find((one) => one.address.startsWith('fe80'))?.scope).toBe('link')
  },
)

test('an alias adds its address to its interface', () => {
  const text = `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.0.2.5  netmask 255.255.255.0  broadcast 192.0.2.255

eth0:1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.0.2.129  netmask 255.255.255.128  broadcast 192.0.2.255
`
  const found = parseIfconfig(text) ?? []
  expect(found.map((each) => each.name)).toEqual(['eth0'])
  expect(found[0]?.addresses.map((one) => `${one.address}/${one.prefixLength}`)).toEqual([
    '192.0.2.5/24',
    '192.0.2.129/25',
  ])
})

test('frame and carrier errors are those of the cable', () => {
  const text = `eth0: flags=4163<UP,RUNNING>  mtu 1500
        RX packets 10  bytes 1148 (1.1 KiB)
        RX errors 5  dropped 1  overruns 0  frame 4
        TX packets 14  bytes 1384 (1.3 KiB)
        TX errors 3  dropped 0 overruns 0  carrier 2  collisions 0`
  const [each] = parseIfconfig(text) ?? []
  expect(each?.received).toEqual({
    bytes: 1148,
    packets: 10,
    errors: 5,
    dropped: 1,
    physicalErrors: 4,
  })
  expect(each?.sent).toEqual({ bytes: 1384, packets: 14, errors: 3, dropped: 0, physicalErrors: 2 })
})

test('anything else is no interface, and nothing makes it throw', () => {
  expect(parseIfconfig('')).toBeNull()
  expect(parseIfconfig('ifconfig: command not found')).toBeNull()
  const line = fc.constantFrom(
    'a: flags=1<UP>',
    'b Link encap:Ethernet',
    '  inet addr:',
    '  RX bytes:',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      (lines) => void parseIfconfig(lines.join('\n')),
    ),
  )
})
