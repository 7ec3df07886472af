import { describe, expect, test } from 'vitest'
import { parseIpAddressText } from '../../src/facts/ip-address-text.ts'
import { deviceAddress, nearAddress, receivingAddress } from '../../src/policy/device-address.ts'
import type { Routing } from '../../src/policy/routing.ts'
import { routing } from './machine.ts'

const several: Routing = {
  ...routing(),
  interfaces: parseIpAddressText(`1: lo: <LOOPBACK,UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
    inet6 ::1/128 scope host
2: eth0: <BROADCAST,UP> mtu 1500
    inet 10.0.0.1/24 scope global eth0
    inet 10.0.0.2/24 scope global secondary eth0
    inet 10.7.0.1/24 scope global eth0
    inet6 fd00::1/64 scope global
    inet6 2001:db8::1/64 scope global
    inet6 fe80::1/64 scope link
3: tun0: <POINTOPOINT,UP> mtu 1500
`),
}

describe('the source that a device lends', () => {
  test('is that of the next hop’s network, else its first', () => {
    expect(deviceAddress(several, 'eth0', 4, '10.7.0.9')).toBe('10.7.0.1')
    expect(deviceAddress(several, 'eth0', 4, '192.0.2.1')).toBe('10.0.0.1')
  })

  test('is borrowed by a device that has none, lo as well', () => {
    expect(deviceAddress(several, 'tun0', 4, '192.0.2.1')).toBe('10.0.0.1')
    expect(deviceAddress(several, 'lo', 4, '127.0.0.1')).toBe('10.0.0.1')
    expect(nearAddress(several, 'tun0', 4, '192.0.2.1')).toBeNull()
    expect(deviceAddress(null, 'eth0', 4, '192.0.2.1')).toBeNull()
  })

  test('is in IPv6 the closest to the destination, of its scope', () => {
    expect(deviceAddress(several, 'eth0', 6, '2001:db8::9')).toBe('2001:db8::1')
    expect(deviceAddress(several, 'eth0', 6, 'fe80::9')).toBe('fe80::1')
    expect(deviceAddress(routing(), 'eth1', 6, '2001:db8::1')).toBe('fd00:1::1')
    expect(deviceAddress(several, 'lo', 6, 'fd00::1')).toBe('fd00::1')
  })
})

test('what is redirected goes to the first address of its device', () => {
  expect(receivingAddress(several, 'eth0', 4, '10.7.0.9')).toBe('10.0.0.1')
  expect(receivingAddress(several, 'eth0', 6, '2001:db8::9')).toBe('fd00::1')
  expect(receivingAddress(several, 'eth0', 6, 'fe80::9')).toBe('fe80::1')
  expect(receivingAddress(several, 'eth9', 4, '10.7.0.9')).toBeNull()
})
