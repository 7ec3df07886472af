import { expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { mergeRounds } from '../../src/diagnose/rounds.ts'
import { diagnosisSchema } from '../../src/report/diagnosis-schema.ts'
import { formatJson } from '../../src/report/json.ts'
import * as written from './diagnoses.ts'
import { validate } from './validate.ts'

const { HOSTILE: _, ...diagnoses } = written
const all = [
  ...Object.values(diagnoses),
  mergeRounds([diagnoses.healthy, diagnoses.refused]),
] as Diagnosis[]
const printed = (diagnosis: Diagnosis) => JSON.parse(formatJson(diagnosis)) as unknown

test('everything that is printed is valid, with no key that the schema does not name', () => {
  const errors = validate(diagnosisSchema(), all.map(printed))
  expect(errors).toEqual(all.map(() => []))
})

test('a mistake is found', () => {
  const broken = [
    { ...written.refused, verdict: { ...written.refused.verdict, cause: 'no.such-cause' } },
    { ...written.refused, startedAt: 5 },
    { ...written.refused, durationMs: undefined },
    { ...written.refused, colour: 'red' },
  ]
  for (const [index, errors] of validate(
    diagnosisSchema(),
    JSON.parse(JSON.stringify(broken)),
  ).entries())
    expect(errors, String(index)).toHaveLength(1)
})
