/** Which registers a step uses and writes, and which of them are still used after a node. */

import * as bpf from './instruction.ts'
import { A_REGISTER, MEMORY_REGISTER, type Node, REMOVED, X_REGISTER } from './optimise-graph.ts'

const A_BIT = 1 << A_REGISTER
const X_BIT = 1 << X_REGISTER

/** The set of registers that an instruction uses, bit by number. */
export function usedBy(code: number, k: number): number {
  if (code === REMOVED) return 0
  switch (code & 0x07) {
    case bpf.LD:
    case bpf.LDX: {
      const mode = code & 0xe0
      return mode === bpf.IND ? X_BIT : mode === bpf.MEM ? 1 << (k + MEMORY_REGISTER) : 0
    }
    case bpf.ST:
      return A_BIT
    case bpf.STX:
      return X_BIT
    case bpf.ALU:
    case bpf.JMP:
      return (code & bpf.X) === 0 ? A_BIT : A_BIT | X_BIT
    case bpf.RET:
      return (code & 0x18) === bpf.A ? A_BIT : 0
    default:
      return (code & 0xf8) === bpf.TXA ? X_BIT : A_BIT
  }
}

/** The register that an instruction writes; null where it writes none. */
export function writtenBy(code: number, k: number): number | null {
  if (code === REMOVED) return null
  switch (code & 0x07) {
    case bpf.LD:
    case bpf.ALU:
      return A_REGISTER
    case bpf.LDX:
      return X_REGISTER
    case bpf.ST:
    case bpf.STX:
      return k + MEMORY_REGISTER
    case bpf.MISC:
      return (code & 0xf8) === bpf.TAX ? X_REGISTER : A_REGISTER
    default:
      return null
  }
}

/** What a node does by itself. */
function findOwnUse(node: Node): void {
  let [used, written, touched] = [0, 0, 0]
  for (const { code, k } of node.steps) {
    used |= usedBy(code, k) & ~touched
    const register = writtenBy(code, k)
    if (register === null) continue
    const bit = 1 << register
    if ((used & bit) === 0) written |= bit
    touched |= bit
  }
  if (node.edges !== null) used |= usedBy(node.test.code, node.test.k) & ~touched
  node.used = used
  node.written = written
}

/** Fills `used`, `written` and `usedLater` of all nodes; `used` has in it what is only handed on to those that follow. */
export function findUse(levels: readonly (readonly Node[])[]): void {
  for (const level of levels) {
    for (const node of level) {
      findOwnUse(node)
      node.usedLater = 0
      if (node.edges === null) continue
      node.usedLater = node.edges[0].to.used | node.edges[1].to.used
      node.used |= node.usedLater & ~node.written
    }
  }
}
