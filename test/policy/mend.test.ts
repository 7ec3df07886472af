import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftText } from '../../src/facts/nft.ts'
import type { Chain, Hook, Rule } from '../../src/facts/rule-set.ts'
import { policyPlace } from '../../src/policy/counters.ts'
import { mendCommands } from '../../src/policy/mend.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { passing } from './machine.ts'

// That the commands do what they say is held by mend.lab.test.ts against the kernel.

const syn = passing

const nft = (...rules: readonly string[]): Chain => {
  const text = `table inet filter {\nchain input {\ntype filter hook input priority 0; policy drop;\n${rules.join('\n')}\n}\n}`
  const chain = parseNftText(text)?.chains[0]
  if (chain === undefined) throw new Error('no chain')
  return chain
}
const iptables = (...rules: readonly string[]): Chain => {
  const chain = parseIptablesSave(['*filter', ':INPUT DROP [0:0]', ...rules].join('\n'), 4)
    ?.chains[0]
  if (chain === undefined) throw new Error('no chain')
  return chain
}
const mend = (rule: Rule | undefined, packet = syn, hook: Hook = 'input') => {
  if (rule === undefined) throw new Error('no rule')
  return mendCommands(rule.place, rule, packet, hook)
}
const mendPolicy = (chain: Chain, packet = syn, hook: Hook = 'input') =>
  mendCommands(policyPlace(chain), null, packet, hook)

describe('mendCommands', () => {
  test('deletes exactly the rule of nft, and puts it back behind the one before it', () => {
    const rule = nft('tcp dport 22 accept # handle 3', 'tcp dport 443 drop # handle 12').rules[1]
    expect(mend(rule)).toEqual({
      command: 'nft delete rule inet filter input handle 12',
      undo: "nft add rule inet filter input index 0 'tcp dport 443 drop'",
      risk: 'all that this rule stopped passes: tcp dport 443 drop',
      persist: null,
      removes: 'tcp dport 443 drop',
    })
  })

  test('a first rule is put back at the top', () => {
    expect(mend(nft('tcp dport 443 drop # handle 12').rules[0]).undo).toBe(
      "nft insert rule inet filter input 'tcp dport 443 drop'",
    )
  })

  test('without a handle no rule of nft can be deleted: an accept goes before all', () => {
    expect(mend(nft('tcp dport 443 drop').rules[0]).command).toBe(
      'nft insert rule inet filter input tcp dport 443 accept',
    )
  })

  test('a policy stays, and exactly this packet is accepted', () => {
    expect(mendPolicy(nft()).command).toBe('nft insert rule inet filter input tcp dport 443 accept')
    expect(mendPolicy(iptables())).toMatchObject({
      command: 'iptables -I INPUT -p tcp --dport 443 -j ACCEPT',
      undo: 'iptables -D INPUT -p tcp --dport 443 -j ACCEPT',
    })
  })

  test('what leaves or passes through is accepted to its destination only', () => {
    expect(mendPolicy(nft(), syn, 'output').command).toBe(
      'nft insert rule inet filter input ip daddr 198.51.100.7 tcp dport 443 accept',
    )
    expect(mendPolicy(iptables(), syn, 'forward').command).toBe(
      'iptables -I INPUT -d 198.51.100.7 -p tcp --dport 443 -j ACCEPT',
    )
  })

  test('replies are accepted as replies', () => {
    const reply: Packet = { ...syn, state: 'established', syn: false }
    expect(mendPolicy(nft(), reply).command).toBe(
      'nft insert rule inet filter input ct state established,related accept',
    )
    expect(mendPolicy(iptables(), reply).command).toBe(
      'iptables -I INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    )
  })

  test('a ping is accepted by its type', () => {
    const ping: Packet = { ...syn, protocol: 'icmp', destinationPort: null, icmpType: null }
    expect(mendPolicy(nft(), { ...ping, family: 6 }).command).toContain(
      ' icmpv6 type echo-request accept',
    )
    expect(mendPolicy(iptables(), ping).command).toBe(
      'iptables -I INPUT -p icmp --icmp-type echo-request -j ACCEPT',
    )
  })

  test.for([
    'drop',
    'ip saddr 192.0.0.0/8 drop',
    'tcp dport 1-1023 drop',
    'tcp dport { 22, 443 } drop',
    'tcp dport != 22 drop',
  ])('a broad rule stays, and is overtaken: %s', (words) => {
    expect(mend(nft(`${words} # handle 5`).rules[0]).command).toBe(
      'nft insert rule inet filter input handle 5 tcp dport 443 accept',
    )
  })

  test('a rule about the one other host is about this packet alone', () => {
    expect(mend(nft('ip saddr 192.0.2.1 drop # handle 5').rules[0]).command).toContain(
      'delete rule',
    )
    expect(mend(nft('ip daddr 198.51.100.7 drop # handle 5').rules[0]).command).toContain(
      'insert rule',
    )
  })

  test('a rule of iptables is deleted by its own words, each safe in a shell', () => {
    const rule = iptables(
      '-A INPUT -p tcp -m tcp --dport 443 -m comment --comment "it\'s \\"$HOME\\"; `id`" -j DROP',
    ).rules[0]
    const spec = `-p tcp -m tcp --dport 443 -m comment --comment 'it'\\''s "$HOME"; \`id\`' -j DROP`
    expect(mend(rule)).toMatchObject({
      command: `iptables -D INPUT ${spec}`,
      undo: `iptables -I INPUT 1 ${spec}`,
    })
  })

  test('a rule whose words are not known can be deleted, but not put back', () => {
    const rule = nft('tcp dport 443 drop # handle 5').rules[0]
    if (rule === undefined) throw new Error('no rule')
    const wordless = { ...rule, place: { ...rule.place, text: '[{"jhash":{}}]' } }
    expect(mend(wordless)).toMatchObject({
      command: 'nft delete rule inet filter input handle 5',
      undo: null,
    })
  })

  test('a table other than filter is said', () => {
    const nat = parseIptablesSave(
      '*nat\n-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 1\n',
      4,
    )
    expect(mend(nat?.chains[0]?.rules[0], syn, 'prerouting').command).toMatch(
      /^iptables -t nat -D PREROUTING /,
    )
  })
})
