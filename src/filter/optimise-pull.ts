/**
 * Tests of one value that others lie between are brought together, so that the value is loaded once (libpcap's or_pullup and
 * and_pullup). In a chain of tests that all lead to the same node on “yes” the order does not matter; neither does it with “no”.
 *
 *     A = 1 or B = 2 or A = 3   →   A = 1 or A = 3 or B = 2
 */
import { A_REGISTER, type Edge, type Node } from './optimise-graph.ts'

/** Of each node, the edges that lead to it and that can be taken. */
class Ways {
  private readonly counts = new Map<Node, number>()

  constructor(levels: readonly (readonly Node[])[], root: Node) {
    this.counts.set(root, 1)
    for (const level of levels.toReversed()) {
      for (const node of level) {
        if (this.count(node) === 0) continue
        for (const { to } of node.edges ?? []) this.counts.set(to, this.count(to) + 1)
      }
    }
  }

  count(node: Node): number {
    return this.counts.get(node) ?? 0
  }

  lead(edge: Edge, to: Node): void {
    if (this.count(edge.from) > 0) {
      this.counts.set(edge.to, this.count(edge.to) - 1)
      this.counts.set(to, this.count(to) + 1)
    }
    edge.to.incoming = edge.to.edges === null ? [] : edge.to.incoming.filter((one) => one !== edge)
    if (to.edges !== null) to.incoming.unshift(edge)
    edge.to = to
  }
}

/** The edges along a chain, and those that leave it. */
const along = (node: Node, side: 0 | 1): Edge | null => node.edges?.[side] ?? null

/** The first edge of the chain below `from` that leads to a node whose value of A is, or is not, `value`. */
function findBelow(
  node: Node,
  from: Edge,
  side: 0 | 1,
  ways: Ways,
  wanted: (a: number) => boolean,
): Edge | null {
  const exit = along(node, side === 0 ? 1 : 0)?.to
  for (let edge: Edge | null = from; edge !== null; edge = along(edge.to, side)) {
    const next: Node = edge.to
    // What only this chain leads to, and what leaves it to where all of it does.
    if (next !== node && ways.count(next) !== 1) return null
    if (next.edges === null || along(next, side === 0 ? 1 : 0)?.to !== exit) return null
    if (wanted(next.values[A_REGISTER] as number)) return edge
  }
  return null
}

/** Pulls up one node of the chain that begins with `node`; `side` is the way along it: 1, “no”, for an “or”. */
function pull(node: Node, side: 0 | 1, ways: Ways): boolean {
  const [first] = node.incoming
  if (first === undefined || node.edges === null || ways.count(node) === 0) return false
  const value = first.from.values[A_REGISTER] as number
  if (node.incoming.some(({ from }) => from.values[A_REGISTER] !== value)) return false
  const entry = first.from.edges?.find(({ to }) => to === node)
  if (entry === undefined) return false
  const other = findBelow(node, entry, side, ways, (a) => a !== value)
  const below = other && along(other.to, side)
  const same = below && findBelow(node, below, side, ways, (a) => a === value)
  if (!other || !same) return false
  const pulled = same.to
  const way = along(pulled, side)
  if (way === null) return false
  // At the beginning of the chain everything that leads to it leads to the pulled node then.
  const stays = other.to
  const before = stays === node ? [...node.incoming] : [other]
  ways.lead(same, way.to)
  ways.lead(way, stays)
  for (const edge of before) ways.lead(edge, pulled)
  return true
}

/** Goes through all nodes from the ends up, each with `incoming` filled; tells whether it moved one. */
export function pullUp(levels: readonly (readonly Node[])[], root: Node): boolean {
  const ways = new Ways(levels, root)
  let moved = false
  for (const level of levels) {
    for (const node of level) {
      for (const side of [1, 0] as const) while (pull(node, side, ways)) moved = true
    }
  }
  return moved
}
