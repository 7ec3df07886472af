import { expect, test } from 'vitest'
import { masquerade, translatesSource } from '../../src/diagnose/source-nat.ts'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { expectScript } from './rung/ask.ts'

const rules = (...lines: readonly string[]) => {
  const text = `*nat\n:POSTROUTING ACCEPT [0:0]\n${lines.map((line) => `-A POSTROUTING ${line}\n`).join('')}COMMIT\n`
  const set = parseIptablesSave(text, 4)
  if (!set) throw new Error('no rule set')
  return [set]
}

const packet: Packet = {
  family: 4,
  protocol: 'tcp',
  source: '10.99.0.10',
  destination: '203.0.113.80',
  sourcePort: null,
  destinationPort: 80,
  inputDevice: '',
  outputDevice: 'eth1',
  state: 'new',
  syn: true,
  icmpType: null,
}

test.for([
  ['-o eth1 -j MASQUERADE', true],
  ['-s 10.99.0.0/24 -j SNAT --to-source 198.51.100.1', true],
  ['-o wan0 -j MASQUERADE', false],
  ['-s 10.98.0.0/24 -j MASQUERADE', false],
  ['-o eth1 -j ACCEPT', false],
] as const)('%s translates it: %s', ([rule, answer]) => {
  expect(translatesSource(rules(rule), packet)).toBe(answer)
})

const what = { nft: 'oifname eth1', iptables: '-o eth1' }
const about = { why: 'so', risk: 'all', turnsGreen: 'nat.source' }

test('masquerading is added by the tool that the host uses, and can be undone', () => {
  const byNft = masquerade('gw', 4, [], what, about)
  expect(byNft.command).toContain('rungs_masquerade oifname eth1 masquerade')
  const byIptables = masquerade('gw', 6, rules('-o wan0 -j MASQUERADE'), what, about)
  expect(byIptables.command).toBe('ip6tables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
  for (const { command, undo } of [byNft, byIptables]) {
    expectScript(command)
    expectScript(undo ?? '')
  }
})
