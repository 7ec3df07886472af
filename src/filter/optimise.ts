/**
 * A graph of blocks → one that selects the same packets in fewer instructions. The passes and their order are those of
 * libpcap's optimize.c, so that `tcpdump -d` mostly prints the same; each pass is one file.
 */
import type { Block } from './block.ts'
import { leadFarther } from './optimise-edge.ts'
import {
  findIncoming,
  findLevels,
  isLast,
  type Node,
  readGraph,
  writeBlocks,
} from './optimise-graph.ts'
import { mergeEqual } from './optimise-merge.ts'
import { improveNodes } from './optimise-node.ts'
import { pullUp } from './optimise-pull.ts'
import { findUse } from './optimise-use.ts'
import { ValueTable } from './optimise-value.ts'

/** Moving tests about may come back to where it began; so many rounds that do nothing else are enough. */
const MOST_IDLE_ROUNDS = 100

/** What is looked at, nodes and their steps, all rounds together: a long expression is optimised less instead of for long. */
const MOST_LOOKS = 150_000

/** A graph of more nodes is left as it is. */
const MOST_NODES = 12_000

/** Rounds until nothing changes: first tests and edges (`alter` false), then what is loaded again though it is known. */
function improve(root: Node, alter: boolean): void {
  let idle = 0
  for (let looks = 0; looks < MOST_LOOKS && idle < MOST_IDLE_ROUNDS; ) {
    const levels = findLevels(root)
    const table = new ValueTable()
    findUse(levels)
    findIncoming(levels)
    let improved = improveNodes(levels, table, alter)
    let moved = false
    if (!alter) {
      findIncoming(levels)
      const { skipped, foreseen } = leadFarther(levels, root, table)
      improved = improved || skipped
      findIncoming(levels)
      moved = pullUp(levels, root) || foreseen
    }
    if (!improved && !moved) return
    idle = improved ? 0 : idle + 1
    for (const level of levels) for (const { steps } of level) looks += 2 + steps.length
  }
}

/** Tests at the beginning that lead to the same node either way are left out; what they load is kept. */
function shortenRoot(root: Node): Node {
  const steps = root.steps.splice(0)
  let first = root
  while (first.edges !== null && first.edges[0].to === first.edges[1].to) first = first.edges[0].to
  for (const step of [...steps, ...first.steps.splice(0)]) first.steps.push(step)
  if (isLast(first)) first.steps.length = 0
  return first
}

/**
 * Optimises a filter; the graph that is given stays as it is. A division by zero, or a shift by more than 31 bits, that every
 * packet would come to is refused with a FilterError (at 0: the graph does not know the place in the expression).
 */
export function optimise(root: Block): Block {
  const { root: first, size } = readGraph(root)
  if (size > MOST_NODES) return root
  improve(first, false)
  improve(first, true)
  mergeEqual(first)
  return writeBlocks(shortenRoot(first))
}
