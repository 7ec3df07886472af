import { describe, expect, test } from 'vitest'
import type { Page } from '../../../src/report/page.ts'
import { formatLoss, formatMs, formatTrace } from '../../../src/report/trace/trace-table.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { rounds } from '../../diagnose/trace/attempts.ts'
import { traceOf } from '../../diagnose/trace/traces.ts'
import { example } from './example.ts'

const page = (columns: number, unicode = true): Page => ({
  columns,
  unicode,
  verbose: false,
  paint: (_, text) => text,
})

test('a trace is told as it looks on a wide page', () => {
  expect(formatTrace(example(), page(120))).toMatchSnapshot()
})

test.each([40, 60, 80, 120, 300])('on %i columns the columns stand under each other', (columns) => {
  const lines = formatTrace(example(), page(columns)).split('\n')
  const head = lines.find((line) => line.includes('loss')) ?? ''
  const at = head.indexOf('loss') + 4
  const rows = lines.filter((line) => /^ +[1-5] /.test(line))
  expect(rows).toHaveLength(5)
  for (const row of rows) expect(row.slice(0, at)).toMatch(/%$/)
  // The numbers need 70; a narrower page is not cut.
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(columns, 96))
})

test('nothing that a network sent reaches the terminal as it is', () => {
  for (const unicode of [true, false]) {
    const text = formatTrace(example(), page(100, unicode))
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    if (!unicode) expect(text).toMatch(/^[\n -~]*$/)
  }
})

test('what does not matter is dim, what does is not', () => {
  const painted = formatTrace(example(), {
    ...page(120),
    paint: (style, text) => `<${style}>${text}`,
  })
  expect(painted).toMatch(/<dim> {2}2 /)
  expect(painted).toMatch(/<dim> {2}3 /)
  expect(painted).toMatch(/<plain> {2}1 /)
  expect(painted).toMatch(/<bold> {2}5 /)
})

test('a trace of which nothing came back has a verdict and no table', () => {
  const text = formatTrace(traceOf([]), page(80))
  expect(text).not.toContain('loss')
  expect(text).toContain('nothing answers')
})

describe('numbers', () => {
  test.each([
    [null, ''],
    [0.034, '0.03'],
    [4.56, '4.6'],
    [123.4, '123'],
  ])('%s ms are %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })

  test.each([
    [0, '0%'],
    [1 / 3, '33%'],
    [0.004, '0.4%'],
    [1, '100%'],
  ])('a loss of %s is %s', (fraction, text) => {
    expect(formatLoss(fraction)).toBe(text)
  })
})

test('one probe is not “1 probes”', () => {
  expect(formatTrace(traceOf(rounds([['192.0.2.7']])), page(80))).toContain('1 probe a hop')
})
