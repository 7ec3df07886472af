import { expect, test } from 'vitest'
import { newToken } from '../../src/cli/token.ts'

test('a token is a word that may stand in a host name, a header and a path', () => {
  for (let count = 0; count < 200; count++) expect(newToken()).toMatch(/^[a-z][a-z2-7]{7}$/)
})

test('no two checks have the same token', () => {
  expect(new Set(Array.from({ length: 1000 }, newToken)).size).toBe(1000)
})
