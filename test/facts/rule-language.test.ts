import { expect, test } from 'vitest'
import { foreignRules } from '../../src/facts/rule-language.ts'

test.for([
  ['Chain INPUT (policy ACCEPT)', 'iptables -L'],
  ['Chain f2b-sshd (1 references)', 'iptables -L'],
  ['Status: active', 'ufw'],
  ['Zustand: Aktiv', 'ufw'],
  ['public (active)', 'firewall-cmd'],
  ['block drop in log all', 'pf'],
  ['pass out quick on egress proto tcp from any to any port = 443 flags S/SA keep state', 'pf'],
  ['00100 allow ip from any to any via lo0', 'ipfw'],
  ['65535    12   720 deny ip from any to any', 'ipfw'],
  ['Rule Name:                            Remote Desktop', 'Windows'],
  ['Regelname:                            Kernnetzwerk', 'Windows'],
  ['access-list 101 permit tcp any any eq 80', 'Cisco'],
  ['set firewall name WAN_IN default-action drop', 'JunOS or VyOS'],
  ['/ip firewall filter', 'RouterOS'],
  ['add rule inet filter input tcp dport 22 accept', 'command of nft'],
  ['iptables -F', 'a command'],
] as const)('%s', ([line, word]) => {
  expect(foreignRules(line)).toContain(word)
})

test.for(['', 'table inet filter {', '*filter', '-A INPUT -j DROP', 'hello'])(
  '%j is none',
  (line) => {
    expect(foreignRules(line)).toBeNull()
  },
)
