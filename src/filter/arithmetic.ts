/** What the ALU of classic BPF calculates: unsigned numbers of 32 bits, as the kernel's net/core/filter.c and libpcap's bpf_filter.c. */
import { ADD, AND, DIV, LSH, MOD, MUL, OR, RSH, SUB, XOR } from './instruction.ts'

/**
 * `operation` is ADD … XOR. Null for a division by zero and for what is no operation. A shift by 32 or more leaves nothing,
 * as in libpcap; the kernel looks at the lowest five bits of the distance only.
 */
export function calculate(operation: number, a: number, b: number): number | null {
  switch (operation) {
    case ADD:
      return (a + b) >>> 0
    case SUB:
      return (a - b) >>> 0
    case MUL:
      return Math.imul(a, b) >>> 0
    case DIV:
      return b === 0 ? null : Math.floor(a / b)
    case MOD:
      return b === 0 ? null : a % b
    case OR:
      return (a | b) >>> 0
    case AND:
      return (a & b) >>> 0
    case XOR:
      return (a ^ b) >>> 0
    case LSH:
      return b > 31 ? 0 : (a << b) >>> 0
    case RSH:
      return b > 31 ? 0 : a >>> b
    default:
      return null
  }
}
