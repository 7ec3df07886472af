import { expect, test } from 'vitest'
import { FilterError } from '../../src/filter/filter-error.ts'

test('an error says where in the expression it is', () => {
  const error = new FilterError('“prot” is no keyword', 4, 8, 'port')
  expect('tcp prot 80'.slice(error.at, error.end)).toBe('prot')
  expect(error.suggestion).toBe('port')
})
