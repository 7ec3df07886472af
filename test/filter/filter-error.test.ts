import { expect, test } from 'vitest'
import { FilterError } from '../../src/filter/filter-error.ts'

test('an error says where in the expression it is', () => {
  const error = new FilterError('“prot” is no keyword', 4, 8, 'port')
  expect('tcp prot 80'.slice(error.at, error.end)).toBe('prot')
  expect(error.suggestion).toBe('port')
})

test('long words are cut in what is told, and not suggested', () => {
  const word = 'a'.repeat(5000)
  const error = new FilterError(`the host “${word}” is not known`, 5, 5005, `host ${word}`)
  expect(error.message).toBe(`the host “${'a'.repeat(60)}…” is not known`)
  expect(error.suggestion).toBeNull()
})
