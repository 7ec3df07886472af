import { readFileSync } from 'node:fs'
import { type DetailNode, detailTree } from '../../src/wire/detail.ts'
import { type LinedFrame, linedFrames } from './packet-lines.ts'

/**
 * What tshark 4.0.17 reads in the frames of `packet-lines.tsv` (`data/fields.tsv`, by their rows,
 * every occurrence, separated by `|`; without reassembly and relative numbers), and the same fields of our tree.
 */
export type DetailedFrame = {
  readonly frame: LinedFrame
  readonly tree: readonly DetailNode[]
  readonly theirs: ReadonlyMap<string, string>
  readonly ours: ReadonlyMap<string, string>
}

const [header = '', ...rows] = readFileSync(`${import.meta.dirname}/data/fields.tsv`, 'utf8')
  .split('\n')
  .slice(0, -1)
const names = header.split('\t').slice(1)

/** The tree's nodes in their order. */
export const flatten = (nodes: readonly DetailNode[]): DetailNode[] =>
  nodes.flatMap((node) => [node, ...flatten(node.children)])

const valuesOf = (nodes: readonly DetailNode[], name: string): string =>
  nodes
    .filter((node) => node.name === name)
    .map(({ text }) => text)
    .join('|')

export const detailedFrames: readonly DetailedFrame[] = rows.flatMap((row) => {
  const [index = '', ...values] = row.split('\t')
  const frame = linedFrames[Number(index)]
  if (frame === undefined) return []
  const { view, originalBytes, linkType } = frame
  const tree = detailTree(view, 0, view.byteLength, originalBytes, linkType)
  const nodes = flatten(tree)
  // tshark does not always tell these of a quoted segment.
  const untold = tree.some(({ name }) => name === 'quoted') ? ['tcp.seq_raw', 'tcp.len'] : []
  const told = names.filter((name) => !untold.includes(name))
  return [
    {
      frame,
      tree,
      theirs: new Map(told.map((name) => [name, values[names.indexOf(name)] ?? ''])),
      ours: new Map(told.map((name) => [name, valuesOf(nodes, name)])),
    },
  ]
})

/** Our values and theirs of all fields that begin with one of these, of the frames that have any. */
export function compared(...prefixes: readonly string[]): { ours: string[]; theirs: string[] } {
  const line = (values: ReadonlyMap<string, string>): string =>
    [...values]
      .filter(([name, value]) => value !== '' && prefixes.some((prefix) => name.startsWith(prefix)))
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
  const frames = detailedFrames.filter(({ theirs }) => line(theirs) !== '')
  return {
    ours: frames.map(({ ours }) => line(ours)),
    theirs: frames.map(({ theirs }) => line(theirs)),
  }
}
