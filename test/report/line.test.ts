import { expect, test } from 'vitest'
import {
  beside,
  box,
  fit,
  hang,
  indent,
  lineWidth,
  paintLines,
  say,
} from '../../src/report/line.ts'

const text = (lines: Parameters<typeof paintLines>[0]) => paintLines(lines, (_, plain) => plain)

test('further lines hang under the first word after the prefix', () => {
  expect(text(hang([say('so: ')], 'one two three', 11))).toBe('so: one two\n    three\n')
})

test('what has to fit on one line is cut', () => {
  expect(text([fit([say('so: ')], 'one two three', 11)])).toBe('so: one tw…\n')
})

test('an indent moves every line', () => {
  expect(text(indent([[say('a')], [say('b')]], 2))).toBe('  a\n  b\n')
})

test('two blocks stand side by side, the shorter one filled up', () => {
  const left = [[say('日本')], [say('b')]]
  const right = [[say('x')], [say('y')], [say('z')]]
  expect(text(beside(left, right, 5, say('|')))).toBe('日本 |x\nb    |y\n     |z\n')
})

test('a frame is as wide on every line, wide characters included', () => {
  const frame = { top: ['+', '+'], bottom: ['+', '+'], across: '-', down: '|' } as const
  const lines = box([[say('日本')], [say('abc')]], 10, frame, 'plain')
  expect(text(lines)).toBe('+--------+\n| 日本   |\n| abc    |\n+--------+\n')
  for (const line of lines) expect(lineWidth(line)).toBe(10)
})

test('the edge makes everything printable before it is painted, and no line ends in spaces', () => {
  const painted = paintLines(
    [[say('\u001b[31mred', 'fail'), say('  ')]],
    (style, plain) => `<${style}>${plain}</>`,
  )
  expect(painted).toBe('<fail>\\x1b[31mred</>\n')
})
