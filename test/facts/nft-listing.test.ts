import { expect, test } from 'vitest'
import { emptyListing, namesIn, ownerIn, rulesIn } from '../../src/facts/nft-listing.ts'
import { addRead } from '../../src/facts/nft-unread.ts'

test('the rules of a chain stand in one place, with what their table names', () => {
  const listing = emptyListing()
  const owner = ownerIn(listing, 'inet', 'filter', 'input')
  expect(ownerIn(listing, 'inet', 'filter', 'input')).toBe(owner)
  expect(ownerIn(listing, 'inet', 'filter', 'output').names).toBe(owner.names)
  expect(ownerIn(listing, 'ip', 'filter', 'input').names).not.toBe(owner.names)
  expect(namesIn(listing, 'inet filter')).toBe(owner.names)
  addRead(owner, 3, { expr: [{ drop: null }], comment: null, words: () => 'drop' })
  expect(rulesIn(listing, 'inet filter input').map((rule) => rule.place().handle)).toEqual([3])
  expect(rulesIn(listing, 'inet filter forward')).toEqual([])
})
