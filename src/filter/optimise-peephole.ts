/** A few instructions in a row that fewer can do, and tests whose answer is known. */
import type { Step } from './block.ts'
import * as bpf from './instruction.ts'
import { A_REGISTER, type Node, REMOVED, X_REGISTER } from './optimise-graph.ts'
import type { ValueTable } from './optimise-value.ts'

const EQUAL = bpf.JMP | bpf.JEQ | bpf.K
const LOAD_CONSTANT = bpf.LD | bpf.IMM
const COPY_TO_X = bpf.MISC | bpf.TAX

const isKept = ({ code }: Step): boolean => code !== REMOVED

/**
 * What `proto[k]` with a constant k becomes: the k is added to the place of the load.
 *
 *     ld #k; ldxb 4*([14]&0xf); add x; tax; ld [x + 0]   →   ldxb 4*([14]&0xf); ld [x + k]
 */
function moveIntoLoad(steps: readonly Step[], at: number): boolean {
  const [constant, first, ...rest] = steps.slice(at, at + 5)
  if (constant === undefined || first === undefined) return false
  const hasHeader = first.code === (bpf.LDX | bpf.MSH | bpf.B)
  const [add, tax, load] = hasHeader ? rest : [first, ...rest]
  if (add?.code !== (bpf.ALU | bpf.ADD | bpf.X) || tax?.code !== COPY_TO_X) return false
  if (load === undefined || (load.code & 0xe7) !== (bpf.LD | bpf.IND)) return false
  load.k = (load.k + constant.k) >>> 0
  for (const step of [constant, add, tax]) step.code = REMOVED
  return true
}

/** Steps that follow each other; the last step that is kept, or the first of all where only one is. */
function simplifySteps(node: Node): {
  readonly improved: boolean
  readonly last: Step | undefined
} {
  const { steps, usedLater } = node
  const kept = steps.filter(isKept)
  let improved = false
  let last = steps[0]
  for (let at = 0, then = 1; ; at = then, then++) {
    // What was removed meanwhile is passed over.
    while (kept[then]?.code === REMOVED) then++
    const [step, next] = [kept[at], kept[then]]
    if (step === undefined || next === undefined) break
    last = next
    if (!isKept(step)) continue
    if (step.code === bpf.ST && next.code === (bpf.LDX | bpf.MEM) && step.k === next.k) {
      next.code = COPY_TO_X
      improved = true
    }
    if (step.code === LOAD_CONSTANT && next.code === COPY_TO_X) {
      step.code = bpf.LDX | bpf.IMM
      next.code = bpf.MISC | bpf.TXA
      improved = true
    }
    if (step.code === LOAD_CONSTANT && (usedLater & (1 << X_REGISTER)) === 0)
      improved = moveIntoLoad(kept, at) || improved
  }
  return { improved, last }
}

/** An operation right before “is it equal to k” that the test can do itself; the value of A must not be used later. */
function mergeIntoTest(node: Node, last: Step, table: ValueTable): boolean {
  const { test, edges } = node
  if (last.code === (bpf.ALU | bpf.SUB | bpf.X)) {
    const index = table.constantOf(node.values[X_REGISTER] as number)
    if (index !== null) test.k = (test.k + index) >>> 0
    else if (test.k === 0) test.code = bpf.JMP | bpf.JEQ | bpf.X
    else return false
  } else if (last.code === (bpf.ALU | bpf.SUB | bpf.K)) {
    test.k = (test.k + last.k) >>> 0
  } else if (last.code === (bpf.ALU | bpf.AND | bpf.K) && test.k === 0 && edges !== null) {
    test.code = bpf.JMP | bpf.JSET | bpf.K
    test.k = last.k
    const [yes, no] = edges
    ;[yes.to, no.to] = [no.to, yes.to]
  } else {
    return false
  }
  last.code = REMOVED
  return true
}

const answer = (code: number, a: number, k: number): boolean => {
  switch (code & 0xf0) {
    case bpf.JEQ:
      return a === k
    case bpf.JGT:
      return a > k
    case bpf.JGE:
      return a >= k
    default:
      return (a & k) !== 0
  }
}

/** Both ways of a test whose answer is known lead to the same node. */
function decideTest(node: Node, table: ValueTable): boolean {
  const { test, edges, values } = node
  if (edges === null) return false
  const [yes, no] = edges
  if (test.code === (bpf.JMP | bpf.JSET | bpf.K)) {
    if (test.k === 0) yes.to = no.to
    if (test.k === 0xffff_ffff) no.to = yes.to
  }
  const index = table.constantOf(values[X_REGISTER] as number)
  if (index !== null && (test.code & bpf.X) !== 0) {
    test.code &= ~bpf.X
    test.k = index
  }
  const a = table.constantOf(values[A_REGISTER] as number)
  if (a === null || (test.code & bpf.X) !== 0) return false
  const isNews = yes.to !== no.to
  if (answer(test.code, a, test.k)) no.to = yes.to
  else yes.to = no.to
  return isNews
}

/** Simplifies one node whose values are known; tells whether it found something. */
export function simplifyNode(node: Node, table: ValueTable): boolean {
  if (node.steps.length === 0) return false
  const { improved, last } = simplifySteps(node)
  const isFree = node.test.code === EQUAL && (node.usedLater & (1 << A_REGISTER)) === 0
  const merged = isFree && last !== undefined && mergeIntoTest(node, last, table)
  return decideTest(node, table) || merged || improved
}
