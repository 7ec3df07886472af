import { expect, test } from 'vitest'
import { KEYWORDS, PROTOCOLS } from '../../src/filter/keyword.ts'

test('each protocol’s word is a keyword, once', () => {
  expect(new Set(PROTOCOLS).size).toBe(PROTOCOLS.length)
  for (const protocol of PROTOCOLS) expect([...KEYWORDS.values()]).toContain(protocol)
})
