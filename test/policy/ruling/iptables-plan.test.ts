import { expect, test } from 'vitest'
import { parseIptablesSave } from '../../../src/facts/iptables-save.ts'
import { type IptablesAddition, planIptables } from '../../../src/policy/ruling/iptables-plan.ts'

const forward: IptablesAddition = {
  table: 'filter',
  hook: 'forward',
  words: ['-p', 'tcp', '--dport', '25', '-j', 'DROP'],
  before: null,
}

test('a rule comes first in the chain of its hook, and is taken out by its words', () => {
  expect(planIptables([], 4, [forward])).toEqual({
    commands: ['iptables -I FORWARD -p tcp --dport 25 -j DROP'],
    undo: ['iptables -D FORWARD -p tcp --dport 25 -j DROP'],
  })
  const nat = { ...forward, table: 'nat', hook: 'prerouting' } as const
  expect(planIptables([], 6, [forward, nat])).toEqual({
    commands: [
      'ip6tables -I FORWARD -p tcp --dport 25 -j DROP',
      'ip6tables -t nat -I PREROUTING -p tcp --dport 25 -j DROP',
    ],
    undo: [
      'ip6tables -t nat -D PREROUTING -p tcp --dport 25 -j DROP',
      'ip6tables -D FORWARD -p tcp --dport 25 -j DROP',
    ],
  })
})

test('where Docker has its chain for rules of users, a forwarded packet is stopped there', () => {
  const set = parseIptablesSave(
    '*filter\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\nCOMMIT\n',
    4,
  )
  if (set === null) throw new Error('no rule set')
  expect(planIptables([set], 4, [forward]).commands[0]).toMatch(/^iptables -I DOCKER-USER /)
  expect(planIptables([set], 6, [forward]).commands[0]).toMatch(/^ip6tables -I FORWARD /)
  expect(planIptables([set], 4, [{ ...forward, hook: 'input' }]).commands[0]).toMatch(
    /^iptables -I INPUT /,
  )
})

test('a rule that overrules another stands right before it, one that overrules a policy is the last', () => {
  const place = {
    backend: 'iptables',
    family: 'ip',
    table: 'filter',
    chain: "it's",
    handle: null,
    number: 7,
    policy: false,
    text: '',
  } as const
  expect(planIptables([], 4, [{ ...forward, before: place }]).commands).toEqual([
    String.raw`iptables -I 'it'\''s' 7 -p tcp --dport 25 -j DROP`,
  ])
  const legacy = { ...place, backend: 'iptables-legacy' } as const
  expect(planIptables([], 4, [{ ...forward, before: legacy }]).commands[0]).toMatch(
    /^iptables-legacy -I /,
  )
  const policy = { ...place, chain: 'INPUT', number: null, policy: true }
  expect(planIptables([], 4, [{ ...forward, before: policy }]).commands).toEqual([
    'iptables -A INPUT -p tcp --dport 25 -j DROP',
  ])
})
