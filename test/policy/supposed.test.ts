import { expect, test } from 'vitest'
import { forwards, lookUpRoute } from '../../src/policy/routing.ts'
import { asRouter, stranger, supposedRouting, withWays } from '../../src/policy/supposed.ts'
import { base, nft, routing, table } from './machine.ts'

const to = (destination: string) =>
  ({ family: 4, source: '', destination, inputDevice: 'lo', mark: 0 }) as const

test('a stranger is an address that no rule names, and not the other end', () => {
  expect(stranger([], 4, null)).toBe('203.0.113.77')
  expect(stranger([], 4, '203.0.113.77')).toBe('198.51.100.77')
  const bogons = nft(
    table(
      't',
      `set bogons {\ntype ipv4_addr\nflags interval\nelements = { 192.0.2.0/24, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24 }\n}\n`,
      base('c', 'filter hook input priority 0', 'ip saddr @bogons drop'),
    ),
  )
  expect(stranger([bogons], 4, null)).toBe('93.184.7.7')
  expect(stranger([bogons], 6, null)).toBe('2001:db8:77::7')
})

test('where every address is named, one stands for any all the same', () => {
  const halves = nft(
    table(
      't',
      base(
        'c',
        'filter hook input priority 0',
        'ip saddr 0.0.0.0/1 drop',
        'ip saddr 128.0.0.0/1 drop',
      ),
    ),
  )
  expect(stranger([halves], 4, null)).toBe('203.0.113.77')
})

test('a host of which only the rules are known has one address, and goes the ways that were said', () => {
  const supposed = supposedRouting(4, '192.0.2.1', [
    { to: '192.0.2.9', device: 'eth0' },
    { to: null, device: 'eth1' },
  ])
  expect(lookUpRoute(supposed, to('192.0.2.1'))).toMatchObject({ kind: 'local' })
  expect(lookUpRoute(supposed, to('192.0.2.9'))).toMatchObject({ kind: 'unicast', device: 'eth0' })
  expect(lookUpRoute(supposed, to('192.0.2.10'))).toMatchObject({ device: 'eth1' })
  expect(forwards(supposed, 4)).toBe(true)
})

test('a way that was said comes before those of the host', () => {
  const known = routing()
  expect(lookUpRoute(known, to('192.0.2.9'))).toMatchObject({ device: 'eth1' })
  const changed = withWays(known, 4, [{ to: '192.0.2.9', device: 'eth0' }])
  expect(lookUpRoute(changed, to('192.0.2.9'))).toMatchObject({ device: 'eth0' })
  expect(lookUpRoute(changed, to('192.0.2.8'))).toMatchObject({ device: 'eth1' })
  expect(withWays(known, 4, [])).toBe(known)
})

test('a host as a router forwards both families', () => {
  const closed = routing({ parameters: { 'net.ipv4.ip_forward': '0' } })
  expect(forwards(closed, 4)).toBe(false)
  expect(forwards(asRouter(closed), 4)).toBe(true)
  expect(forwards(asRouter(closed), 6)).toBe(true)
})
