import { expect, test } from 'vitest'
import { fieldsOf, onlyEntry } from '../../src/facts/nft-json.ts'

test('fieldsOf and onlyEntry make the best of anything', () => {
  expect(fieldsOf(null)).toEqual({})
  expect(onlyEntry({ accept: null })).toEqual(['accept', null])
  expect(onlyEntry('accept')).toEqual(['accept', null])
  expect(onlyEntry(7)).toEqual(['?', null])
})
