import { expect, test } from 'vitest'
import { suggestKeyword, suggestName } from '../../src/filter/suggestion.ts'

test('a slip of the finger, another case, and another tool’s word have their suggestion', () => {
  expect(suggestKeyword('prot')).toBe('port')
  expect(suggestKeyword('TCP')).toBe('tcp')
  expect(suggestKeyword('ipv6')).toBe('ip6')
  expect(suggestKeyword('dport')).toBe('dst port')
  expect(suggestKeyword('brodcast')).toBe('broadcast')
  expect(suggestKeyword('xyzzy')).toBeNull()
  expect(suggestKeyword('constructor')).toBeNull()
})

test('a name is suggested from those that are known', () => {
  expect(suggestName('htpp', ['http', 'https', 'ssh'])).toBe('http')
  expect(suggestName('zz', ['http'])).toBeNull()
})
