import { describe, expect, test } from 'vitest'
import { follow, translate, untranslated } from '../../src/policy/translation.ts'
import { routing } from './machine.ts'
import { start } from './world.ts'

const destinationBy = (to: string | null, kind: 'dnat' | 'redirect' = 'dnat') => {
  const turned = translate(start, { kind, to }, 'prerouting', routing())
  return turned && `${turned.packet.destination} ${turned.packet.destinationPort}`
}

describe('translate', () => {
  test.for([
    ['192.0.2.1:80', '192.0.2.1 80'],
    ['192.0.2.1', '192.0.2.1 443'],
    [':8080', '10.0.0.1 8080'],
    ['[fd00::7]:80', 'fd00::7 80'],
    ['fd00::7', 'fd00::7 443'],
    ['192.0.2.1-192.0.2.9', null],
    ['192.0.2.1:80-90', null],
    ['tcp dport map { 80 : 192.0.2.1 }', null],
    ['', null],
    [null, null],
  ] as const)('dnat to %s', ([to, expected]) => {
    expect(destinationBy(to)).toBe(expected)
  })

  test('a redirect leads to the address of the incoming device, of an outgoing packet to lo', () => {
    expect(destinationBy(null, 'redirect')).toBe('10.0.0.1 443')
    const out = translate(start, { kind: 'redirect', to: ':80' }, 'output', null)
    expect(out?.packet).toMatchObject({ destination: '127.0.0.1', destinationPort: 80 })
    const blind = translate(start, { kind: 'redirect', to: ':80' }, 'prerouting', null)
    expect(blind).toMatchObject({ toThisHost: true, packet: { destinationPort: 80 } })
  })

  test.for([
    ['prerouting', '192.0.2.0/24', '192.0.2.1'],
    ['prerouting', '192.0.2.64/26', '192.0.2.65'],
    ['prerouting', '192.0.2.7/32', '192.0.2.7'],
    ['prerouting', '0.0.0.0/0', '10.0.0.1'],
    ['prerouting', 'fd00::/64', undefined],
    ['postrouting', '192.0.2.0/28', '192.0.2.9'],
    ['input', '192.0.2.0/24', '192.0.2.9'],
  ] as const)('at %s an address is moved into %s', ([hook, to, expected]) => {
    const packet = translate(start, { kind: 'netmap', to }, hook, null)?.packet
    expect(hook === 'prerouting' ? packet?.destination : packet?.source).toBe(expected)
    if (packet !== undefined)
      expect([packet.destinationPort, packet.sourcePort]).toEqual([443, start.packet.sourcePort])
  })

  test('a source out of several is not known', () => {
    const turned = translate(
      start,
      { kind: 'snat', to: '192.0.2.1-192.0.2.9' },
      'postrouting',
      null,
    )
    expect(turned?.packet).toMatchObject({ source: '', sourcePort: null })
    const one = translate(start, { kind: 'snat', to: '192.0.2.1' }, 'postrouting', null)
    expect(one?.packet.source).toBe('192.0.2.1')
  })
})

test('to where it was going anyway is no translation', () => {
  const same = translate(start, { kind: 'dnat', to: '10.0.0.1' }, 'prerouting', null)
  expect(same?.connection).toMatchObject({ destination: null, destinationDone: true })
})

describe('follow', () => {
  const turned = translate(start, { kind: 'dnat', to: '192.0.2.1:80' }, 'prerouting', null)
  const connection = turned?.connection ?? start.connection

  test('gives later packets the same destination, and answers the old source', () => {
    const later = { ...start, connection, state: 'established' } as const
    expect(follow(later, 'prerouting').packet.destination).toBe('192.0.2.1')
    const packet = { ...start.packet, source: '192.0.2.1', sourcePort: 80 }
    const answer = { ...later, packet, reply: true }
    expect(follow(answer, 'prerouting')).toBe(answer)
    expect(follow(answer, 'postrouting').packet).toMatchObject({
      source: '10.0.0.1',
      sourcePort: 443,
    })
  })

  test('an untranslated connection is left alone', () => {
    const world = untranslated(start, 'prerouting')
    expect(world.connection).toMatchObject({ destinationDone: true, sourceDone: false })
    expect(follow(world, 'prerouting')).toBe(world)
  })
})
