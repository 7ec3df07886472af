import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseIpRouteGet,
  parseIpRouteGetJson,
  type RouteLookup,
  routeTo,
} from '../../src/facts/ip-route-get.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript, transcripts } from './data.ts'

const get = transcripts('ip-route-get-ns.txt')

/** Both forms of one question, as the tool answered it in a namespace. */
function asked(words: string): readonly (RouteLookup | null | undefined)[] {
  const [address = ''] = words.split(' ')
  return ['ip -j route get', 'ip route get'].map((command, at) => {
    const text = get(`${command} ${words}`)
    const refused = text.startsWith('RTNETLINK')
    const output = refused ? printed('', 2, text) : printed(text)
    return routeTo(address).sources[at]?.parse(output)
  })
}

test.for([
  ['192.0.2.1', 'EINVAL', 'blackhole'],
  ['198.51.100.1', 'EHOSTUNREACH', 'unreachable'],
  ['203.0.113.1', 'EACCES', 'prohibit'],
  ['9.9.9.9', 'ENETUNREACH', 'none'],
  ['2001:db8:bad::1', 'EINVAL', 'blackhole'],
  ['2001:db8:bae::1', 'EHOSTUNREACH', 'unreachable'],
  ['2001:db8:baf::1', 'EACCES', 'prohibit'],
] as const)('%s is refused with %s, as a route of type %s does', ([address, error, type]) => {
  for (const lookup of asked(address))
    expect(lookup).toMatchObject({ destination: address, error, type, device: null })
})

test('a refusal keeps the words of the kernel', () => {
  expect(asked('198.51.100.1')[0]?.text).toBe('RTNETLINK answers: No route to host')
})

test.for([
  [
    '8.8.8.8',
    { gateway: '10.0.3.2', device: 'veth0', source: '10.0.3.15', type: 'unicast', mtu: null },
  ],
  ['10.0.3.15', { type: 'local', device: 'lo', table: 'local', gateway: null }],
  ['10.0.3.255', { type: 'broadcast', device: 'veth0' }],
  ['10.78.1.1', { gateway: '10.0.3.2', mtu: 1400 }],
  ['10.0.9.7', { gateway: '10.0.3.2', mtu: 1300 }],
  ['10.82.0.1', { gateway: 'fe80::9', source: '10.0.3.15' }],
  ['10.79.1.1 from 10.0.3.16', { gateway: '172.31.0.1', table: '100', source: '10.0.3.16' }],
  ['::1', { type: 'local', source: '::1', device: 'lo' }],
  ['2001:db8:79::1', { gateway: 'fe80::1', source: '2001:db8:3::15', mtu: 1400 }],
] as const)('%s is answered alike in JSON and in text', ([words, wanted]) => {
  const [json, text] = asked(words)
  expect(json).toMatchObject({ destination: words.split(' ')[0], error: null, ...wanted })
  expect({ ...text, text: '' }).toEqual({ ...json, text: '' })
})

test('the proof is one line', () => {
  const [json, text] = asked('10.0.9.7')
  expect(json?.text).toBe('10.0.9.7 via 10.0.3.2 dev veth0 src 10.0.3.15 mtu 1300')
  expect(text?.text).toMatch(
    /^10\.0\.9\.7 via 10\.0\.3\.2 dev veth0 src 10\.0\.3\.15 uid 0 cache expires \d+sec mtu 1300$/,
  )
})

test('a pasted session is read', () => {
  expect(parseIpRouteGet(transcript('pasted-ip-route-get.txt'))).toMatchObject({
    destination: '147.83.2.135',
    gateway: '10.0.3.2',
    device: 'enp0s8',
    source: '10.0.3.15',
    error: null,
  })
  const pasted = '$ ip route get 192.0.2.1\nRTNETLINK answers: Invalid argument\n'
  expect(parseIpRouteGet(pasted, '192.0.2.1')).toMatchObject({
    error: 'EINVAL',
    destination: '192.0.2.1',
  })
})

describe('busybox', () => {
  test.for([
    ['8.8.8.8', { gateway: '10.0.3.2', source: '10.0.3.15', error: null }],
    ['192.0.2.1', { error: 'EINVAL' }],
    ['10.0.3.15', { type: 'local', device: 'lo' }],
    ['2001:db8:79::1', { gateway: 'fe80::1', source: '2001:db8:3::15' }],
  ] as const)('%s', ([address, wanted]) => {
    expect(parseIpRouteGet(get(`busybox ip route get ${address}`), address)).toMatchObject(wanted)
  })
})

test('old kernels answer with a rejecting route and its error', () => {
  const text =
    'unreachable 2001:db8::1 from :: dev lo table unspec proto kernel src 2001:db8:3::15 metric 4294967295 error -101 pref medium'
  expect(parseIpRouteGet(text)).toMatchObject({
    type: 'unreachable',
    error: 'ENETUNREACH',
    device: 'lo',
  })
  const json = '[{"type":"prohibit","dst":"2001:db8::1","dev":"lo","error":-13}]'
  expect(parseIpRouteGetJson(json)).toMatchObject({ error: 'EACCES' })
  expect(parseIpRouteGetJson('[{"type":"unreachable","dst":"10.1.1.1"}]')?.error).toBe(
    'EHOSTUNREACH',
  )
})

test('any other refusal is other', () => {
  const output = printed('', 2, 'RTNETLINK answers: Invalid cross-device link')
  expect(routeTo('10.0.0.1').sources[0]?.parse(output)).toMatchObject({ error: 'other' })
})

test('the question names zone, source and input interface', () => {
  const words = (question: ReturnType<typeof routeTo>) => question.sources[1]?.argv.join(' ')
  expect(words(routeTo('fe80::5%eth0'))).toBe('ip route get fe80::5 oif eth0')
  expect(words(routeTo('10.1.1.1', { source: '10.2.2.2', input: 'eth1' }))).toBe(
    'ip route get 10.1.1.1 from 10.2.2.2 iif eth1',
  )
})

test('what is no lookup stays open', () => {
  for (const output of [
    printed('', 1, 'Error: any valid prefix is expected rather than "bogus".'),
    printed('10.0.3.2 dev veth0 lladdr ae:59:f7:82:62:ef REACHABLE'),
    printed('10.0.3.98 dev veth0 FAILED'),
    { ...printed(''), failure: 'missing' as const },
  ])
    for (const source of routeTo('10.0.0.1').sources) expect(source.parse(output)).toBeNull()
})

test('no text makes it throw, and a megabyte takes no time', () => {
  const line = fc.constantFrom(
    '10.1.1.1 via ',
    '    cache mtu',
    'local :: from',
    'RTNETLINK answers: ',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string())),
      (lines) => void parseIpRouteGet(lines.join('\n')),
    ),
  )
  const started = performance.now()
  for (const piece of [' ', ':', '1.1 ', 'local ', '10.1.1.1 via ', '\n '])
    parseIpRouteGet(piece.repeat(1_000_000 / piece.length))
  expect(performance.now() - started).toBeLessThan(2000)
})
