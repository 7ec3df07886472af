/**
 * A program for packets with a cooked header (LINKTYPE_LINUX_SLL2), as the kernel has to be given it: a socket that takes packets
 * without their link layer runs its filter before that header is made, from the network layer on. What the header will tell is
 * asked of the kernel instead (SKF_AD_…, the kernel's include/uapi/linux/filter.h).
 */
import {
  ABS,
  ANCILLARY,
  ANCILLARY_INTERFACE_INDEX,
  ANCILLARY_PACKET_TYPE,
  ANCILLARY_PROTOCOL,
  B,
  H,
  IND,
  type Instruction,
  LD,
  LDX,
  LEN,
  MSH,
  type Program,
  W,
} from './instruction.ts'

const COOKED_BYTES = 20

/** Where the header has what the kernel knows too, and how much of it. */
const KNOWN: ReadonlyMap<number, readonly [size: number, ancillary: number]> = new Map([
  [0, [H, ANCILLARY_PROTOCOL]],
  [4, [W, ANCILLARY_INTERFACE_INDEX]],
  [10, [B, ANCILLARY_PACKET_TYPE]],
])

const MODE = 0xe0
const SIZE = 0x18

/** The instruction for packets without the header; null where there is none. */
function withoutHeader(instruction: Instruction): Instruction | null {
  const { code, k } = instruction
  const kind = code & 7
  if (kind !== LD && kind !== LDX) return instruction
  const mode = code & MODE
  if (mode === LEN) return null
  if (mode !== ABS && mode !== IND && mode !== MSH) return instruction
  if (k >= ANCILLARY) return instruction
  if (k >= COOKED_BYTES) return { ...instruction, k: k - COOKED_BYTES }
  const known = mode === ABS && kind === LD ? KNOWN.get(k) : undefined
  return known !== undefined && known[0] === (code & SIZE) ? { ...instruction, k: known[1] } : null
}

/** The program for the kernel; null where it asks what only the header tells: it has to be run once that is there. */
export function cookedProgram(program: Program): Program | null {
  const kernel: Instruction[] = []
  for (const instruction of program) {
    const other = withoutHeader(instruction)
    if (other === null) return null
    kernel.push(other)
  }
  return kernel
}
