import { expect, test } from 'vitest'
import { compareTraces } from '../../../src/diagnose/trace/compare.ts'
import type { Page } from '../../../src/report/page.ts'
import { formatComparison } from '../../../src/report/trace/comparison-table.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { rounds } from '../../diagnose/trace/attempts.ts'
import { traceOf } from '../../diagnose/trace/traces.ts'
import { example } from './example.ts'

const page = (columns: number): Page => ({
  columns,
  unicode: true,
  verbose: false,
  paint: (_, text) => text,
})

const other = traceOf(rounds([['198.51.100.254'], ['203.0.113.9'], [null], ['192.0.2.7']]))

test('two traces stand side by side, with signs that need no colour', () => {
  expect(formatComparison(compareTraces(example(), other), page(110))).toMatchSnapshot()
})

test.each([60, 80, 200])('on %i columns both fit', (columns) => {
  const text = formatComparison(compareTraces(example(), other), page(columns))
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
})

test('the same path has the sign of equality in every line', () => {
  const text = formatComparison(compareTraces(other, other), page(80))
  expect(text).toContain('✓ both take the same path')
  expect(text.split('\n').filter((line) => / = +\d /.test(line))).toHaveLength(3)
})
