import { describe, expect, test } from 'vitest'
import {
  type Asked,
  type Asker,
  askAbout,
  type Party,
  type Wording,
} from '../../src/policy/asked.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import { at, base, nft, routing, table, unsaid } from './machine.ts'

const ANY: Party = { kind: 'any' }

const live: Asker = { ruleSets: [], routing: routing() }
const file: Asker = { ruleSets: [], routing: null }

function ask(asker: Asker, change: Partial<Wording>): Asked {
  const asked = askAbout(asker, { ...unsaid, ...change })
  if ('error' in asked) throw new Error(asked.error)
  return asked
}

/** How it goes, in short, and whether the walk agrees. */
function way(asker: Asker, change: Partial<Wording>): string {
  const { packet, start, course, routing } = ask(asker, change)
  const { there, back } = walkConnection({ ruleSets: asker.ruleSets, routing }, packet, start)
  expect(there.course).toBe(course)
  expect(there.verdict).toBe('accepted')
  expect(back?.verdict).toBe('accepted')
  const by = start.kind === 'local' ? 'here' : String(start.device)
  return `${course} ${packet.source} by ${by} to ${packet.destination} by ${there.packet.outputDevice === '' ? 'here' : there.packet.outputDevice}`
}

describe('of a host', () => {
  test.for<[string, Partial<Wording>, string]>([
    [
      'without a sender, the host sends it',
      { to: at('192.0.2.5') },
      'output 10.1.0.1 by here to 192.0.2.5 by eth1',
    ],
    [
      'and by the address that is near',
      { to: at('10.0.0.7') },
      'output 10.0.0.1 by here to 10.0.0.7 by eth0',
    ],
    [
      'or by the interface that was said',
      { to: at('192.0.2.5'), outputDevice: 'eth0' },
      'output 10.0.0.1 by here to 192.0.2.5 by eth0',
    ],
    [
      'to one of its own addresses, anybody sends it',
      { to: at('10.0.0.1') },
      'input 203.0.113.77 by eth1 to 10.0.0.1 by here',
    ],
    ['to a port of its own, too', {}, 'input 203.0.113.77 by eth1 to 10.0.0.1 by here'],
    [
      'by the interface that was said, to its address',
      { inputDevice: 'eth1' },
      'input 203.0.113.77 by eth1 to 10.1.0.1 by here',
    ],
    [
      'from a neighbour, by the interface to it',
      { from: at('10.0.0.9') },
      'input 10.0.0.9 by eth0 to 10.0.0.1 by here',
    ],
    [
      'between two others it passes through',
      { from: at('10.0.0.9'), to: at('192.0.2.5') },
      'forward 10.0.0.9 by eth0 to 192.0.2.5 by eth1',
    ],
    [
      'to itself over the loopback',
      { to: at('127.0.0.1') },
      'loopback 127.0.0.1 by here to 127.0.0.1 by here',
    ],
    [
      'to itself from its own address',
      { from: at('10.0.0.1'), to: at('10.1.0.1') },
      'loopback 10.0.0.1 by here to 10.1.0.1 by here',
    ],
    [
      'from the host to one of its own addresses',
      { from: { kind: 'self' }, to: at('10.1.0.1') },
      'loopback 10.1.0.1 by here to 10.1.0.1 by here',
    ],
    [
      'to anybody',
      { to: ANY, outputDevice: 'eth0' },
      'output 10.0.0.1 by here to 203.0.113.77 by eth0',
    ],
    [
      'from anybody through it',
      { from: ANY, to: at('10.0.0.7') },
      'forward 203.0.113.77 by eth1 to 10.0.0.7 by eth0',
    ],
    [
      'over IPv6',
      { family: 6, to: at('2001:db8::5') },
      'output fd00:1::1 by here to 2001:db8::5 by eth1',
    ],
    [
      'over IPv6 to one of its own',
      { family: 6, to: at('fd00:0::1') },
      'input 2001:db8:77::7 by eth1 to fd00:0::1 by here',
    ],
  ])('%s', ([, change, expected]) => {
    expect(way(live, change)).toBe(expected)
  })

  test('an own address is known in whatever way it is written', () => {
    expect(ask(live, { family: 6, to: at('fd00:0:0::1') }).course).toBe('input')
  })

  test('it is said why it goes that way', () => {
    const because = (change: Partial<Wording>): string => ask(live, change).because
    expect(because({ to: at('10.0.0.1') })).toBe('10.0.0.1 is its own address (eth0)')
    expect(because({ to: at('192.0.2.5'), outputDevice: 'eth0' })).toBe(
      'it sends the packet itself, by eth0 (the routes would take eth1)',
    )
    expect(because({ from: at('10.0.0.9'), to: at('192.0.2.5') })).toBe(
      'neither end is its own, so the packet passes through',
    )
  })

  test('anybody at an interface has a way back by it, so that no reverse path filter is in the way', () => {
    const strict: Asker = {
      ruleSets: [],
      routing: routing({ parameters: { 'net.ipv4.conf.all.rp_filter': '1' } }),
    }
    expect(way(strict, { inputDevice: 'eth0' })).toMatch(/^input 203\.0\.113\.77 by eth0 /)
  })
})

describe('of a file of rules', () => {
  test.for<[string, Partial<Wording>, string]>([
    [
      'without a sender, the host sends it',
      { to: at('192.0.2.5') },
      'output 203.0.113.77 by here to 192.0.2.5 by null',
    ],
    [
      'an interface to go out by',
      { from: at('10.0.0.5'), to: at('192.0.2.5'), outputDevice: 'eth0' },
      'output 10.0.0.5 by here to 192.0.2.5 by eth0',
    ],
    [
      'an interface to come in by',
      { from: at('10.0.0.5'), to: at('192.0.2.5'), inputDevice: 'eth0' },
      'input 10.0.0.5 by eth0 to 192.0.2.5 by here',
    ],
    [
      'both',
      { from: at('10.0.0.5'), to: at('192.0.2.5'), inputDevice: 'eth0', outputDevice: 'eth1' },
      'forward 10.0.0.5 by eth0 to 192.0.2.5 by eth1',
    ],
    [
      'whichever interface',
      { from: at('10.0.0.5'), to: at('192.0.2.5'), inputDevice: 'any', outputDevice: 'any' },
      'forward 10.0.0.5 by null to 192.0.2.5 by null',
    ],
    ['a port of the host', {}, 'input 203.0.113.77 by null to 198.51.100.77 by here'],
    ['the loopback', { to: at('127.0.0.1') }, 'loopback 127.0.0.1 by here to 127.0.0.1 by here'],
    [
      'IPv6',
      { family: 6, from: at('2001:db8::5'), to: at('2001:db8::6'), inputDevice: 'eth0' },
      'input 2001:db8::5 by eth0 to 2001:db8::6 by here',
    ],
  ])('%s', ([, change, expected]) => {
    expect(way(file, change)).toBe(expected)
  })

  test('two addresses alone do not tell which way it goes', () => {
    expect(askAbout(file, { ...unsaid, from: at('10.0.0.5'), to: at('192.0.2.5') })).toEqual({
      error: expect.stringContaining('add --in IF (for it), --out IF (from it) or both'),
    })
  })
})

test('an own address is found where an interface has several, and missed where it has none', () => {
  const known = routing()
  const interfaces = (known.interfaces ?? []).map((one) => ({
    ...one,
    addresses: one.addresses.flatMap((each) =>
      one.name === 'eth1' ? [] : [each, { ...each, address: each.address.replace('::1', '::2') }],
    ),
  }))
  const several: Asker = { ruleSets: [], routing: { ...known, interfaces } }
  expect(ask(several, { family: 6 }).packet.destination).toBe('fd00::1')
  expect(askAbout(several, { ...unsaid, inputDevice: 'eth1' })).toEqual({
    error: 'no IPv4 address of the host is known at eth1; give one with --to',
  })
})

test('the loopback as the interface is the host as the sender', () => {
  expect(ask(live, { inputDevice: 'lo' }).course).toBe('loopback')
  expect(ask(live, { inputDevice: 'lo', to: at('10.0.0.1') }).packet.source).toBe('10.0.0.1')
})

test('an address that stands for any is one that no rule names', () => {
  const rules = nft(
    table(
      't',
      base(
        'c',
        'filter hook input priority 0',
        'ip saddr 203.0.113.0/24 drop',
        'ip saddr 198.51.100.1-198.51.100.99 drop',
      ),
    ),
  )
  expect(ask({ ...live, ruleSets: [rules] }, {}).packet.source).toBe('192.0.2.77')
  expect(ask(live, {}).anySource).toBe(true)
  expect(ask(live, { to: at('192.0.2.5') }).anySource).toBe(false)
  expect(ask(file, { to: at('192.0.2.5') }).anySource).toBe(true)
  expect(ask(live, { from: at('10.0.0.9') }).anySource).toBe(false)
  expect(ask(live, { to: ANY }).anyDestination).toBe(true)
})

test('a new rule says what was said, and nothing else', () => {
  const bare = { source: null, destination: null, inputDevice: null, outputDevice: null }
  expect(ask(live, {}).condition).toMatchObject({ ...bare, destinationPort: 443, state: null })
  expect(ask(live, { from: at('10.0.0.9'), inputDevice: 'any' }).condition).toMatchObject({
    ...bare,
    source: '10.0.0.9',
  })
  expect(ask(live, { to: ANY, outputDevice: 'eth0' }).condition).toMatchObject({
    ...bare,
    outputDevice: 'eth0',
  })
  expect(
    ask(live, { state: 'established', protocol: 'icmp', destinationPort: null }).condition,
  ).toMatchObject({
    ...bare,
    destinationPort: null,
    icmpType: 'echo-request',
    state: 'established',
  })
})
