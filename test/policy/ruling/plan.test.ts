import { expect, test } from 'vitest'
import { inOrder } from '../../../src/policy/ruling/plan.ts'

test('what was done last is undone first', () => {
  const plans = ['a', 'b', 'c'].map((name) => ({
    commands: [name],
    undo: [`un-${name}1`, `un-${name}2`],
  }))
  expect(inOrder(plans)).toEqual({
    commands: ['a', 'b', 'c'],
    undo: ['un-c1', 'un-c2', 'un-b1', 'un-b2', 'un-a1', 'un-a2'],
  })
  expect(inOrder([])).toEqual({ commands: [], undo: [] })
})
