import { expect, test } from 'vitest'
import { ForgottenTuples } from '../../src/flow/forgotten.ts'
import { Key, readKey } from '../../src/flow/key.ts'
import { headersOf } from './played.ts'

test('a tuple is known in both directions once it was remembered, and no other', () => {
  const tuples = new ForgottenTuples()
  const key = new Key()
  const read = (way: '>' | '<', clientPort: number): Key => {
    readKey(headersOf({ way, atMs: 0, flags: 'S', clientPort }), key, 5)
    return key
  }
  expect(tuples.has(read('>', 1))).toBe(false)
  tuples.remember(read('>', 1), 5)
  expect(tuples.has(read('>', 1))).toBe(true)
  expect(tuples.has(read('<', 1))).toBe(true)
  for (let port = 2; port < 2000; port++) expect(tuples.has(read('>', port))).toBe(false)
})
