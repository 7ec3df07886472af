import { expect, test } from 'vitest'
import { NFT_LINE } from '../../src/facts/nft-line.ts'
import { emptyListing, ownerIn } from '../../src/facts/nft-listing.ts'
import { nftSet } from '../../src/facts/nft-match.ts'
import { addRead, addWaiting, type NftForm } from '../../src/facts/nft-unread.ts'
import type { Match } from '../../src/facts/rule-set.ts'

const words = 'ip saddr @bad counter packets 3 bytes 180 drop comment "no"'

test('what a rule refers to by name may be told after it', () => {
  const listing = emptyListing()
  const owner = ownerIn(listing, 'inet', 't', 'c')
  addWaiting(owner, 7, NFT_LINE, words)
  listing.names.get('inet t')?.sets.set('bad', nftSet(['192.0.2.1']))
  const [rule] = owner.rules
  expect(rule?.read()).toMatchObject({
    place: { family: 'inet', table: 't', chain: 'c', handle: 7, number: 1 },
    counter: { packets: 3, bytes: 180 },
    matches: [{ field: 'family' }, { field: 'source', set: 'bad' }],
    comment: 'no',
  })
  expect(rule?.place()).toBe(rule?.read().place)
  expect(rule?.place().text).toBe('ip saddr @bad counter drop comment "no"')
})

test('a rule is read once, and not for what its text shows', () => {
  let times = 0
  const form: NftForm = {
    ...NFT_LINE,
    read: (text, family) => {
      times++
      return NFT_LINE.read(text, family)
    },
  }
  const owner = ownerIn(emptyListing(), 'inet', 't', 'c')
  addWaiting(owner, null, form, words)
  const [rule] = owner.rules
  const shown: Match[] = []
  expect(rule?.lacks((match) => shown.push(match) === 1)).toBe(true)
  expect([rule?.mayMention(/@bad/), rule?.mayMention(/conntrack/), times]).toEqual([true, false, 0])
  expect(rule?.statements()).toHaveLength(3)
  expect(rule?.read()).toBe(rule?.read())
  expect(times).toBe(1)
})

test('a rule whose parts are known says the same', () => {
  const owner = ownerIn(emptyListing(), 'inet', 't', 'c')
  addWaiting(owner, 7, NFT_LINE, 'tcp dport 22 drop')
  addRead(owner, 7, NFT_LINE.read('tcp dport 22 drop', 'inet'))
  const [waiting, read] = owner.rules
  const place = { ...waiting?.read().place, number: 2 }
  expect(read?.read()).toEqual({ ...waiting?.read(), place })
  const lacks = [waiting, read].map((rule) => rule?.lacks(({ kind }) => kind === 'is'))
  expect(lacks).toEqual([true, true])
})
