import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PROTOCOL, protocolName } from '../../src/wire/protocol.ts'

test('a number is named, an unknown one by itself', () => {
  expect(protocolName(PROTOCOL.tcp)).toBe('TCP')
  expect(protocolName(58)).toBe('ICMPv6')
  expect(protocolName(253)).toBe('protocol 253')
})

test('the numbers are those of the system’s /etc/protocols', (context) => {
  let known = ''
  try {
    known = readFileSync('/etc/protocols', 'utf8')
  } catch {
    context.skip('no /etc/protocols here')
  }
  const names: Record<string, string> = {
    icmp: 'icmp',
    tcp: 'tcp',
    udp: 'udp',
    icmpv6: 'ipv6-icmp',
  }
  for (const [name, number] of Object.entries(PROTOCOL)) {
    expect(known).toMatch(new RegExp(`^${names[name]}\\s+${number}\\s`, 'm'))
  }
})
