import { expect, test } from 'vitest'
import * as bpf from '../../src/filter/instruction.ts'
import { A_REGISTER, noOf, REMOVED } from '../../src/filter/optimise-graph.ts'
import { simplifyNode } from '../../src/filter/optimise-peephole.ts'
import { ValueTable } from '../../src/filter/optimise-value.ts'
import { ALL, afterSteps, NONE, prepare, step } from './graph.ts'

test('a constant that is added to the place of a load moves into the load', () => {
  const { root } = prepare(
    afterSteps(
      [
        step(bpf.LD | bpf.IMM, 13),
        step(bpf.LDX | bpf.B | bpf.MSH, 14),
        step(bpf.ALU | bpf.ADD | bpf.X),
        step(bpf.MISC | bpf.TAX),
        step(bpf.LD | bpf.B | bpf.IND, 14),
      ],
      2,
    ),
  )
  expect(simplifyNode(root, new ValueTable())).toBe(true)
  expect(root.steps.filter(({ code }) => code !== REMOVED)).toEqual([
    step(bpf.LDX | bpf.B | bpf.MSH, 14),
    step(bpf.LD | bpf.B | bpf.IND, 27),
  ])
})

test('“and, is it 0” becomes “is one of the bits set”, the other way round', () => {
  const { root } = prepare(
    afterSteps([step(bpf.LD | bpf.LEN), step(bpf.ALU | bpf.AND, 7)], 0, ALL, NONE),
  )
  simplifyNode(root, new ValueTable())
  expect(root.test).toEqual({ code: bpf.JMP | bpf.JSET, k: 7 })
  expect(noOf(root)?.test.k).toBe(1)
})

test('a subtraction before “is it equal” is done by the test', () => {
  const { root } = prepare(afterSteps([step(bpf.LD | bpf.LEN), step(bpf.ALU | bpf.SUB, 7)], 5))
  simplifyNode(root, new ValueTable())
  expect(root.test.k).toBe(12)
})

test('a test whose answer is known leads to one node', () => {
  const { root } = prepare(afterSteps([step(bpf.LD | bpf.IMM, 7)], 7))
  const table = new ValueTable()
  root.values[A_REGISTER] = table.constant(7)
  simplifyNode(root, table)
  expect(noOf(root)?.test.k).toBe(1)
})
