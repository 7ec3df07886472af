/**
 * A filter as a graph of blocks: steps, then one test that leads to one of two blocks, or the end. It is what
 * an expression is compiled to, what the optimiser works on, and what is laid out as a program at last.
 */

/**
 * One instruction of a block. Few are jumps: a conditional one leads to two later steps of its own block, JA carries its distance
 * in k (as a signed number of instructions; a negative one goes back).
 */
export type Step = { code: number; k: number; yes?: Step | undefined; no?: Step | undefined }

/** Steps, then a conditional jump (JMP with K or X as operand). */
export type Branch = {
  readonly steps: Step[]
  code: number
  k: number
  yes: Block
  no: Block
}

/** The end: how many bytes of the packet are wanted. */
export type End = { readonly wantedBytes: number }

export type Block = Branch | End

/** True for a block that ends the filter. */
export const isEnd = (block: Block): block is End => 'wantedBytes' in block
