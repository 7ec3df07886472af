/**
 * A test before it is known where it leads: one comparison, or several joined. Code is generated from left to right (an earlier
 * `vlan` moves what later tests look at), blocks are linked from right to left.
 */

import type { Block, Step } from './block.ts'
import { JEQ, JMP, K } from './instruction.ts'

/** Steps, and one comparison of A. */
export type Comparison = { readonly kind: 'test'; steps: Step[]; code: number; k: number }

/** A comparison, or several joined. */
export type Condition =
  | Comparison
  | {
      readonly kind: 'and' | 'or'
      readonly left: Condition
      readonly right: Condition
    }
  | { readonly kind: 'not'; readonly of: Condition }

/** One instruction; `k` is taken as an unsigned number. */
export const step = (code: number, k = 0): Step => {
  return { code, k: k >>> 0 }
}

/** A comparison of A with `k`, or with X. */
export const test = (steps: Step[], code: number, k = 0): Comparison => {
  return { kind: 'test', steps, code: JMP + code, k: k >>> 0 }
}

/** A is equal to `k`. */
export const equal = (steps: Step[], k: number): Comparison => test(steps, JEQ + K, k)

/** Both hold; the right one is tested only if the left one holds. */
export const and = (left: Condition, right: Condition): Condition => {
  return { kind: 'and', left, right }
}

/** One of both holds; the right one is tested only if the left one does not. */
export const or = (left: Condition, right: Condition): Condition => {
  return { kind: 'or', left, right }
}

/** The opposite. */
export const not = (of: Condition): Condition => {
  return { kind: 'not', of }
}

/** Both, or the other alone where one is missing. */
export const andMaybe = (left: Condition | null, right: Condition): Condition =>
  left === null ? right : and(left, right)

/** The comparison that is made first. */
export function firstTest(condition: Condition): Comparison {
  let first = condition
  while (first.kind !== 'test') first = first.kind === 'not' ? first.of : first.left
  return first
}

/** The graph that leads to `yes` where the condition holds, else to `no`. */
export function link(condition: Condition, yes: Block, no: Block): Block {
  let [node, holds, fails] = [condition, yes, no]
  while (node.kind !== 'test') {
    if (node.kind === 'not') [node, holds, fails] = [node.of, fails, holds]
    else if (node.kind === 'and') [node, holds] = [node.left, link(node.right, holds, fails)]
    else [node, fails] = [node.left, link(node.right, holds, fails)]
  }
  return { steps: node.steps, code: node.code, k: node.k, yes: holds, no: fails }
}
