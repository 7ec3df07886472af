/** Valid programs by chance, as the kernel takes them. */
import fc from 'fast-check'
import type { Instruction, Program } from '../../src/filter/instruction.ts'
import * as bpf from '../../src/filter/instruction.ts'
import { CODES } from '../../src/filter/valid.ts'

/** Which programs. */
export type ProgramChoice = {
  /** Longest, in instructions. */
  readonly length?: number
  /**
   * Without what libpcap and the kernel do differently: shifts by X, and loads at an X that may be large. X is then only copied
   * from A in programs (`copies`) that have no such loads.
   */
  readonly agreed?: 'copies' | 'loads'
}

const KIND = 0x07
const isJump = (code: number): boolean => (code & KIND) === bpf.JMP

/** Operands that programs have, and the edges of what there is. */
const operand = fc.oneof(
  { weight: 6, arbitrary: fc.nat(70) },
  { weight: 2, arbitrary: fc.constantFrom(0x800, 0x86dd, 0x806, 6, 17, 80, 0x1fff) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 0x7fff_ffff, 0x8000_0000, 0xffff_efff, 0xffff_ffff),
  },
)

const isShift = (code: number): boolean =>
  (code & KIND) === bpf.ALU && ((code & 0xf0) === bpf.LSH || (code & 0xf0) === bpf.RSH)
const isDivision = (code: number): boolean =>
  (code & KIND) === bpf.ALU && ((code & 0xf0) === bpf.DIV || (code & 0xf0) === bpf.MOD)
const isMemory = (code: number): boolean =>
  code === bpf.ST || code === bpf.STX || code === (bpf.LD | bpf.MEM) || code === (bpf.LDX | bpf.MEM)

const isAtX = (code: number): boolean => (code & KIND) === bpf.LD && (code & 0xe0) === bpf.IND

/** So that X and a place that is added to it stay far from 2^31. */
const small = (code: number, k: number): number =>
  isAtX(code) || code === (bpf.LDX | bpf.IMM) ? k & 0xffff : k

/** An operand that is valid for the code. */
function fit(code: number, k: number): number {
  if (isMemory(code)) return k % bpf.MEMORY_WORDS
  if (isShift(code) && (code & bpf.X) === 0) return k % 32
  if (isDivision(code) && k === 0) return 1
  const isPlace = (code & KIND) === bpf.LD && (code & 0xe0) === bpf.ABS
  return isPlace && k >= 0xffe0_0000 ? 0x7fff_ffff : k
}

/** Programs whose every word of memory is written first, with jumps that lead forwards to an instruction. */
export function anyProgram({ length = 30, agreed }: ProgramChoice = {}): fc.Arbitrary<Program> {
  const codes = [...CODES].filter(
    (code) =>
      // libpcap's machine of this version does not know it.
      code !== (bpf.LDX | bpf.LEN) &&
      !(agreed !== undefined && isShift(code) && (code & bpf.X) !== 0) &&
      !(agreed === 'copies' && isAtX(code)) &&
      !(agreed === 'loads' && (code === (bpf.MISC | bpf.TAX) || code === (bpf.LDX | bpf.MEM))),
  )
  const loads = codes.filter((code) => (code & KIND) === bpf.LD || (code & KIND) === bpf.LDX)
  const instruction = fc.record({
    code: fc.oneof(fc.constantFrom(...codes), fc.constantFrom(...loads)),
    k: operand,
    jt: fc.nat(20),
    jf: fc.nat(20),
  })
  return fc.array(instruction, { minLength: 1, maxLength: length }).map((drawn) => {
    const stores = Array.from({ length: bpf.MEMORY_WORDS }, (_, k) => ({
      code: bpf.ST,
      k,
      jt: 0,
      jf: 0,
    }))
    const body = drawn.map(({ code, k, jt, jf }, index): Instruction => {
      const left = drawn.length - index
      if (code === (bpf.JMP | bpf.JA)) return { code, k: k % left, jt: 0, jf: 0 }
      return isJump(code)
        ? { code, k, jt: jt % left, jf: jf % left }
        : { code, k: fit(code, agreed === undefined ? k : small(code, k)), jt: 0, jf: 0 }
    })
    return [...stores, ...body, { code: bpf.RET | bpf.A, k: 0, jt: 0, jf: 0 }]
  })
}
