import { expect, test } from 'vitest'
import { counterAt, findRule, samePlace } from '../../src/policy/find-rule.ts'
import { iptables } from './machine.ts'

const set = iptables('*filter\n:INPUT DROP [7:420]\n-A INPUT -p tcp --dport 443 -j DROP\nCOMMIT\n')
const rule = set.chains[0]?.rules[0]

test('a place leads to its rule and the set that holds it; a policy has no rule', () => {
  if (!rule) throw new Error('no rule')
  expect(findRule([set], rule.place)).toEqual({ rule, set })
  const policy = { ...rule.place, policy: true, number: null, text: 'policy drop' }
  expect(findRule([set], policy)).toEqual({ rule: null, set })
  expect(findRule([set], { ...policy, table: 'mangle' })).toEqual({ rule: null, set: null })
})

test('a rule and a policy are two places, whose counters are found', () => {
  if (!rule) throw new Error('no rule')
  const policy = { ...rule.place, policy: true, number: null, text: 'policy drop' }
  expect(samePlace(rule.place, { ...rule.place, number: 9 })).toBe(true)
  expect(samePlace(rule.place, { ...policy, text: rule.place.text })).toBe(false)
  expect(counterAt([set], policy)).toEqual({ packets: 7, bytes: 420 })
  expect(counterAt([set], rule.place)).toBeNull()
  expect(counterAt([], policy)).toBeNull()
})
