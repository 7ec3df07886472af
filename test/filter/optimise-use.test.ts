import { expect, test } from 'vitest'
import * as bpf from '../../src/filter/instruction.ts'
import { A_REGISTER, REMOVED, X_REGISTER } from '../../src/filter/optimise-graph.ts'
import { usedBy, writtenBy } from '../../src/filter/optimise-use.ts'
import { ALL, afterSteps, byteIs, NONE, prepare, step } from './graph.ts'

const [A, X] = [1 << A_REGISTER, 1 << X_REGISTER]

test.each([
  ['ld [4]', bpf.LD | bpf.ABS, 4, 0, A_REGISTER],
  ['ld [x + 4]', bpf.LD | bpf.IND, 4, X, A_REGISTER],
  ['ld M[4]', bpf.LD | bpf.MEM, 4, 1 << 6, A_REGISTER],
  ['ldx M[4]', bpf.LDX | bpf.MEM, 4, 1 << 6, X_REGISTER],
  ['st M[4]', bpf.ST, 4, A, 6],
  ['stx M[4]', bpf.STX, 4, X, 6],
  ['add x', bpf.ALU | bpf.ADD | bpf.X, 0, A | X, A_REGISTER],
  ['tax', bpf.MISC | bpf.TAX, 0, A, X_REGISTER],
  ['txa', bpf.MISC | bpf.TXA, 0, X, A_REGISTER],
  ['jeq x', bpf.JMP | bpf.JEQ | bpf.X, 0, A | X, null],
  ['ret a', bpf.RET | bpf.A, 0, A, null],
  ['a removed step', REMOVED, 0, 0, null],
])('what %s uses and writes', (_, code, k, used, written) => {
  expect(usedBy(code, k)).toBe(used)
  expect(writtenBy(code, k)).toBe(written)
})

test('a register is used later where a node that follows uses it before it writes it', () => {
  const usesX = afterSteps([step(bpf.LD | bpf.IND, 0)], 1)
  const { root } = prepare(byteIs(1, 1, byteIs(2, 2, usesX, NONE), ALL))
  expect(root.usedLater).toBe(X)
})
