import { expect, test } from 'vitest'
import { filterComplaint } from '../../src/cli/filter-complaint.ts'
import { FilterError } from '../../src/filter/filter-error.ts'

test('a caret stands under the place, and what may have been meant under it', () => {
  const error = new FilterError('“prot” is no word of the language', 4, 8, 'port')
  expect(filterComplaint(error, 'tcp prot 80')).toBe(
    [
      'rungs: the filter: “prot” is no word of the language',
      '  tcp prot 80',
      '      ^^^^',
      '  did you mean “port”?',
      '',
    ].join('\n'),
  )
})

test('the end of the filter is a place as well', () => {
  const lines = filterComplaint(new FilterError('something is missing', 6, 6), 'tcp[13').split('\n')
  expect(lines.slice(1)).toEqual(['  tcp[13', '        ^', ''])
})

test('of a long filter only what is around the place is shown', () => {
  const text = `${'host 10.0.0.1 or '.repeat(100)}prot 80${' or tcp'.repeat(100)}`
  const at = text.indexOf('prot')
  const lines = filterComplaint(new FilterError('no', at, at + 4), text).split('\n')
  expect(lines[1]?.length).toBeLessThan(90)
  expect(lines[1]?.slice(lines[2]?.indexOf('^'), (lines[2]?.lastIndexOf('^') ?? 0) + 1)).toBe(
    'prot',
  )
})

test('what moves the cursor is shown as what it is, and the caret stays under the place', () => {
  const text = 'tcp\u001b[31m 漢字 x'
  const lines = filterComplaint(new FilterError('no', 12, 13), text).split('\n')
  expect(lines[1]).toBe('  tcp\\x1b[31m 漢字 x')
  expect(lines[2]).toBe(`  ${' '.repeat(17)}^`)
})
