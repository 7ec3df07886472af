/** A pcap-filter expression → a program of classic BPF, as libpcap compiles it: text, tree, condition, graph, instructions. */

import type { Block, End } from './block.ts'
import type { Circumstances } from './circumstances.ts'
import { conditionOf } from './code-expression.ts'
import { prologue } from './code-prologue.ts'
import { CodeState } from './code-state.ts'
import { firstTest, link } from './condition.ts'
import { FilterError } from './filter-error.ts'
import { parseExpression } from './grammar.ts'
import { LINK_LAYERS } from './link-layer.ts'

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
  return { root: link(condition, wanted, { wantedBytes: 0 }), optimise: state.optimise }
}
