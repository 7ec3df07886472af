import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as bpf from '../../src/filter/instruction.ts'
import { CODES, explainInvalid } from '../../src/filter/valid.ts'
import { libpcapCompile } from './libpcap.ts'
import { anyProgram } from './random-program.ts'
import { SAMPLES } from './sample-expressions.ts'

const plain = (code: number, k = 0, jt = 0, jf = 0) => ({ code, k, jt, jf })
const END = plain(bpf.RET | bpf.K)

test.each([
  ['nothing', [], 'it is empty'],
  ['an unknown code', [plain(0xff), END], 'instruction 0: there is no instruction of the code 255'],
  ['no end', [plain(bpf.LD | bpf.IMM)], 'its last instruction does not end it'],
  [
    'a jump past the end',
    [plain(bpf.JMP | bpf.JEQ, 0, 0, 1), END],
    'instruction 0: it jumps past the end',
  ],
  [
    'a long jump past the end',
    [plain(bpf.JMP | bpf.JA, 1), END],
    'instruction 0: it jumps past the end',
  ],
  ['a jump back', [plain(bpf.JMP | bpf.JA, 0xffffffff), END], 'instruction 0: it jumps back'],
  ['a division by zero', [plain(bpf.ALU | bpf.DIV, 0), END], 'instruction 0: it divides by zero'],
  [
    'a long shift',
    [plain(bpf.ALU | bpf.LSH, 32), END],
    'instruction 0: it shifts by 32 bits, where 31 are the most',
  ],
  [
    'a seventeenth word',
    [plain(bpf.ST, 16), END],
    'instruction 0: there is no word 16 of memory, only 16',
  ],
  [
    'a word that was not written',
    [plain(bpf.LD | bpf.MEM, 3), END],
    'instruction 0: it reads a word of memory that was not written',
  ],
  [
    'a word that one way has not written',
    [plain(bpf.JMP | bpf.JEQ, 0, 0, 1), plain(bpf.ST, 3), plain(bpf.LD | bpf.MEM, 3), END],
    'instruction 2: it reads a word of memory that was not written',
  ],
  [
    'something beside the packet that is not there',
    [plain(bpf.LD | bpf.W | bpf.ABS, 0xfffff001), END],
    'instruction 0: it asks for something beside the packet that Linux does not tell',
  ],
])('%s is refused', (_, program, reason) => {
  expect(explainInvalid(program)).toBe(reason)
})

test('a program of more than 4096 instructions is refused', () => {
  const program = Array.from({ length: 4097 }, () => END)
  expect(explainInvalid(program)).toContain('4096 are the most')
})

test('what libpcap compiles is valid', () => {
  for (const expression of SAMPLES) {
    const program = libpcapCompile(expression, 1, true)
    if (typeof program !== 'string') expect(explainInvalid(program), expression).toBeNull()
  }
})

test('the programs that tests draw are valid', () => {
  fc.assert(fc.property(anyProgram(), (program) => explainInvalid(program) === null))
})

test('there are as many codes as the kernel has', () => {
  // net/core/filter.c, chk_code_allowed(): of the ALU, loads to A, loads to X, stores, returns, copies, jumps.
  expect(CODES.size).toBe(21 + 9 + 4 + 2 + 2 + 2 + 9)
})
