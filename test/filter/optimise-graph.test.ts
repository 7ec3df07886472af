import { expect, test } from 'vitest'
import { IMM, JEQ, JMP, K, LD } from '../../src/filter/instruction.ts'
import { layOut } from '../../src/filter/layout.ts'
import { noOf, REMOVED, readGraph, writeBlocks, yesOf } from '../../src/filter/optimise-graph.ts'
import { ALL, afterSteps, byteIs, NONE, prepare, step } from './graph.ts'

const inner = byteIs(2, 2, ALL, NONE)
const outer = byteIs(1, 1, inner, NONE)

test('a graph is written as it was read', () => {
  const { root, size } = readGraph(outer)
  expect(size).toBe(4)
  expect(layOut(writeBlocks(root))).toEqual(layOut(outer))
})

test('a level is the longest way to an end', () => {
  const { root, levels } = prepare(outer)
  expect(root.level).toBe(2)
  expect(levels.map((level) => level.length)).toEqual([2, 1, 1])
})

test('what leads to a node is known, both ways of one test as well', () => {
  const { root } = prepare(byteIs(1, 1, NONE, NONE))
  expect(yesOf(root)).toBe(noOf(root))
  expect(yesOf(root)?.incoming.map(({ sense }) => sense)).toEqual([false, true])
})

test('removed steps are left out, and a jump to one leads to the next', () => {
  const [first, second] = [step(LD | IMM, 1), step(LD | IMM, 2)]
  const jump = { ...step(JMP | JEQ | K), yes: first, no: second }
  const { root } = readGraph(afterSteps([jump, first, second], 1))
  const [, target] = root.steps
  if (target !== undefined) target.code = REMOVED
  expect(layOut(writeBlocks(root))[0]).toMatchObject({ jt: 0, jf: 0 })
})
