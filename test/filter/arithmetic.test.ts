import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calculate } from '../../src/filter/arithmetic.ts'
import {
  A,
  ADD,
  ALU,
  AND,
  DIV,
  IMM,
  LD,
  LDX,
  LSH,
  MOD,
  MUL,
  OR,
  RET,
  RSH,
  SUB,
  X,
  XOR,
} from '../../src/filter/instruction.ts'
import { libpcapRun } from './libpcap.ts'

const OPERATIONS = [ADD, SUB, MUL, DIV, MOD, OR, AND, XOR, LSH, RSH]
const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 31, 32, 33, 0x7fffffff, 0x80000000, 0xffffffff),
)

test('numbers come out as in libpcap’s machine', () => {
  const plain = (code: number, k = 0) => ({ code, k, jt: 0, jf: 0 })
  fc.assert(
    fc.property(fc.constantFrom(...OPERATIONS), word, word, (operation, a, b) => {
      const program = [
        plain(LD | IMM, a),
        plain(LDX | IMM, b),
        plain(ALU | operation | X),
        plain(RET | A),
      ]
      expect(calculate(operation, a, b) ?? 0).toBe(libpcapRun(program, new Uint8Array(1), 1))
    }),
  )
})

test('a division by zero has no result', () => {
  expect(calculate(DIV, 5, 0)).toBeNull()
  expect(calculate(MOD, 5, 0)).toBeNull()
})
