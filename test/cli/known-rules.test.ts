import { expect, test } from 'vitest'
import { notWalked } from '../../src/cli/known-rules.ts'

test('what was not understood is told, of many the first lines', () => {
  const told = (...unreadable: readonly string[]): readonly string[] =>
    notWalked({ chains: [], aside: [], unreadable })
  expect(told()).toEqual([])
  expect(told('-X')).toEqual(['not understood, and left out: `-X`'])
  expect(told('-X', '-F', '-Z', '-L', '-Q')).toEqual([
    'not understood, and left out: `-X`, `-F`, `-Z` and 2 more',
  ])
})
