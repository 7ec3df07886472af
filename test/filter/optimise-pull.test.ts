import { expect, test } from 'vitest'
import type { Block } from '../../src/filter/block.ts'
import { layOut } from '../../src/filter/layout.ts'
import { findIncoming, writeBlocks } from '../../src/filter/optimise-graph.ts'
import { improveNodes } from '../../src/filter/optimise-node.ts'
import { pullUp } from '../../src/filter/optimise-pull.ts'
import { ValueTable } from '../../src/filter/optimise-value.ts'
import { ALL, byteIs, NONE, prepare } from './graph.ts'

/** Which bytes are asked for in which order, and whether something was moved. */
function pull(block: Block) {
  const { root, levels } = prepare(block)
  improveNodes(levels, new ValueTable(), false)
  findIncoming(levels)
  const moved = pullUp(levels, root)
  const order = layOut(writeBlocks(root)).filter(({ code }) => code === 0x30)
  return { moved, order: order.map(({ k }) => k) }
}

test('in a chain of “or” what asks for the same value comes together', () => {
  const chain = byteIs(1, 2, ALL, byteIs(5, 3, ALL, byteIs(1, 4, ALL, NONE)))
  expect(pull(byteIs(1, 1, ALL, chain))).toEqual({ moved: true, order: [1, 1, 1, 5] })
})

test('in a chain of “and” as well', () => {
  const chain = byteIs(1, 2, byteIs(5, 3, byteIs(1, 4, ALL, NONE), NONE), NONE)
  expect(pull(byteIs(1, 1, chain, NONE))).toEqual({ moved: true, order: [1, 1, 1, 5] })
})

test('what something else leads to as well stays where it is', () => {
  const shared = byteIs(1, 4, ALL, NONE)
  const chain = byteIs(1, 2, ALL, byteIs(5, 3, ALL, shared))
  expect(pull(byteIs(1, 1, shared, chain)).moved).toBe(false)
})
