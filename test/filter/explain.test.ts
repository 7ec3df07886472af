import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explainExpression } from '../../src/filter/explain.ts'
import { FilterError } from '../../src/filter/filter-error.ts'
import { parseExpression } from '../../src/filter/grammar.ts'

test.for([
  ['', 'Selects every packet.'],
  ['tcp', 'Selects packets that are TCP.'],
  ['tcp dst port 80 or 443 or http', 'Selects packets that go to TCP port 80, 443 or http.'],
  ['arp or host 10.0.0.1', 'Selects packets that are ARP, or come from or go to 10.0.0.1.'],
  [
    'ip6 and (tcp or udp) and not port 53',
    'Selects packets that are IPv6, and (are TCP, or are UDP), and do not come from or go to port 53.',
  ],
  ['not (arp or icmp6)', 'Selects packets that are not ARP, and are not ICMPv6.'],
  [
    'not (ip and less 100)',
    'Selects packets that are not IPv4, or are not at most 100 bytes long.',
  ],
  ['not not tcp', 'Selects packets that are TCP.'],
  [
    'vlan 5 and pppoes and inbound',
    'Selects packets that have a VLAN tag of number 5 (what follows looks inside), and belong to a PPPoE session (what follows looks inside), and are received by this machine.',
  ],
  ['ether broadcast', 'Selects packets that go to everybody (link-layer broadcast).'],
  [
    'type mgt subtype beacon and wlan ta 02:00:00:00:00:01',
    'Selects packets that are 802.11 frames of type “beacon”, and have as their transmitter the link-layer address 02:00:00:00:00:01.',
  ],
  [
    'llc i or llc rr or llc ui',
    'Selects packets that have an LLC header of an information frame, or have an LLC header of the supervisory kind RR, or have an LLC header of the unnumbered kind UI.',
  ],
] as const)('“%s” is told in words', ([expression, sentence]) => {
  expect(explainExpression(parseExpression(expression))).toBe(sentence)
})

test('every expression that is one is told, in one sentence of printable words', () => {
  const list = readFileSync(join(import.meta.dirname, 'data', 'expressions.txt'), 'utf8').split(
    '\n',
  )
  for (const expression of list) {
    let sentence = ''
    try {
      sentence = explainExpression(parseExpression(expression))
    } catch (error) {
      expect(error).toBeInstanceOf(FilterError)
      continue
    }
    expect(sentence, expression).toMatch(/^Selects (?:every packet|packets that [^\n]+)\.$/)
    expect(sentence, expression).not.toMatch(/undefined|null,|\[object|NaN/)
  }
})

test('a chain of ten thousand tests is told without a deep stack', () => {
  expect(
    explainExpression(parseExpression(`tcp${' and udp'.repeat(9000)}`)).length,
  ).toBeGreaterThan(9000)
  expect(
    explainExpression(parseExpression(`len = 1${' + 1'.repeat(9000)}`)).length,
  ).toBeGreaterThan(9000)
})
