import { describe, expect, test } from 'vitest'
import { complete, describePlace, iptablesTool, type Place } from '../../src/facts/rule-set.ts'

const place: Place = {
  backend: 'nft',
  family: 'inet',
  table: 'filter',
  chain: 'input',
  handle: 12,
  number: 3,
  policy: false,
  text: 'tcp dport 443 drop',
}

describe('describePlace', () => {
  test('names an nft rule by its handle', () => {
    expect(describePlace(place)).toBe('inet filter input handle 12')
  })

  test('names an iptables rule by its number, and the tool by the family', () => {
    const rule: Place = { ...place, backend: 'iptables', chain: 'INPUT', handle: null }
    expect(describePlace({ ...rule, family: 'ip' })).toBe('iptables filter INPUT rule 3')
    expect(describePlace({ ...rule, family: 'ip6' })).toBe('ip6tables filter INPUT rule 3')
  })

  test('says that a policy is one', () => {
    const policy: Place = { ...place, handle: null, number: null, policy: true }
    expect(describePlace(policy)).toBe('the policy of inet filter input')
  })
})

test('tables outside nf_tables are changed by a program of their own', () => {
  expect(iptablesTool({ backend: 'iptables-legacy', family: 'ip6' })).toBe('ip6tables-legacy')
  expect(iptablesTool({ backend: 'iptables', family: 'ip' })).toBe('iptables')
})

test('a list is complete where nothing is missing in it', () => {
  expect(complete([1, null])).toBeNull()
  expect(complete([1, 2])).toEqual([1, 2])
})
