/** Small graphs for the tests of the optimiser's passes. */
import type { Block, Step } from '../../src/filter/block.ts'
import * as bpf from '../../src/filter/instruction.ts'
import { findIncoming, findLevels, type Node, readGraph } from '../../src/filter/optimise-graph.ts'
import { findUse } from '../../src/filter/optimise-use.ts'

export const ALL: Block = { wantedBytes: 1 }
export const NONE: Block = { wantedBytes: 0 }

export const step = (code: number, k = 0): Step => ({ code, k })

/** Loads the byte at `at` and asks whether it is `k`. */
export const byteIs = (at: number, k: number, yes: Block, no: Block): Block => ({
  steps: [step(bpf.LD | bpf.B | bpf.ABS, at)],
  code: bpf.JMP | bpf.JEQ | bpf.K,
  k,
  yes,
  no,
})

/** Those steps, and whether A is `k` then. */
export const afterSteps = (
  steps: Step[],
  k: number,
  yes: Block = ALL,
  no: Block = NONE,
  code: number = bpf.JMP | bpf.JEQ | bpf.K,
): Block => ({ steps, code, k, yes, no })

/** The graph with its levels, what leads where, and which registers are used. */
export function prepare(block: Block): { root: Node; levels: Node[][] } {
  const { root } = readGraph(block)
  const levels = findLevels(root)
  findUse(levels)
  findIncoming(levels)
  return { root, levels }
}
