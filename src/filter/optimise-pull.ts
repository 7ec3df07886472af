/**
 * Tests of one value that others lie between are brought together, so that the value is loaded once (libpcap's or_pullup and
 * and_pullup). In a chain of tests that all lead to the same node on “yes” the order does not matter; neither does it with “no”.
 *
 *     A = 1 or B = 2 or A = 3   →   A = 1 or A = 3 or B = 2
 */
import { A_REGISTER, type Edge, type Node } from './optimise-graph.ts'

/** Of each node, the edges that lead to it and that can be taken. */
class Ways {
  /** Nodes that were looked at so far. */
  looks = 0
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

/** Nodes of chains that are looked at in one round: thousands of tests of many values would take long. */
const MOST_LOOKS = 1_000_000

/** A chain of tests that all lead to one node on one side. */
class Chain {
  private readonly node: Node
  /** The way along it: 1, “no”, for an “or”. */
  private readonly side: 0 | 1
  private readonly exit: Node | undefined
  private readonly ways: Ways

  constructor(node: Node, side: 0 | 1, ways: Ways) {
    this.node = node
    this.side = side
    this.exit = along(node, side === 0 ? 1 : 0)?.to
    this.ways = ways
  }

  /** From `from` on, the first edge that leads to a node whose value of A is `value`, or is not. */
  find(from: Edge, value: number, isSame: boolean): Edge | null {
    const { node, side, exit, ways } = this
    for (let edge: Edge | null = from; edge !== null; edge = along(edge.to, side)) {
      const next: Node = edge.to
      // What only this chain leads to, and what leaves it to where all of it does.
      if (++ways.looks > MOST_LOOKS || (next !== node && ways.count(next) !== 1)) return null
      if (along(next, side === 0 ? 1 : 0)?.to !== exit || next.edges === null) return null
      if ((next.values[A_REGISTER] === value) === isSame) return edge
    }
    return null
  }

  /** Moves the nodes of the value that the chain begins with before the first one of another value; tells whether there was one. */
  gather(): boolean {
    const { node, side, ways } = this
    const [first] = node.incoming
    if (first === undefined || node.edges === null || ways.count(node) === 0) return false
    const value = first.from.values[A_REGISTER] as number
    if (node.incoming.some(({ from }) => from.values[A_REGISTER] !== value)) return false
    const entry = first.from.edges?.find(({ to }) => to === node)
    const other = entry && this.find(entry, value, false)
    const below = other && along(other.to, side)
    if (!other || !below) return false
    const stays = other.to
    // At the beginning of the chain everything that leads to it leads to the moved node then.
    let before = stays === node ? [...node.incoming] : [other]
    let same = this.find(below, value, true)
    const isNews = same !== null
    while (same !== null) {
      const moved: Node = same.to
      const way = along(moved, side)
      if (way === null) break
      for (const edge of before) ways.lead(edge, moved)
      ways.lead(same, way.to)
      ways.lead(way, stays)
      before = [way]
      same = this.find(same, value, true)
    }
    return isNews
  }
}

/** Goes through all nodes from the ends up, each with `incoming` filled; tells whether it moved one. */
export function pullUp(levels: readonly (readonly Node[])[], root: Node): boolean {
  const ways = new Ways(levels, root)
  let moved = false
  for (const level of levels) {
    for (const node of level)
      for (const side of [1, 0] as const) moved = new Chain(node, side, ways).gather() || moved
  }
  return moved
}
