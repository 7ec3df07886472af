/**
 * Runs a program step by step, as libpcap's bpf_filter() does with a packet from a file. Where the kernel differs: a shift by
 * 32 or more (see arithmetic.ts), a place that wraps past 2^32, and what Linux knows beside the packet (no file tells it).
 */
import { calculate } from './arithmetic.ts'
import type { Instruction, Program } from './instruction.ts'
import * as bpf from './instruction.ts'

/**
 * Jumps back that a program may make; only `protochain` makes them, one for each header, which has eight bytes or more.
 * A packet has less than 256 KiB.
 */
export const MOST_JUMPS_BACK = 32_768

/** The kind, the width or mode, and the operation: the parts of a code. */
const KIND = 0x07
const MODE = 0xe0
const WIDTH = 0x18
const OPERATION = 0xf0

class Machine {
  a = 0
  x = 0
  private readonly memory = new Uint32Array(bpf.MEMORY_WORDS)
  private readonly bytes: Uint8Array
  private readonly wireLength: number

  constructor(bytes: Uint8Array, wireLength: number) {
    this.bytes = bytes
    this.wireLength = wireLength
  }

  /** What a load gives; null where it lies outside. */
  load({ code, k }: Instruction): number | null {
    switch (code & MODE) {
      case bpf.IMM:
        return k
      case bpf.ABS:
        return this.packet(code & WIDTH, k)
      case bpf.IND:
        return this.packet(code & WIDTH, this.x + k)
      case bpf.MEM:
        return this.memory[k] ?? null
      case bpf.LEN:
        return this.wireLength
      case bpf.MSH: {
        const byte = this.bytes[k]
        return byte === undefined ? null : (byte & 0x0f) << 2
      }
      default:
        return null
    }
  }

  private packet(width: number, at: number): number | null {
    const { bytes } = this
    const size = width === bpf.W ? 4 : width === bpf.H ? 2 : 1
    if (at + size > bytes.length) return null
    let value = 0
    for (let index = at; index < at + size; index++) value = value * 256 + (bytes[index] as number)
    return value
  }

  store(word: number, value: number): boolean {
    if (word >= bpf.MEMORY_WORDS) return false
    this.memory[word] = value
    return true
  }

  compute({ code, k }: Instruction): boolean {
    const operand = (code & bpf.X) === 0 ? k : this.x
    const operation = code & OPERATION
    const result = operation === bpf.NEG ? -this.a >>> 0 : calculate(operation, this.a, operand)
    if (result === null) return false
    this.a = result
    return true
  }

  holds({ code, k }: Instruction): boolean {
    const operand = (code & bpf.X) === 0 ? k : this.x
    switch (code & OPERATION) {
      case bpf.JEQ:
        return this.a === operand
      case bpf.JGT:
        return this.a > operand
      case bpf.JGE:
        return this.a >= operand
      default:
        return (this.a & operand) !== 0
    }
  }

  /** One instruction that neither jumps nor ends; false where it ends the program with 0. */
  perform(instruction: Instruction): boolean {
    const { code, k } = instruction
    switch (code & KIND) {
      case bpf.LD: {
        const value = this.load(instruction)
        this.a = value ?? 0
        return value !== null
      }
      case bpf.LDX: {
        const value = this.load(instruction)
        this.x = value ?? 0
        return value !== null
      }
      case bpf.ST:
        return this.store(k, this.a)
      case bpf.STX:
        return this.store(k, this.x)
      case bpf.ALU:
        return this.compute(instruction)
      default:
        if ((code & 0xf8) === bpf.TXA) this.a = this.x
        else this.x = this.a
        return true
    }
  }
}

/** Bytes of the packet that are wanted, 0 for none. A load past the end, a division by zero and a program without end give 0. */
export function run(program: Program, bytes: Uint8Array, wireLength: number): number {
  const machine = new Machine(bytes, wireLength)
  let back = 0
  for (let at = 0; ; at++) {
    const instruction = program[at]
    if (instruction === undefined) return 0
    const { code, k, jt, jf } = instruction
    const kind = code & KIND
    if (kind === bpf.RET) return (code & 0x18) === bpf.A ? machine.a : k
    if (kind !== bpf.JMP) {
      if (!machine.perform(instruction)) return 0
    } else if ((code & OPERATION) !== bpf.JA) {
      at += machine.holds(instruction) ? jt : jf
    } else {
      // A distance is signed: only `protochain` jumps back.
      if (k > 0x7fff_ffff && ++back > MOST_JUMPS_BACK) return 0
      at += k | 0
    }
  }
}
