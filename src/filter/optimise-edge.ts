/**
 * Edges that lead to a test whose answer is known on every way to it lead to where that answer leads (libpcap's opt_j).
 * It is known where an edge that lies on all of those ways (a dominator) comes from a test of the same value.
 */
import * as bpf from './instruction.ts'
import { A_REGISTER, type Edge, isLast, type Node, noOf, yesOf } from './optimise-graph.ts'
import type { ValueTable } from './optimise-value.ts'

/** An edge in the tree of dominators: its parent is the nearest other edge that is on all ways to it. */
class Place {
  readonly edge: Edge | null
  readonly parent: Place
  readonly depth: number
  /** An ancestor farther away, so that a climb takes few steps (Myers 1983). */
  readonly jump: Place
  readonly children: Place[] = []
  /** When a walk of the tree enters and leaves it. */
  entered = 0
  left = 0

  constructor(edge: Edge | null, parent: Place | null) {
    this.edge = edge
    this.parent = parent ?? this
    this.depth = parent === null ? 0 : parent.depth + 1
    if (parent === null) this.jump = this
    else {
      const isEven = parent.depth - parent.jump.depth === parent.jump.depth - parent.jump.jump.depth
      this.jump = isEven ? parent.jump.jump : parent
      parent.children.push(this)
    }
  }
}

function commonAncestor(one: Place, other: Place): Place {
  let [a, b] = one.depth > other.depth ? [one, other] : [other, one]
  while (a.depth > b.depth) a = a.jump.depth >= b.depth ? a.jump : a.parent
  while (a !== b) {
    const isFar = a.jump !== b.jump
    a = isFar ? a.jump : a.parent
    b = isFar ? b.jump : b.parent
  }
  return a
}

/** Numbers the tree in the order of a walk. */
function numberTree(root: Place): Place[] {
  const order: Place[] = []
  const stack: Place[] = [root]
  for (let place = stack.at(-1); place !== undefined; place = stack.at(-1)) {
    if (place.entered === 0) {
      order.push(place)
      place.entered = order.length
      for (const child of place.children) stack.push(child)
      continue
    }
    if (place.left === 0) place.left = order.length
    stack.pop()
  }
  return order
}

/** A tree of dominators, asked for the nearest ancestor of an edge among those with one key. */
export class Dominators {
  private readonly places = new Map<Edge, Place>()
  /** By key, in the order of the walk, each with the nearest ancestor of the same key. */
  private readonly byKey = new Map<number, { place: Place; above: number }[]>()

  /** `keysOf` tells under which keys an edge is found. */
  constructor(
    levels: readonly (readonly Node[])[],
    root: Node,
    keysOf: (edge: Edge) => readonly number[],
  ) {
    const top = new Place(null, null)
    for (const level of levels.toReversed()) {
      for (const node of level) {
        if (node.edges === null) continue
        const parent = node === root ? top : this.meet(node)
        // What no way leads to any more.
        if (parent === null) continue
        for (const edge of node.edges) this.places.set(edge, new Place(edge, parent))
      }
    }
    for (const place of numberTree(top)) {
      if (place.edge === null) continue
      for (const key of keysOf(place.edge)) this.enter(key, place)
    }
  }

  private meet(node: Node): Place | null {
    let met: Place | null = null
    for (const edge of node.incoming) {
      const place = this.places.get(edge)
      if (place !== undefined) met = met === null ? place : commonAncestor(met, place)
    }
    return met
  }

  private enter(key: number, place: Place): void {
    const same = this.byKey.get(key)
    if (same === undefined) this.byKey.set(key, [{ place, above: -1 }])
    else same.push({ place, above: this.above(same, same.length - 1, place) })
  }

  /** From `at` on upwards, the first that contains `place`. */
  private above(
    same: readonly { readonly place: Place; readonly above: number }[],
    at: number,
    place: Place,
  ): number {
    let index = at
    for (let one = same[index]; one !== undefined; one = same[index]) {
      if (one.place.left === 0 || one.place.left >= place.entered) return index
      index = one.above
    }
    return -1
  }

  /** The nearest edge of that key that is on all ways through `edge`, `edge` itself included. */
  find(key: number, edge: Edge): Edge | null {
    const place = this.places.get(edge)
    const same = this.byKey.get(key)
    if (place === undefined || same === undefined) return null
    let [low, high] = [0, same.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((same[middle]?.place.entered ?? 0) <= place.entered) low = middle + 1
      else high = middle
    }
    return same[this.above(same, low - 1, place)]?.place.edge ?? null
  }
}

const EQUAL = bpf.JMP | bpf.JEQ | bpf.K

/** Codes that no instruction has, for what edges are looked up by. */
const SAME_TEST = 0x20000
const EQUAL_TO_SOME = 0x30000

/** The same test of the same value. */
const testKey = (table: ValueTable, { test, values, operand }: Node): number =>
  table.number(SAME_TEST + test.code, values[A_REGISTER] as number, operand)

/** A value of which it is known what it is equal to. */
const valueKey = (table: ValueTable, { values }: Node): number =>
  table.number(EQUAL_TO_SOME, values[A_REGISTER] as number, 0)

/** Whether what is used after `target` would not be the same if the way came from `from`. */
function conflicts(from: Node, target: Node): boolean {
  const { usedLater, values } = target
  if (usedLater === 0) return false
  for (let register = 0; register < values.length; register++)
    if ((usedLater & (1 << register)) !== 0 && from.values[register] !== values[register])
      return true
  return false
}

/** Where the answer of the test that `edge` leads to leads; null where it is not known. */
function foresee(edge: Edge, table: ValueTable, dominators: Dominators): Node | null {
  const child = edge.to
  const same = dominators.find(testKey(table, child), edge)
  if (same !== null) return same.sense ? yesOf(child) : noOf(child)
  if (child.test.code !== EQUAL) return null
  const equal = dominators.find(valueKey(table, child), edge)
  // Different constants have different numbers.
  return equal !== null && equal.from.operand !== child.operand ? noOf(child) : null
}

/** Leads edges farther; tells whether a node without a choice was left out, and whether an answer was foreseen. */
export function leadFarther(
  levels: readonly (readonly Node[])[],
  root: Node,
  table: ValueTable,
): { readonly skipped: boolean; readonly foreseen: boolean } {
  const dominators = new Dominators(levels, root, (edge) => {
    const { from, sense } = edge
    const key = testKey(table, from)
    return sense && from.test.code === EQUAL ? [key, valueKey(table, from)] : [key]
  })
  let [skipped, foreseen] = [false, false]
  for (const level of levels) {
    for (const { edges } of level) {
      for (const edge of edges ?? []) {
        const past = yesOf(edge.to)
        if (past === null) continue
        if (past === noOf(edge.to) && !conflicts(edge.from, past)) {
          edge.to = past
          skipped = true
        }
        while (!isLast(edge.to)) {
          const target = foresee(edge, table, dominators)
          if (target === null || conflicts(edge.from, target)) break
          edge.to = target
          foreseen = true
        }
      }
    }
  }
  return { skipped, foreseen }
}
