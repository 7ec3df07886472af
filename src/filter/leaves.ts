/** Walks over a tree. `a and b and c and …` leans to the left as deep as it is long, so that none of them recurses to the left. */

import type { Expression } from './tree.ts'

/** The tests of a tree from left to right, without `and`, `or` and `not`. */
export function leavesOf(tree: Expression | null): Expression[] {
  const leaves: Expression[] = []
  const left = tree === null ? [] : [tree]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.kind === 'and' || node.kind === 'or') left.push(node.right, node.left)
    else if (node.kind === 'not') left.push(node.of)
    else leaves.push(node)
  }
  return leaves
}
