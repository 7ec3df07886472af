import { expect, test } from 'vitest'
import {
  accuseRule,
  causeOfRule,
  describeRule,
  listCommand,
} from '../../src/diagnose/accused-rule.ts'
import type { Role } from '../../src/diagnose/host.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import type { Hook, Place } from '../../src/facts/rule-set.ts'
import { base, nft, syn, table } from '../policy/machine.ts'
import { scriptedHost } from './scene.ts'

const on = (role: Role) => inquire(scriptedHost({ name: role, role }))
const sets = [
  nft(table('t', base('c', 'filter hook input priority 0; policy drop;', 'tcp dport 443 drop'))),
]
const place = sets[0]?.chains[0]?.rules[0]?.place as Place

test.for([
  ['client', 'output', null, 'firewall.egress-drop', 'client'],
  ['client', 'postrouting', 'tcp-reset', 'firewall.egress-reject', 'client'],
  ['client', 'input', null, 'firewall.ingress-drop', 'client'],
  ['server', 'prerouting', null, 'firewall.ingress-drop', 'server'],
  ['server', 'input', 'tcp-reset', 'firewall.ingress-reset', 'server'],
  ['server', 'input', 'admin-prohibited', 'firewall.ingress-reject', 'server'],
  ['server', 'output', null, 'firewall.egress-drop', 'server'],
  ['server', 'forward', null, 'firewall.forward-drop', 'server'],
  ['router', 'prerouting', null, 'firewall.forward-drop', 'path'],
  ['router', 'forward', 'tcp-reset', 'firewall.forward-reject', 'path'],
] as const)('on a %s at %s, with %s: %s', ([role, hook, rejectWith, cause, side]) => {
  const deed = { place, hook: hook as Hook, packet: syn, rejectWith }
  expect(causeOfRule(on(role), deed)).toEqual({ cause, side })
})

test('a chain of a banning tool bans, whatever it answers', () => {
  const jail = { ...place, chain: 'f2b-sshd' }
  const deed = { place: jail, hook: 'input', packet: syn, rejectWith: 'port-unreachable' } as const
  expect(causeOfRule(on('server'), deed).cause).toBe('firewall.banned')
})

test('a rule is accused with its place and the command that takes it out', () => {
  const deed = { place, hook: 'input', packet: syn, rejectWith: null } as const
  expect(accuseRule(on('server'), sets, deed, 'likely', 'so')).toMatchObject({
    cause: 'firewall.ingress-drop',
    weight: 'likely',
    because: 'so',
    place: { host: 'server', rule: place },
    remedies: [{ host: 'server', turnsGreen: 'transport.port' }],
  })
})

test('a rule is described by its words, a policy by its chain', () => {
  expect(describeRule(place)).toBe(`the rule "tcp dport 443 drop" (inet t c rule 1)`)
  expect(describeRule({ ...place, policy: true })).toBe('the policy of inet t c')
})

test('it is listed by the tool that keeps it', () => {
  expect(listCommand(place)).toBe('nft -a list ruleset')
  expect(listCommand({ ...place, backend: 'iptables', family: 'ip6' })).toBe('ip6tables-save -c')
  expect(listCommand({ ...place, backend: 'iptables', family: 'ip' })).toBe('iptables-save -c')
})
