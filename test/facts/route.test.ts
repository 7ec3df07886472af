import { expect, test } from 'vitest'
import { parseIpRouteText } from '../../src/facts/ip-route-text.ts'
import { formatRoute, isReal, netmaskLength, prefixText } from '../../src/facts/route.ts'

test.for([
  [4, 'default', '0.0.0.0/0'],
  [6, 'default', '::/0'],
  [4, '10.0.0.1', '10.0.0.1/32'],
  [6, '2001:db8::1', '2001:db8::1/128'],
  [4, '10.0.0.0/8', '10.0.0.0/8'],
] as const)('the IPv%i destination %s is the prefix %s', ([family, text, prefix]) => {
  expect(prefixText(family, text)).toBe(prefix)
})

test.for([
  ['255.255.255.0', 24],
  ['255.255.255.255', 32],
  ['0.0.0.0', 0],
  ['255.255.240.0', 20],
] as const)('the netmask %s has %i bits', ([mask, length]) => {
  expect(netmaskLength(mask)).toBe(length)
})

test('the null entry of older kernels is no route that somebody made', () => {
  const text = 'unreachable default dev lo metric 4294967295 error -101 pref medium'
  expect(parseIpRouteText(text, 6)).toEqual([])
  const [made] = parseIpRouteText('unreachable default dev lo metric 1024 pref medium', 6) ?? []
  expect(made && isReal(made)).toBe(true)
})

test.for([
  'default via 10.0.0.1 dev eth0',
  '10.0.0.0/8 via 10.0.0.1 dev eth0 metric 100',
  'blackhole 10.0.0.0/8',
  '10.0.0.0/8 dev eth0 table 7',
])('the route "%s" is written as ip takes it', (text) => {
  const [route] = parseIpRouteText(text, 4) ?? []
  expect(route && formatRoute(route)).toBe(text)
})
