import { expect, test } from 'vitest'
import { compareTraces } from '../../../src/diagnose/trace/compare.ts'
import {
  TRACE,
  TRACE_COMPARISON,
  traceComparisonSchema,
  traceSchema,
} from '../../../src/report/trace/trace-schema.ts'
import { rounds } from '../../diagnose/trace/attempts.ts'
import { traceOf } from '../../diagnose/trace/traces.ts'
import { validate } from '../validate.ts'
import { example } from './example.ts'

const other = traceOf(rounds([['a'], [null], ['192.0.2.7']]))

test('what is printed fits the schema, whoever judges it', () => {
  const all = [example(), other, traceOf([])].map(TRACE.order)
  expect(validate(traceSchema(), all)).toEqual([[], [], []])
  const both = TRACE_COMPARISON.order(compareTraces(example(), other))
  expect(validate(traceComparisonSchema(), [both])).toEqual([[]])
})

test('a document that lacks something does not', () => {
  const { verdict: _, ...rest } = TRACE.order(example())
  expect(validate(traceSchema(), [rest])[0]?.join()).toContain('verdict')
})
