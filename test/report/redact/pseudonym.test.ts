import { expect, test } from 'vitest'
import { pseudonyms } from '../../../src/report/redact/pseudonym.ts'

test('the same word has the same pseudonym, another word another', () => {
  const name = pseudonyms('', (index) => `host-${index}`)
  expect([name('a'), name('b'), name('a')]).toEqual(['host-1', 'host-2', 'host-1'])
})

test('what occurs in the report is never given', () => {
  const name = pseudonyms('host-1 and host-3', (index) => `host-${index}`)
  expect([name('a'), name('b')]).toEqual(['host-2', 'host-4'])
})
