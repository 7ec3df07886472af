import { describe, expect, test } from 'vitest'
import {
  checkSource,
  type Flow,
  forwards,
  lookUpRoute,
  ownAddresses,
  routingParameters,
} from '../../src/policy/routing.ts'
import { routing } from './machine.ts'

const flow: Flow = {
  family: 4,
  source: '10.0.0.9',
  destination: '192.0.2.7',
  inputDevice: 'eth0',
  mark: 0,
}
const RULES = ['0: from all lookup local', '32766: from all lookup main']
const deviceOf = (...args: Parameters<typeof lookUpRoute>): string | null => {
  const answer = lookUpRoute(...args)
  return answer.kind === 'unicast' ? answer.device : answer.kind
}

describe('lookUpRoute', () => {
  test('takes the longest prefix, and of equal ones the lowest metric', () => {
    expect(deviceOf(routing(), flow)).toBe('eth1')
    const more = routing({
      routes: ['192.0.2.0/24 dev eth2 metric 200', '192.0.2.0/24 dev eth3 metric 100'],
    })
    expect(deviceOf(more, flow)).toBe('eth3')
    expect(deviceOf(more, { ...flow, destination: '192.0.3.1' })).toBe('eth1')
  })

  test('knows its own addresses, whole 127.0.0.0/8, and the broadcast of a network', () => {
    for (const destination of ['10.0.0.1', '127.3.2.1'])
      expect(deviceOf(routing(), { ...flow, destination })).toBe('local')
    expect(lookUpRoute(routing(), { ...flow, destination: '10.0.0.255' })).toEqual({
      kind: 'other',
      type: 'broadcast',
    })
    const bare = { ...routing(), 4: { routes: [], rules: null } }
    expect(deviceOf(bare, { ...flow, destination: '10.1.0.1' })).toBe('local')
  })

  test('goes through the routing rules in order, by source, device and mark', () => {
    const by = (rule: string, more: Partial<Flow> = {}) =>
      deviceOf(routing({ routes: ['default dev eth9 table 100'], rules: [...RULES, rule] }), {
        ...flow,
        ...more,
      })
    expect(by('100: from 10.0.0.0/24 lookup 100')).toBe('eth9')
    expect(by('100: not from 10.0.0.0/24 lookup 100')).toBe('eth1')
    expect(by('100: from all iif eth0 lookup 100')).toBe('eth9')
    expect(by('100: from all iif eth1 lookup 100')).toBe('eth1')
    expect(by('100: from all fwmark 0x1/0xf lookup 100', { mark: 0x11 })).toBe('eth9')
    expect(by('100: from all fwmark 0x1/0xf lookup 100')).toBe('eth1')
    expect(by('100: from all fwmark 0x1 lookup 100', { mark: null })).toBe('unknown')
    expect(by('100: from all ipproto tcp lookup 100')).toBe('unknown')
    expect(by('100: from all prohibit')).toBe('refused')
    expect(by('40000: from all lookup 100')).toBe('eth1')
  })

  test('passes over a suppressed default route, and a throw', () => {
    const rules = ['0: from all lookup local', '100: from all lookup main suppress_prefixlength 0']
    const host = routing({
      routes: ['default dev wg0 table 51820', 'throw 198.51.100.0/24 table 51820'],
      rules: [...rules, '200: from all lookup 51820', '32766: from all lookup main'],
    })
    expect(deviceOf(host, flow)).toBe('wg0')
    expect(deviceOf(host, { ...flow, destination: '10.0.0.77' })).toBe('eth0')
    expect(deviceOf(host, { ...flow, destination: '198.51.100.1' })).toBe('eth1')
  })

  test('says which error a rejecting route gives, and that there is none', () => {
    const host = routing({ routes: ['unreachable 192.0.2.0/24'] })
    expect(lookUpRoute(host, flow)).toMatchObject({ kind: 'refused', error: 'EHOSTUNREACH' })
    const none = { ...routing(), 4: { routes: [], rules: null } }
    expect(lookUpRoute(none, flow)).toMatchObject({
      kind: 'refused',
      error: 'ENETUNREACH',
      why: 'there is no route to 192.0.2.7',
    })
  })

  test('of addresses that mean something on one link only, the routes of that link', () => {
    const six = { ...flow, family: 6, source: 'fd00::9' } as const
    expect(deviceOf(routing(), { ...six, destination: '::1', inputDevice: 'lo' })).toBe('local')
    expect(deviceOf(routing(), { ...six, destination: '::1' })).toBe('refused')
    expect(deviceOf(routing(), { ...six, destination: '::1', inputDevice: 'eth1' })).toBe('eth1')
    const zoned = { ...six, destination: 'fe80::1%eth1', inputDevice: 'lo' }
    expect(deviceOf(routing(), zoned)).toBe('eth1')
  })

  test('does not guess where the routes are not known', () => {
    const blind = { ...routing(), 4: { routes: null, rules: null } }
    expect(lookUpRoute(blind, flow).kind).toBe('unknown')
    expect(lookUpRoute(blind, { ...flow, destination: '10.0.0.1' }).kind).toBe('local')
  })
})

describe('checkSource', () => {
  const check = (parameters: Record<string, string>, more: Partial<Flow> = {}) =>
    checkSource(routing({ parameters }), { ...flow, ...more }).passes

  test('a strict reverse path filter asks for the same device, a loose one for any', () => {
    const astray = { source: '198.51.100.1' }
    expect(check({ 'net.ipv4.conf.eth0.rp_filter': '1' }, astray)).toBe(false)
    expect(check({ 'net.ipv4.conf.all.rp_filter': '2' }, astray)).toBe(true)
    expect(check({ 'net.ipv4.conf.eth0.rp_filter': '1' })).toBe(true)
    expect(check({}, astray)).toBe(true)
  })

  test('martians are dropped in any case', () => {
    expect(check({}, { source: '127.0.0.1' })).toBe(false)
    expect(check({}, { destination: '127.0.0.1' })).toBe(false)
    expect(check({ 'net.ipv4.conf.eth0.route_localnet': '1' }, { destination: '127.0.0.1' })).toBe(
      true,
    )
    expect(check({}, { source: '10.1.0.1' })).toBe(false)
    expect(check({ 'net.ipv4.conf.eth0.accept_local': '1' }, { source: '10.1.0.1' })).toBe(true)
    expect(check({}, { source: '224.0.0.1' })).toBe(false)
    expect(check({}, { family: 6, source: '::1' })).toBe(true)
  })
})

describe('what is known of a host', () => {
  test('its addresses', () => {
    expect(ownAddresses(routing())).toContain('fd00:1::1')
    expect(ownAddresses(null)).toBeNull()
  })

  test('the parameters to ask for, a dot in a name of a device as sysctl writes it', () => {
    expect(routingParameters(['eth0.5'])).toContain('net.ipv4.conf.eth0/5.rp_filter')
    expect(forwards(routing(), 4)).toBe(true)
    expect(forwards(routing({ parameters: { 'net.ipv4.ip_forward': '0' } }), 4)).toBe(false)
    expect(forwards({ ...routing(), parameters: new Map() }, 6)).toBeNull()
  })
})
