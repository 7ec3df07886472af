import { expect, test } from 'vitest'
import { keepsSource, masquerade } from '../../src/diagnose/source-nat.ts'
import type { Transit } from '../../src/diagnose/transit.ts'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { walkConnection } from '../../src/policy/connection.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { machine, syn } from '../policy/machine.ts'
import { expectScript } from './rung/ask.ts'

const rules = (...lines: readonly string[]) => {
  const text = `*nat\n:POSTROUTING ACCEPT [0:0]\n${lines.map((line) => `-A POSTROUTING ${line}\n`).join('')}COMMIT\n`
  const set = parseIptablesSave(text, 4)
  if (!set) throw new Error('no rule set')
  return [set]
}

/** A router between eth0 (10.0.0.1) and eth1, through which a private address goes to the world. */
const through = (rule: string): Transit => {
  const leg: Packet = { ...syn, destination: '203.0.113.80' }
  const walked = walkConnection(machine(...rules(rule)), leg, { kind: 'arrives', device: 'eth0' })
  const there = { reply: false, packet: leg, hooks: [], journey: walked.there }
  return { there } as unknown as Transit
}

test.for([
  ['-o eth1 -j MASQUERADE', false],
  ['-s 10.0.0.0/24 -j SNAT --to-source 198.51.100.1', false],
  ['-o wan0 -j MASQUERADE', true],
  ['-s 10.98.0.0/24 -j MASQUERADE', true],
  ['-o eth1 -j ACCEPT', true],
  ['-o eth1 -m magic --spell -j MASQUERADE', false],
] as const)('with %s the source stays: %s', ([rule, answer]) => {
  expect(keepsSource(through(rule))).toBe(answer)
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
