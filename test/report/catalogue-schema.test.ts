import { expect, test } from 'vitest'
import { CAUSE_CODES } from '../../src/diagnose/cause.ts'
import { formatCauseRecords } from '../../src/report/catalogue.ts'
import { catalogueSchema } from '../../src/report/catalogue-schema.ts'
import { validate } from './validate.ts'

test('the catalogue is valid, with no key that the schema does not name', () => {
  expect(
    validate(catalogueSchema(), [JSON.parse(formatCauseRecords(CAUSE_CODES, 'rungs 0'))]),
  ).toEqual([[]])
})
