import { expect, test } from 'vitest'
import type { Block } from '../../src/filter/block.ts'
import { layOut } from '../../src/filter/layout.ts'
import { Dominators, leadFarther } from '../../src/filter/optimise-edge.ts'
import { findIncoming, noOf, writeBlocks, yesOf } from '../../src/filter/optimise-graph.ts'
import { improveNodes } from '../../src/filter/optimise-node.ts'
import { ValueTable } from '../../src/filter/optimise-value.ts'
import { ALL, byteIs, NONE, prepare } from './graph.ts'

/** The graph after one round. */
function lead(block: Block) {
  const { root, levels } = prepare(block)
  const table = new ValueTable()
  improveNodes(levels, table, false)
  findIncoming(levels)
  const told = leadFarther(levels, root, table)
  return { told, length: layOut(writeBlocks(root)).length }
}

test('a test that was made already is not made again', () => {
  const again = byteIs(1, 1, byteIs(2, 2, ALL, NONE), NONE)
  expect(lead(byteIs(1, 1, again, NONE))).toEqual({
    told: { skipped: false, foreseen: true },
    length: 6,
  })
})

test('a byte that is 1 is not 2', () => {
  const { length } = lead(byteIs(1, 1, byteIs(1, 2, ALL, NONE), NONE))
  expect(length).toBe(3)
})

test('a test that only one of two ways has made is made', () => {
  const again = byteIs(1, 1, ALL, NONE)
  const { told } = lead(byteIs(2, 2, byteIs(1, 1, again, again), again))
  expect(told.foreseen).toBe(true)
  const half = lead(byteIs(2, 2, byteIs(1, 1, again, NONE), again))
  expect(half.length).toBe(8)
})

test('a test whose ways lead to the same node is left out', () => {
  const { told, length } = lead(byteIs(1, 1, byteIs(2, 2, ALL, ALL), NONE))
  expect(told.skipped).toBe(true)
  expect(length).toBe(4)
})

test('the nearest edge on all ways is found by its key, however deep the graph', () => {
  let block: Block = ALL
  for (let depth = 0; depth < 3000; depth++) block = byteIs(depth, 1, NONE, block)
  const { root, levels } = prepare(byteIs(9999, 1, byteIs(1, 1, ALL, NONE), block))
  const dominators = new Dominators(levels, root, (edge) => [edge.from.steps[0]?.k ?? 0])
  const last = levels[1]?.find((node) => node.steps[0]?.k === 0)?.edges?.[1]
  if (last === undefined) throw new Error('no last edge')
  expect(dominators.find(9999, last)).toBe(root.edges?.[1])
  expect(dominators.find(1500, last)?.from.steps[0]?.k).toBe(1500)
  const short = yesOf(root)?.edges?.[0]
  if (short === undefined) throw new Error('no short way')
  expect(dominators.find(1500, short)).toBeNull()
  expect(noOf(root)?.steps[0]?.k).toBe(2999)
})
