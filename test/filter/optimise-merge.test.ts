import { expect, test } from 'vitest'
import { layOut } from '../../src/filter/layout.ts'
import { writeBlocks } from '../../src/filter/optimise-graph.ts'
import { mergeEqual } from '../../src/filter/optimise-merge.ts'
import { byteIs, prepare } from './graph.ts'

test('nodes that do the same become one, from the ends up', () => {
  const tail = () => byteIs(2, 2, { wantedBytes: 1 }, { wantedBytes: 0 })
  const { root } = prepare(byteIs(1, 1, byteIs(3, 3, tail(), { wantedBytes: 0 }), tail()))
  expect(layOut(writeBlocks(root))).toHaveLength(13)
  mergeEqual(root)
  expect(layOut(writeBlocks(root))).toHaveLength(8)
})

test('nodes that differ in one number do not', () => {
  const { root } = prepare(
    byteIs(1, 1, byteIs(2, 2, { wantedBytes: 1 }, { wantedBytes: 0 }), {
      wantedBytes: 2,
    }),
  )
  mergeEqual(root)
  expect(layOut(writeBlocks(root))).toHaveLength(7)
})
