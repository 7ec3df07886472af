import { expect, test } from 'vitest'
import { TextNames } from '../../src/capture/tcpdump-name.ts'
import { formatAddress } from '../../src/wire/address.ts'

const told = (names: TextNames, text: string, family: 4 | 6 = 4): string | null => {
  const end = names.endWithPort(text, family)
  return end && `${formatAddress(end.address)} ${end.port}`
}

test.each([
  ['192.0.2.1.80', 4, '192.0.2.1 80'],
  ['192.0.2.1.https', 4, '192.0.2.1 443'],
  ['2001:db8::1.53', 6, '2001:db8::1 53'],
  ['fe80::1%eth0.53', 6, 'fe80::1 53'],
  ['192.0.2.1.70000', 4, null],
  ['192.0.2.256.80', 4, null],
  ['80', 4, null],
  ['www.example.org.!', 4, null],
] as const)('%s is an end', (text, family, end) => {
  expect(told(new TextNames(), text, family)).toBe(end)
})

test('a name gets one address that nobody has, and is remembered for it', () => {
  const names = new TextNames()
  expect(told(names, 'www.example.org.http')).toBe('240.0.0.1 80')
  expect(told(names, 'client.40000')).toBe('240.0.0.2 40000')
  expect(told(names, 'www.example.org.ssh')).toBe('240.0.0.1 22')
  expect(told(names, 'six.example.org.ssh', 6)).toBe('100::3 22')
  expect([...names.printed]).toEqual([
    ['240.0.0.1', 'www.example.org'],
    ['240.0.0.2', 'client'],
    ['100::3', 'six.example.org'],
  ])
})

test('a service without a known number gets a port of its own', () => {
  const names = new TextNames()
  expect(told(names, '192.0.2.1.frobnicate')).toBe('192.0.2.1 65000')
  expect(told(names, '192.0.2.2.frobnicate')).toBe('192.0.2.2 65000')
  expect([...names.madeUpPorts.keys()]).toEqual(['frobnicate'])
})
