/** All fields of a packet as a tree, the place and the bytes of each beside it. */
import { type Line, say } from '../line.ts'
import { type Page, showOn } from '../page.ts'
import { wrap } from '../width.ts'

/** A header, a field or a part of one. */
export type TreeNode = {
  readonly name: string
  /** Its value as people read it; empty where the children tell. */
  readonly text: string
  /** Where its bytes lie, in the view that the frame lies in. */
  readonly at: number
  readonly end: number
  readonly children: readonly TreeNode[]
}

/** Bytes that are shown of one field. */
const SHOWN_BYTES = 8

/** `0000  00 00 00 00 00 00 00 00 +  ` */
const MARGIN = 4 + 2 + 3 * SHOWN_BYTES + 1 + 1

/** Deeper headers stand no further to the right. */
const MOST_DEPTH = 8

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

function margin(node: TreeNode, view: DataView, start: number): string {
  if (node.end <= node.at) return ' '.repeat(MARGIN)
  const last = Math.min(node.end, node.at + SHOWN_BYTES, view.byteLength)
  let bytes = ''
  for (let at = node.at; at < last; at++) bytes += `${hex(view.getUint8(at), 2)} `
  const more = node.end > node.at + SHOWN_BYTES ? '+' : ' '
  return `${hex(node.at - start, 4)}  ${bytes.padEnd(3 * SHOWN_BYTES)}${more} `
}

function nodeLines(
  node: TreeNode,
  view: DataView,
  start: number,
  depth: number,
  page: Page,
): Line[] {
  const { children, name, text } = node
  const told = showOn(page, text === '' ? name : `${name}: ${text}`)
  const indent = '  '.repeat(Math.min(depth, MOST_DEPTH))
  const room = Math.max(20, page.columns - MARGIN - indent.length)
  const style = depth === 0 ? 'bold' : 'plain'
  const place = margin(node, view, start)
  const lines = wrap(told, room).map(
    (part, row): Line => [
      say(row === 0 ? place : ' '.repeat(MARGIN), 'dim'),
      say(indent + part, style),
    ],
  )
  return [...lines, ...children.flatMap((child) => nodeLines(child, view, start, depth + 1, page))]
}

/** The trees of one frame, whose bytes begin at `start` in `view`. */
export const treeLines = (
  nodes: readonly TreeNode[],
  view: DataView,
  start: number,
  page: Page,
): Line[] => nodes.flatMap((node) => nodeLines(node, view, start, 0, page))

/** The same tree, its places counted from the frame's first byte. */
export const fromStart = (nodes: readonly TreeNode[], start: number): readonly TreeNode[] =>
  nodes.map(({ name, text, at, end, children }) => ({
    name,
    text,
    at: at - start,
    end: end - start,
    children: fromStart(children, start),
  }))
