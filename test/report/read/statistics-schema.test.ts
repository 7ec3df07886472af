import { expect, test } from 'vitest'
import { Statistics } from '../../../src/report/read/statistics.ts'
import { statisticsSchema } from '../../../src/report/read/statistics-schema.ts'
import { validate } from '../validate.ts'

const EMPTY = new Statistics().report(
  { tool: 'rungs 0.1.0', files: [], epochSeconds: 0 },
  () => 'none',
)

test('a number that is no number, and a key that is missing, are found out', () => {
  const { packets: _, ...missing } = EMPTY
  const [good, bad, short] = validate(statisticsSchema(), [
    EMPTY,
    { ...EMPTY, packets: 'many' },
    missing,
  ])
  expect(good).toEqual([])
  expect(bad?.[0]).toContain('packets')
  expect(short?.[0]).toContain('packets')
})
