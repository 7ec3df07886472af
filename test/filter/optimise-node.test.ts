import { expect, test } from 'vitest'
import { A_REGISTER } from '../../src/filter/optimise-graph.ts'
import { improveNodes } from '../../src/filter/optimise-node.ts'
import { ValueTable } from '../../src/filter/optimise-value.ts'
import { ALL, byteIs, NONE, prepare } from './graph.ts'

test('a node knows what all that lead to it agree on', () => {
  const shared = byteIs(1, 3, ALL, NONE)
  const { root, levels } = prepare(byteIs(1, 1, shared, byteIs(1, 2, shared, NONE)))
  improveNodes(levels, new ValueTable(), false)
  const values = levels.flat().map(({ values }) => values[A_REGISTER])
  expect(new Set(values)).toEqual(new Set([root.values[A_REGISTER]]))
})

test('a byte that the node before has loaded is not loaded again', () => {
  const { root, levels } = prepare(byteIs(1, 1, NONE, byteIs(1, 2, ALL, NONE)))
  expect(improveNodes(levels, new ValueTable(), true)).toBe(false)
  const second = levels[1]?.[0]
  expect(second?.steps.every(({ code }) => code < 0)).toBe(true)
  expect(root.steps).toHaveLength(1)
})
