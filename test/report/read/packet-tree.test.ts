import { expect, test } from 'vitest'
import { paintLines } from '../../../src/report/line.ts'
import { fromStart, type TreeNode, treeLines } from '../../../src/report/read/packet-tree.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { pageOf } from './pages.ts'

/** Where the frame begins in its view. */
const START = 10

const leaf = (name: string, text: string, at: number, end: number): TreeNode => ({
  name,
  text,
  at: START + at,
  end: START + end,
  children: [],
})

const TREE: readonly TreeNode[] = [
  {
    ...leaf('Internet Protocol Version 4', '192.0.2.1 → 192.0.2.7', 2, 22),
    children: [
      leaf('Time to Live', '64', 10, 11),
      leaf('Comment', '\u001b[2Jlong '.repeat(20), 0, 0),
    ],
  },
]

const view = new DataView(Uint8Array.from({ length: 40 }, (_, at) => at).buffer)

const shown = (columns: number): string[] =>
  paintLines(treeLines(TREE, view, START, pageOf(columns)), (_, text) => text)
    .trimEnd()
    .split('\n')

test('each field has its place and its bytes beside it, counted from the frame', () => {
  expect(shown(90).slice(0, 2)).toEqual([
    '0002  0c 0d 0e 0f 10 11 12 13 + Internet Protocol Version 4: 192.0.2.1 → 192.0.2.7',
    '000a  14                          Time to Live: 64',
  ])
})

test('long fields are wrapped, hostile ones harmless', () => {
  const lines = shown(80)
  expect(lines.join('')).not.toContain('\u001b')
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80)
})

test('a place beyond the bytes that there are is not read', () => {
  const lines = treeLines([leaf('cut', '', 28, 60)], view, START, pageOf(80))
  expect(lines[0]?.[0]?.text.trim()).toBe('001c  26 27                   +')
})

test('places may be counted from the frame', () => {
  const [ip] = fromStart(TREE, START)
  expect(ip).toMatchObject({ at: 2, end: 22, children: [{ at: 10, end: 11 }, {}] })
})
