/** One node after the other, from the root down: its values, what they make simpler, and what is then of no use. */
import * as bpf from './instruction.ts'
import { removeDead } from './optimise-dead.ts'
import { A_REGISTER, type Edge, isLast, type Node, X_REGISTER } from './optimise-graph.ts'
import { simplifyNode } from './optimise-peephole.ts'
import { StepValues } from './optimise-step.ts'
import type { ValueTable } from './optimise-value.ts'

/** A register holds what all ways to the node agree on. */
function inherit(node: Node): void {
  const { values, incoming } = node
  const [first] = incoming
  if (first === undefined) {
    values.fill(0)
    return
  }
  const known = first.from.values
  for (let register = 0; register < values.length; register++)
    values[register] = known[register] as number
  for (let index = 1; index < incoming.length; index++) {
    const other = (incoming[index] as Edge).from.values
    for (let register = 0; register < values.length; register++)
      if (values[register] !== other[register]) values[register] = 0
  }
}

/** Whether the steps of a node change nothing that anybody sees. */
function isIdle(node: Node, a: number, x: number): boolean {
  const { values, usedLater } = node
  if (isLast(node)) return true
  const isSame = a !== 0 && values[A_REGISTER] === a && x !== 0 && values[X_REGISTER] === x
  return usedLater === 0 && isSame
}

function improveNode(node: Node, table: ValueTable, alter: boolean): boolean {
  const { values, steps, test } = node
  inherit(node)
  const [a, x] = [values[A_REGISTER] as number, values[X_REGISTER] as number]
  const follower = new StepValues(table, alter)
  for (const step of steps) follower.step(step, values)
  let improved = follower.improved
  if (alter && isIdle(node, a, x)) {
    improved = improved || steps.length > 0
    steps.length = 0
  } else {
    improved = simplifyNode(node, table) || improved
    improved = removeDead(node) || improved
  }
  node.operand = (test.code & bpf.X) === 0 ? table.constant(test.k) : (values[X_REGISTER] as number)
  return improved
}

/** Goes through all nodes; with `alter`, steps are changed for what is known of values. Tells whether it found something. */
export function improveNodes(
  levels: readonly (readonly Node[])[],
  table: ValueTable,
  alter: boolean,
): boolean {
  let improved = false
  for (const level of levels.toReversed())
    for (const node of level) improved = improveNode(node, table, alter) || improved
  return improved
}
