/** A pcap-filter expression → a program of classic BPF, as libpcap compiles it: text, tree, condition, graph, instructions. */

import { type Block, type End, isEnd } from './block.ts'
import type { Circumstances } from './circumstances.ts'
import { conditionOf } from './code-expression.ts'
import { ppiCheck, prologue } from './code-prologue.ts'
import { CodeState } from './code-state.ts'
import { andMaybe, firstTest, link } from './condition.ts'
import { FilterError } from './filter-error.ts'
import { parseExpression } from './grammar.ts'
import type { Program } from './instruction.ts'
import { layOut } from './layout.ts'
import { LINK_LAYERS } from './link-layer.ts'
import { optimise } from './optimise.ts'

/** Below, link types are numbered differently by each system, and only those that are known are told apart. */
const FIRST_COMMON_LINK_TYPE = 104

/** A graph before it is optimised. */
export type Draft = {
  readonly root: Block
  /** False where libpcap's optimiser would not do: a loop, or a length that is computed by jumps. */
  readonly optimise: boolean
}

/** The graph of an expression, as generated. What cannot be compiled throws a FilterError. */
export function compileBlocks(expression: string, circumstances: Circumstances): Draft {
  const { linkType, snapLength } = circumstances
  const refuseAll = (message: string): never => {
    throw new FilterError(message, 0, expression.length)
  }
  if (snapLength === 0) refuseAll('of packets cut to 0 bytes none can be wanted')
  if (linkType < FIRST_COMMON_LINK_TYPE && !LINK_LAYERS.has(linkType))
    refuseAll(`link type ${linkType} is not known`)
  const tree = parseExpression(expression)
  const wanted: End = { wantedBytes: snapLength }
  if (tree === null) return { root: wanted, optimise: true }
  const state = new CodeState(circumstances)
  const condition = conditionOf(state, tree)
  const first = firstTest(condition)
  first.steps = [...prologue(state, first.steps[0] ?? null), ...first.steps]
  return {
    root: link(andMaybe(ppiCheck(state), condition), wanted, { wantedBytes: 0 }),
    optimise: state.optimise,
  }
}

/** Whatever the optimiser refuses has no place; it is the whole expression’s. */
function optimised(root: Block, expression: string): Block {
  try {
    return optimise(root)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    throw new FilterError(error.message, 0, expression.length, error.suggestion)
  }
}

/** The program of an expression. What cannot be compiled, or selects no packet, throws a FilterError. */
export function compile(expression: string, circumstances: Circumstances): Program {
  const draft = compileBlocks(expression, circumstances)
  if (!draft.optimise) return layOut(draft.root)
  const root = optimised(draft.root, expression)
  if (isEnd(root) && root.wantedBytes === 0)
    throw new FilterError(
      'the filter contradicts itself: no packet can be wanted',
      0,
      expression.length,
    )
  return layOut(root)
}
