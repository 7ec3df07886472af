import { expect, test } from 'vitest'
import { destinationOf, namesDestination } from '../../../src/diagnose/persist/route-words.ts'

test('a destination stands first, or behind the type of the route', () => {
  expect(destinationOf('203.0.113.0/24 via 192.0.2.9')).toBe('203.0.113.0/24')
  expect(destinationOf('blackhole 203.0.113.80')).toBe('203.0.113.80')
})

test.for([
  ['ip route add blackhole 203.0.113.80/32', 'blackhole 203.0.113.80', true],
  ['0.0.0.0/0', 'default via 192.0.2.1', true],
  ['203.0.113.0/25 192.0.2.9', '203.0.113.0/24 via 192.0.2.9', false],
  ['anything', 'anything', false],
] as const)('%j names the destination of %j: %j', ([text, route, said]) => {
  expect(namesDestination(text, route)).toBe(said)
})
