/** Nodes that do the same and lead to the same become one (libpcap's intern_blocks). */
import { type Node, postorder, REMOVED } from './optimise-graph.ts'

/** Leads all edges to one node of each kind. What a node leads to is settled before it. */
export function mergeEqual(root: Node): void {
  const known = new Map<string, Node>()
  const numbers = new Map<Node, number>()
  for (const node of postorder(root)) {
    const { steps, test, edges } = node
    const words: (number | string)[] = [test.code, test.k]
    for (const edge of edges ?? []) {
      edge.to = known.get(String(numbers.get(edge.to))) ?? edge.to
      words.push(numbers.get(edge.to) ?? 0)
    }
    for (const [at, { code, k, yes, no }] of steps.entries()) {
      if (code === REMOVED) continue
      words.push(code, k)
      // A jump among the steps is told by where it leads.
      if (yes !== undefined && no !== undefined)
        words.push(`${at}`, steps.indexOf(yes), steps.indexOf(no))
    }
    const kind = words.join(' ')
    const same = known.get(kind)
    const number = (same && numbers.get(same)) ?? numbers.size
    numbers.set(node, number)
    if (same === undefined) {
      known.set(kind, node)
      known.set(String(number), node)
    }
  }
}
