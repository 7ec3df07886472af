import { expect, test } from 'vitest'
import { causeOfComplaint } from '../../src/diagnose/complaint.ts'

test.for([
  ['disk', 'service.no-resources'],
  ['confined', 'service.denied'],
  ['denied', null],
  ['error', null],
  [null, null],
] as const)('%s names %s', ([complaint, cause]) => {
  expect(causeOfComplaint(complaint)).toBe(cause)
})
