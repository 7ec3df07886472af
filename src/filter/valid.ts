/**
 * Whether the kernel would take a program: what bpf_check_classic() and check_load_and_stores() of net/core/filter.c ask,
 * in their order. A filter for a file need not pass: `protochain` jumps back.
 */

import type { Instruction, Program } from './instruction.ts'
import * as bpf from './instruction.ts'

const { LD, LDX, ST, STX, ALU, JMP, RET, MISC, W, H, B, K, X } = bpf

const OPERATIONS = [
  bpf.ADD,
  bpf.SUB,
  bpf.MUL,
  bpf.DIV,
  bpf.OR,
  bpf.AND,
  bpf.LSH,
  bpf.RSH,
  bpf.MOD,
  bpf.XOR,
]
const TESTS = [bpf.JEQ, bpf.JGT, bpf.JGE, bpf.JSET]

/** Every code that there is. */
export const CODES: ReadonlySet<number> = new Set([
  ...[W, H, B].flatMap((width) => [LD | width | bpf.ABS, LD | width | bpf.IND]),
  ...[LD, LDX].flatMap((kind) => [kind | bpf.IMM, kind | bpf.MEM, kind | W | bpf.LEN]),
  LDX | B | bpf.MSH,
  ST,
  STX,
  ...OPERATIONS.flatMap((operation) => [ALU | operation | K, ALU | operation | X]),
  ALU | bpf.NEG,
  JMP | bpf.JA,
  ...TESTS.flatMap((test) => [JMP | test | K, JMP | test | X]),
  RET | K,
  RET | bpf.A,
  MISC | bpf.TAX,
  MISC | bpf.TXA,
])

/** What Linux tells beside the packet: every fourth place from ANCILLARY on, up to SKF_AD_MAX. */
const LAST_ANCILLARY = bpf.ANCILLARY + 60

const isAbsolute = (code: number): boolean => (code & 0xe7) === (LD | bpf.ABS)
const isMemory = (code: number): boolean =>
  code === ST || code === STX || code === (LD | bpf.MEM) || code === (LDX | bpf.MEM)

function explainOperand({ code, k }: Instruction): string | null {
  const isConstant = (code & 0x0f) === (ALU | K)
  const operation = code & 0xf0
  if (isConstant && (operation === bpf.DIV || operation === bpf.MOD) && k === 0)
    return 'it divides by zero'
  if (isConstant && (operation === bpf.LSH || operation === bpf.RSH) && k > 31)
    return `it shifts by ${k} bits, where 31 are the most`
  if (isMemory(code) && k >= bpf.MEMORY_WORDS)
    return `there is no word ${k} of memory, only ${bpf.MEMORY_WORDS}`
  if (isAbsolute(code) && k >= bpf.ANCILLARY && (k > LAST_ANCILLARY || k % 4 !== 0))
    return 'it asks for something beside the packet that Linux does not tell'
  return null
}

function explainJump({ code, k, jt, jf }: Instruction, left: number): string | null {
  if ((code & 0x07) !== JMP) return null
  const farthest = code === (JMP | bpf.JA) ? k : Math.max(jt, jf)
  if (k > 0x7fff_ffff && code === (JMP | bpf.JA)) return 'it jumps back'
  return farthest < left ? null : 'it jumps past the end'
}

/** Words of memory that are read before every way to the place has written them. */
function findUnwritten(program: Program): number | null {
  const known = new Uint16Array(program.length + 1).fill(0xffff)
  let written = 0
  for (const [at, { code, k, jt, jf }] of program.entries()) {
    written &= known[at] as number
    const reach = (distance: number): void => {
      known[at + 1 + distance] = (known[at + 1 + distance] as number) & written
    }
    if (code === ST || code === STX) written |= 1 << k
    else if (isMemory(code) && (written & (1 << k)) === 0) return at
    else if ((code & 0x07) === JMP) {
      if (code === (JMP | bpf.JA)) reach(k)
      else {
        reach(jt)
        reach(jf)
      }
      written = 0xffff
    }
  }
  return null
}

/** Why the kernel refuses the program, with the number of the instruction; null where it takes it. */
export function explainInvalid(program: Program): string | null {
  if (program.length === 0) return 'it is empty'
  if (program.length > bpf.MAX_INSTRUCTIONS)
    return `it has ${program.length} instructions, and ${bpf.MAX_INSTRUCTIONS} are the most that the kernel takes`
  for (const [at, instruction] of program.entries()) {
    const reason = CODES.has(instruction.code)
      ? (explainOperand(instruction) ?? explainJump(instruction, program.length - at - 1))
      : `there is no instruction of the code ${instruction.code}`
    if (reason !== null) return `instruction ${at}: ${reason}`
  }
  if (((program.at(-1)?.code ?? 0) & 0x07) !== RET) return 'its last instruction does not end it'
  const unwritten = findUnwritten(program)
  return unwritten === null
    ? null
    : `instruction ${unwritten}: it reads a word of memory that was not written`
}
