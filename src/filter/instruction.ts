/**
 * Classic BPF: an accumulator A, an index register X, sixteen words of memory, and a packet that can only be read. What the
 * numbers mean: McCanne and Jacobson 1993, and the kernel's include/uapi/linux/bpf_common.h and filter.h.
 */

/** One instruction; `jt` and `jf` are how many instructions a jump skips, `k` is an unsigned 32-bit number. */
export type Instruction = {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

/** A program: it ends with the number of bytes of the packet that are wanted; 0 is "not this one". */
export type Program = readonly Instruction[]

/** The kind of an instruction: the lowest three bits of its code. */
export const LD = 0x00
export const LDX = 0x01
export const ST = 0x02
export const STX = 0x03
export const ALU = 0x04
export const JMP = 0x05
export const RET = 0x06
export const MISC = 0x07

/** How much a load takes: four bytes, two or one. */
export const W = 0x00
export const H = 0x08
export const B = 0x10

/** Where a load takes it from: k, packet at k, packet at X + k, memory k, the packet's length, 4 × the low nibble of the byte at k. */
export const IMM = 0x00
export const ABS = 0x20
export const IND = 0x40
export const MEM = 0x60
export const LEN = 0x80
export const MSH = 0xa0

/** What an ALU instruction does to A. */
export const ADD = 0x00
export const SUB = 0x10
export const MUL = 0x20
export const DIV = 0x30
export const OR = 0x40
export const AND = 0x50
export const LSH = 0x60
export const RSH = 0x70
export const NEG = 0x80
export const MOD = 0x90
export const XOR = 0xa0

/** When a jump takes `jt`: always, A = operand, A > operand, A ≥ operand (unsigned), A & operand ≠ 0. */
export const JA = 0x00
export const JEQ = 0x10
export const JGT = 0x20
export const JGE = 0x30
export const JSET = 0x40

/** The operand of an ALU instruction or a jump: k, or X. */
export const K = 0x00
export const X = 0x08

/** RET gives k (K) or A. */
export const A = 0x10

/** MISC: X := A, A := X. */
export const TAX = 0x00
export const TXA = 0x80

/** Words of scratch memory. */
export const MEMORY_WORDS = 16

/** Instructions that the kernel takes at most (BPF_MAXINSNS). */
export const MAX_INSTRUCTIONS = 4096

/** Absolute loads from here on are no bytes of the packet but what Linux knows about it (SKF_AD_OFF, as an unsigned number). */
export const ANCILLARY = 0xffff_f000
export const ANCILLARY_PROTOCOL: number = ANCILLARY + 0
export const ANCILLARY_PACKET_TYPE: number = ANCILLARY + 4
export const ANCILLARY_INTERFACE_INDEX: number = ANCILLARY + 8
export const ANCILLARY_VLAN_TAG: number = ANCILLARY + 44
export const ANCILLARY_VLAN_TAG_PRESENT: number = ANCILLARY + 48
