import { expect, test } from 'vitest'
import * as bpf from '../../src/filter/instruction.ts'
import { removeDead } from '../../src/filter/optimise-dead.ts'
import { REMOVED } from '../../src/filter/optimise-graph.ts'
import { afterSteps, NONE, prepare, step } from './graph.ts'

const loaded = () => [step(bpf.LD | bpf.LEN), step(bpf.ST, 1), step(bpf.LDX | bpf.IMM, 1)]

test('what nobody uses is removed', () => {
  const { root } = prepare(afterSteps(loaded(), 1))
  expect(removeDead(root)).toBe(true)
  expect(root.steps.map(({ code }) => code)).toEqual([bpf.LD | bpf.LEN, REMOVED, REMOVED])
  expect(removeDead(root)).toBe(false)
})

test('what a later node uses stays', () => {
  const later = afterSteps([step(bpf.LD | bpf.MEM, 1)], 2)
  const { root } = prepare(afterSteps(loaded(), 1, later, NONE))
  removeDead(root)
  expect(root.steps.map(({ code }) => code)).toEqual([bpf.LD | bpf.LEN, bpf.ST, REMOVED])
})

test('what is written over before it was used is removed', () => {
  const { root } = prepare(afterSteps([step(bpf.LD | bpf.LEN), step(bpf.LD | bpf.IMM, 1)], 1))
  removeDead(root)
  expect(root.steps[0]?.code).toBe(REMOVED)
})
