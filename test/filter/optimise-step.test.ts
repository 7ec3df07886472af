import { expect, test } from 'vitest'
import type { Step } from '../../src/filter/block.ts'
import * as bpf from '../../src/filter/instruction.ts'
import { MEMORY_REGISTER, REMOVED } from '../../src/filter/optimise-graph.ts'
import { StepValues } from '../../src/filter/optimise-step.ts'
import { ValueTable } from '../../src/filter/optimise-value.ts'
import { step } from './graph.ts'

/** The steps after they were followed. */
function follow(steps: Step[], alter = true): { steps: Step[]; improved: boolean } {
  const values = new Array<number>(MEMORY_REGISTER + bpf.MEMORY_WORDS).fill(0)
  const follower = new StepValues(new ValueTable(), alter)
  for (const one of steps) follower.step(one, values)
  return { steps, improved: follower.improved }
}

const constant = (k: number): Step => step(bpf.LD | bpf.IMM, k)
const index = (k: number): Step => step(bpf.LDX | bpf.IMM, k)

test('a value that is loaded again is not loaded', () => {
  const byte = () => step(bpf.LD | bpf.B | bpf.ABS, 9)
  expect(follow([byte(), byte()]).steps[1]?.code).toBe(REMOVED)
  expect(follow([byte(), byte()], false).steps[1]?.code).not.toBe(REMOVED)
})

test('what is known is calculated', () => {
  const { steps, improved } = follow([constant(6), index(7), step(bpf.ALU | bpf.MUL | bpf.X)])
  expect(steps[2]).toEqual(constant(42))
  expect(improved).toBe(true)
})

test('a load at X whose value is known becomes one at a place', () => {
  const { steps } = follow([index(20), step(bpf.LD | bpf.H | bpf.IND, 2)])
  expect(steps[1]).toEqual(step(bpf.LD | bpf.H | bpf.ABS, 22))
})

test('a constant goes through memory', () => {
  const { steps } = follow([constant(5), step(bpf.ST, 1), constant(6), step(bpf.LD | bpf.MEM, 1)])
  expect(steps[3]).toEqual(constant(5))
})

test('what adds nothing is removed, but not what subtracts nothing', () => {
  const byte = step(bpf.LD | bpf.B | bpf.ABS, 9)
  const codes = follow([byte, step(bpf.ALU | bpf.ADD), step(bpf.ALU | bpf.SUB)]).steps
  expect(codes.map(({ code }) => code)).toEqual([byte.code, REMOVED, bpf.ALU | bpf.SUB])
})

test.each([
  ['division by zero', constant(1), index(0), bpf.DIV],
  ['modulus by zero', constant(1), index(0), bpf.MOD],
  ['shift by more than 31 bits', step(bpf.LD | bpf.LEN), index(32), bpf.LSH],
])('%s is refused', (message, a, x, operation) => {
  expect(() => follow([a, x, step(bpf.ALU | operation | bpf.X)])).toThrow(message)
})
