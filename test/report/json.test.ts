import { expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { formatJson } from '../../src/report/json.ts'
import * as written from './diagnoses.ts'

const { HOSTILE, ...diagnoses } = written
const all = Object.entries(diagnoses) as [string, Diagnosis][]

/** The same value with the keys of every object in the opposite order. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, backwards(item)]),
  )
}

test.for(all)('%s reads back as it was', ([, diagnosis]) => {
  expect(JSON.parse(formatJson(diagnosis))).toEqual(JSON.parse(JSON.stringify(diagnosis)))
})

test.for(all)('the keys of %s stand in the same order, however it was made', ([, diagnosis]) => {
  expect(formatJson(backwards(diagnosis) as Diagnosis)).toBe(formatJson(diagnosis))
})

test('the keys stand in the published order', () => {
  const read = JSON.parse(formatJson(written.long))
  expect(Object.keys(read)).toEqual(
    'schema tool privilege target client server routers startedAt durationMs attempts contrasts verdict findings unknowns'.split(
      ' ',
    ),
  )
  expect(Object.keys(read.verdict)).toEqual(
    'state cause layer side confidence summary place candidates excluded remedies behind unreached'.split(
      ' ',
    ),
  )
  expect(Object.keys(read.findings[0])).toEqual(
    'id layer side host question status cause summary explainedBy tookMs evidence'.split(' '),
  )
})

test('no control character reaches a terminal that shows it', () => {
  const text = formatJson(written.hostile)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
  expect(JSON.parse(text).verdict.summary).toBe(HOSTILE)
})
