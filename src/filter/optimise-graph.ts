/**
 * The graph that the optimiser works on: the blocks of block.ts with their edges and with what the passes know of them.
 * Passes of libpcap's optimize.c are followed in their order, so that the same program comes out.
 */
import { type Block, isEnd, type Step } from './block.ts'
import * as bpf from './instruction.ts'

/** Registers by number: A and X, then the words of memory. Few filters use memory, and most passes look at each register. */
export const A_REGISTER = 0
export const X_REGISTER = 1
export const MEMORY_REGISTER = 2

/** The code of a step that was removed; it keeps its place until the end. */
export const REMOVED = -1

/** A way from a node to another one. */
export type Edge = {
  readonly from: Node
  /** Whether it is taken when the test holds. */
  readonly sense: boolean
  to: Node
}

/** A block. The end of a filter has no edges, and its test is RET. */
export type Node = {
  readonly steps: Step[]
  readonly test: { code: number; k: number }
  readonly edges: readonly [yes: Edge, no: Edge] | null
  /** The longest way to an end, in edges. */
  level: number
  /** Those that lead here, of the nodes that the levels hold. */
  incoming: Edge[]
  /** Sets of registers, bit by number: used before they are written, written before they are used, used by what follows. */
  used: number
  written: number
  usedLater: number
  /** The value numbers of the registers when the test is made, 0 for an unknown one, and of the test's operand. */
  readonly values: number[]
  operand: number
}

/** Whether `node` ends the filter. */
export const isLast = (node: Node): boolean => node.edges === null

/** Where the edges lead that have one; the end leads nowhere. */
export const yesOf = ({ edges }: Node): Node | null => edges?.[0].to ?? null
export const noOf = ({ edges }: Node): Node | null => edges?.[1].to ?? null

const MEMORY_CODES: ReadonlySet<number> = new Set([
  bpf.ST,
  bpf.STX,
  bpf.LD | bpf.MEM,
  bpf.LDX | bpf.MEM,
])

/** One more than the highest number of a register that the steps use. */
function countRegisters(blocks: Iterable<Block>): number {
  let count = MEMORY_REGISTER
  for (const block of blocks) {
    if (isEnd(block)) continue
    for (const { code, k } of block.steps)
      if (k + MEMORY_REGISTER >= count && MEMORY_CODES.has(code)) count = k + MEMORY_REGISTER + 1
  }
  return count
}

function nodeOf(steps: Step[], code: number, k: number, hasEdges: boolean): Node {
  const node = {
    steps,
    test: { code, k },
    edges: null as Node['edges'],
    level: 0,
    incoming: [],
    used: 0,
    written: 0,
    usedLater: 0,
    values: [] as number[],
    operand: 0,
  }
  // Until both ends are known, an edge leads to where it comes from.
  if (hasEdges)
    node.edges = [
      { from: node, sense: true, to: node },
      { from: node, sense: false, to: node },
    ]
  return node
}

/** Copies, so that what the optimiser does to a step is not seen by who made it. */
function copySteps(steps: readonly Step[]): Step[] {
  const copies = steps.map((step) => ({ ...step }))
  for (const copy of copies) {
    if (copy.yes === undefined || copy.no === undefined) continue
    copy.yes = copies[steps.indexOf(copy.yes)] ?? copy
    copy.no = copies[steps.indexOf(copy.no)] ?? copy
  }
  return copies
}

/** The graph of a filter, and how many nodes it has. */
export function readGraph(root: Block): { readonly root: Node; readonly size: number } {
  const nodes = new Map<Block, Node>()
  const open: Block[] = []
  const enter = (block: Block): Node => {
    const known = nodes.get(block)
    if (known !== undefined) return known
    const node = isEnd(block)
      ? nodeOf([], bpf.RET | bpf.K, block.wantedBytes, false)
      : nodeOf(copySteps(block.steps), block.code, block.k, true)
    nodes.set(block, node)
    open.push(block)
    return node
  }
  const first = enter(root)
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    const edges = nodes.get(block)?.edges
    if (isEnd(block) || !edges) continue
    edges[0].to = enter(block.yes)
    edges[1].to = enter(block.no)
  }
  const registers = countRegisters(nodes.keys())
  for (const { values } of nodes.values())
    for (let register = 0; register < registers; register++) values.push(0)
  return { root: first, size: nodes.size }
}

/** Without what was removed; a jump to it leads to what comes after it. */
function keptSteps(steps: readonly Step[]): Step[] {
  const next = (step: Step): Step =>
    steps.slice(steps.indexOf(step)).find(({ code }) => code !== REMOVED) ?? step
  const kept = steps.filter(({ code }) => code !== REMOVED)
  for (const step of kept) {
    if (step.yes !== undefined) step.yes = next(step.yes)
    if (step.no !== undefined) step.no = next(step.no)
  }
  return kept
}

/** The blocks of a graph. */
export function writeBlocks(root: Node): Block {
  const blocks = new Map<Node, Block>()
  // What a block leads to is made before it.
  for (const node of postorder(root)) {
    const { steps, test, edges } = node
    const yes = edges === null ? undefined : blocks.get(edges[0].to)
    const no = edges === null ? undefined : blocks.get(edges[1].to)
    blocks.set(
      node,
      yes === undefined || no === undefined
        ? { wantedBytes: test.k }
        : { steps: keptSteps(steps), code: test.code, k: test.k, yes, no },
    )
  }
  return blocks.get(root) ?? { wantedBytes: 0 }
}

/** Every node that `root` leads to, a node after those that it leads to: on “yes” first, then on “no”. */
export function postorder(root: Node): Node[] {
  const order: Node[] = []
  const entered = new Set<Node>()
  const left = new Set<Node>()
  const stack = [root]
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (!entered.has(node)) {
      entered.add(node)
      if (node.edges !== null) stack.push(node.edges[1].to, node.edges[0].to)
      continue
    }
    stack.pop()
    if (left.has(node)) continue
    left.add(node)
    order.push(node)
  }
  return order
}

/** The nodes by their level, the ends first; within a level those first that a walk leaves last. */
export function findLevels(root: Node): Node[][] {
  const levels: Node[][] = []
  for (const node of postorder(root)) {
    const { edges } = node
    node.level = edges === null ? 0 : Math.max(edges[0].to.level, edges[1].to.level) + 1
    const same = levels[node.level]
    if (same === undefined) levels[node.level] = [node]
    else same.push(node)
  }
  for (const level of levels) level.reverse()
  return levels
}

/** Fills `incoming` of all nodes, from the root down. */
export function findIncoming(levels: readonly (readonly Node[])[]): void {
  for (const level of levels) for (const node of level) node.incoming.length = 0
  for (const level of levels.toReversed()) {
    for (const { edges } of level) {
      if (edges === null) continue
      for (const edge of edges) edge.to.incoming.push(edge)
    }
  }
  // The one that was found last is looked at first.
  for (const level of levels) for (const node of level) node.incoming.reverse()
}
