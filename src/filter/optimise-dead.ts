/** Steps whose result nobody uses. */
import type { Step } from './block.ts'
import { type Node, REMOVED } from './optimise-graph.ts'
import { usedBy, writtenBy } from './optimise-use.ts'

/** Removes them from a node; tells whether there was one. */
export function removeDead(node: Node): boolean {
  const { steps, test, usedLater, values } = node
  if (steps.length === 0) return false
  /** Of each register, who wrote it last, as long as nobody has used that. */
  const unused: (Step | undefined)[] = []
  for (let register = 0; register < values.length; register++) unused.push(undefined)
  let improved = false
  const use = (code: number, k: number): void => {
    const used = usedBy(code, k)
    for (let register = 0; used >>> register !== 0; register++)
      if ((used & (1 << register)) !== 0) unused[register] = undefined
  }
  for (const step of steps) {
    use(step.code, step.k)
    const register = writtenBy(step.code, step.k)
    if (register === null) continue
    const dead = unused[register]
    if (dead !== undefined) {
      dead.code = REMOVED
      improved = true
    }
    unused[register] = step
  }
  use(test.code, test.k)
  for (let register = 0; register < values.length; register++) {
    const step = unused[register]
    if (step === undefined || (usedLater & (1 << register)) !== 0) continue
    step.code = REMOVED
    values[register] = 0
    improved = true
  }
  return improved
}
